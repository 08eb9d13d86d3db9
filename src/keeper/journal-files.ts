// The journal's folder: one file an entry, written whole (temporary name, fsync, rename, fsync of the folder) or not at all.
// The folder is made when the first entry needs it. A file that another process may remove at any moment is changed by a line
// at its end, which a removed file does not get back to its name; the last whole line is the entry.

import { dirname, join, resolve } from 'node:path'

import { PunctualError } from '../core/errors.ts'
import { makeFolder } from '../core/make-folder.ts'
import { type Reporter, wordFor } from '../core/reporter.ts'
import type { JournalFiles } from './journal.ts'

/** Loaded when a journal is first used: it is a large part of what `import 'punctual'` would cost. */
const files = () => import('node:fs/promises')

/** Returns a journal in that folder, readable by its owner alone (0700, files 0600). */
export function journalFolder(path: string): JournalFiles {
  return {
    async write(name, text) {
      const { open, rename } = await files()
      makeFolder(path)
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
    async remove(name) {
      const { rm } = await files()
      await rm(join(path, name), { force: true })
    },
    async read() {
      const { readdir, readFile } = await files()
      const names = await readdir(path).catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return []
        throw error
      })
      const texts = names
        .filter((name) => name.endsWith('.json'))
        .map(async (name) => [name, lastWhole(await readFile(join(path, name), 'utf8').catch(() => ''))] as const)
      return new Map(await Promise.all(texts))
    },
    check: () => assertWritable(resolve(path)),
  }
}

/**
 * Puts another text of the same entry into its file, whole or not at all. `false`: the file is gone, or was written again, and
 * stays as it is. A file that was removed does not come back: a later start would offer an entry that the store has had.
 */
export async function replaceEntry(path: string, name: string, text: string): Promise<boolean> {
  const { constants, open, stat } = await files()
  const whole = join(path, name)
  const unlessGone = (error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null
    throw error
  }
  // Without the flag that creates it.
  const file = await open(whole, constants.O_WRONLY | constants.O_APPEND).catch(unlessGone)
  if (file === null) return false
  try {
    await file.appendFile(`\n${text}\n`)
    await file.sync()
    const [own, named] = await Promise.all([file.stat(), stat(whole).catch(unlessGone)])
    return named !== null && named.ino === own.ino && named.dev === own.dev
  } finally {
    await file.close()
  }
}

/** A process that ended in the middle has left a part of a line at the end: the one before it stands. */
function lastWhole(text: string): string {
  return text.split('\n').findLast(isJson) ?? text
}

function isJson(text: string): boolean {
  try {
    return text !== '' && typeof JSON.parse(text) === 'object'
  } catch {
    return false
  }
}

/** Rejects unless this process may write in the folder, or in the one in which it would be made. */
async function assertWritable(path: string): Promise<void> {
  const { access, constants, stat } = await files()
  const isFolder = await stat(path).then(
    (found) => found.isDirectory(),
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' && dirname(path) !== path) return null
      throw error
    },
  )
  if (isFolder === null) return assertWritable(dirname(path))
  if (!isFolder) throw Object.assign(new Error('not a folder'), { code: 'ENOTDIR' })
  await access(path, constants.W_OK | constants.X_OK)
}

/** Returns the same journal; a write that fails is reported, with what to do. */
export function reportedFiles(journal: JournalFiles, reporter: Reporter): JournalFiles {
  return {
    ...journal,
    read: () => journal.read(),
    remove: (name) => journal.remove(name),
    async write(name, text) {
      try {
        await journal.write(name, text)
        reporter.worked('journal')
      } catch (error) {
        reporter.failed('journal', {
          code: 'journal_unwritable',
          reason: wordFor(error),
          message: unusable('written', error).message,
        })
        throw error
      }
    },
  }
}

/** Returns the error for a journal that cannot be used. */
export function unusable(what: 'read' | 'written', cause: unknown): PunctualError {
  const word = wordFor(cause)
  return new PunctualError(
    'store_unavailable',
    `The journal of refreshed tokens cannot be ${what}${word ? ` (${word})` : ''}: a token that is refreshed while the database is away would be lost with this process. Let this process read and write the folder that "journal" (PUNCTUAL_DATA) names.`,
    { reason: what === 'read' ? 'journal_unreadable' : 'journal_unwritable', cause },
  )
}

/** Returns a journal that is kept in memory alone. */
export function noJournalFolder(): JournalFiles {
  return { write: async () => {}, remove: async () => {}, read: async () => new Map() }
}
