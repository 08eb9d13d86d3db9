// The folder that keeps refreshed tokens while the database is away: whether it can be written, and what waits in it.
// Nothing of an entry but its kind, its age and the name of its database is looked at.

import { accessSync, constants, existsSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { parseEntry } from '../../../keeper/journal-entry.ts'
import { journalFolder } from '../../../keeper/journal-files.ts'
import { meaningOfCode } from '../words/network-errors.ts'
import type { Check, Place } from './check.ts'
import { counted, type Finding, ok, spanOf, together, wrong } from './finding.ts'

export function journalCheck({ read, database, now }: Pick<Place, 'read' | 'database' | 'now'>): Check {
  const path = resolve(join(read.settings.data, 'journal'))
  const files = journalFolder(path)
  return {
    id: 'journal',
    async run() {
      const unusable = await whyUnusable()
      if (unusable !== null) return unusable
      const texts = await files.read()
      if (texts.size === 0)
        return ok(
          existsSync(path) ? `${path} can be written. Nothing waits in it.` : `${path} can be made when it is needed.`,
        )
      return judge(texts)
    },
  }

  async function whyUnusable(): Promise<Finding | null> {
    try {
      await files.check?.()
      if (existsSync(path)) accessSync(path, constants.R_OK)
      return null
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? 'unknown'
      const what = meaningOfCode(code)?.what ?? `cannot be used (${code})`
      return wrong(
        `The journal ${path} ${what.replace(/^cannot be listened on.*/, 'cannot be used')}: a token that is refreshed while the database is away would be lost with the process.`,
        `Let this user read and write ${existsSync(path) ? path : dirname(path)}, or set PUNCTUAL_DATA to another folder.`,
      )
    }
  }

  async function judge(texts: ReadonlyMap<string, string>): Promise<Finding> {
    const entries = [...texts].map(([name, text]) => ({ name, found: parseEntry(text, now()) }))
    const damaged = entries.flatMap(({ name, found }) => (found === null ? [name] : []))
    const read = entries.flatMap(({ name, found }) => (found === null ? [] : [{ name, ...found }]))
    const identity = await identityOf()
    const foreign = read.filter(({ store }) => identity !== null && store !== null && store !== identity)
    const own = read.filter((entry) => !foreign.includes(entry))
    const when = identity === null ? 'as soon as the database can be used' : 'within a minute'
    const oldest = Math.max(0, ...own.map(({ ageMs }) => ageMs ?? 0))
    return together(
      [
        ...(damaged.length === 0
          ? []
          : [
              wrong(
                `${counted(damaged.length, 'file')} in the journal ${path} cannot be read: ${damaged.slice(0, 3).join(', ')}.`,
                'Restore them from a backup, or remove those that Punctual did not write.',
              ),
            ]),
        ...(foreign.length === 0
          ? []
          : [
              wrong(
                `${counted(foreign.length, 'entry', 'entries')} in the journal ${path} ${foreign.length === 1 ? 'belongs' : 'belong'} to another database than the one that is set.`,
                'Start Punctual once with the database that they belong to, so that it stores them. Do not remove them: their tokens may exist nowhere else.',
              ),
            ]),
        ...(own.length === 0
          ? []
          : [
              ok(
                `${counted(own.length, 'entry waits', 'entries wait')} in the journal ${path}, the oldest for ${spanOf(oldest)}. A running service stores ${own.length === 1 ? 'it' : 'them'} ${when}. If none runs, start one.`,
              ),
            ]),
      ],
      ok(''),
    )
  }

  async function identityOf(): Promise<string | null> {
    const looked = await database.look()
    if (looked.kind !== 'open') return null
    return looked.inspection.tables.identity().catch(() => null)
  }
}
