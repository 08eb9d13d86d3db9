// The journal's folder: one file a renewal, written whole (temporary name, fsync, rename, fsync of the folder) or not
// at all. The folder is made when the first renewal needs it.

import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'

import type { JournalFiles } from './journal.ts'

/** A journal in that folder; for its owner's eyes alone (0700, files 0600). */
export function journalFolder(path: string): JournalFiles {
  return {
    async write(name, text) {
      await mkdir(path, { recursive: true, mode: 0o700 })
      const whole = join(path, name)
      const part = `${whole}.part`
      const file = await open(part, 'w', 0o600)
      try {
        await file.writeFile(text)
        await file.sync()
      } finally {
        await file.close()
      }
      await rename(part, whole)
      const folder = await open(path, 'r')
      await folder.sync().finally(() => folder.close())
    },
    remove: (name) => rm(join(path, name), { force: true }),
    async read() {
      const names = await readdir(path).catch(() => [])
      const texts = names
        .filter((name) => name.endsWith('.json'))
        .map(async (name) => [name, await readFile(join(path, name), 'utf8')] as const)
      return new Map(await Promise.all(texts))
    },
  }
}

/** A journal that lives in memory alone. */
export function noJournalFolder(): JournalFiles {
  return { write: async () => {}, remove: async () => {}, read: async () => new Map() }
}
