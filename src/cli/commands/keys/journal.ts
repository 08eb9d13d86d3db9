// The sealed texts of the journal, for the commands about keys. They are not sealed again: an entry is recognised by its text
// once it is in the database, and the process that works in the folder brings it there.

import { join } from 'node:path'
import { keyOfSealed } from '../../../core/store/sealed.ts'
import { parseEntry } from '../../../keeper/journal-entry.ts'
import { journalFolder } from '../../../keeper/journal-files.ts'
import type { Settings } from '../../settings/settings.ts'

/** How many entries of the journal of these settings were sealed with each key. Those of another database do not count. */
export async function keysInJournal(
  { data }: Pick<Settings, 'data'>,
  database: string,
): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>()
  for (const text of (await journalFolder(join(data, 'journal')).read()).values()) {
    const found = parseEntry(text, Date.now())
    if (found === null || (found.store !== null && found.store !== database)) continue
    const { entry } = found
    const key = keyOfSealed(entry.kind === 'renewal' ? entry.renewal.tokens : entry.answer.answer)
    counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  return counts
}
