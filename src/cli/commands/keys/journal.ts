// The sealed texts of the journal, for the commands about keys. The process that works in its folder may remove a file at any
// moment, when the database has the entry.

import { join } from 'node:path'
import { keyOfSealed } from '../../../core/store/sealed.ts'
import { type Entry, parseEntry } from '../../../keeper/journal-entry.ts'
import { journalFolder, replaceEntry } from '../../../keeper/journal-files.ts'
import { attemptPlace } from '../../../records/attempts.ts'
import { grantPlace } from '../../../records/grants.ts'
import type { Place, Vault } from '../../../vault/cipher.ts'
import type { Settings } from '../../settings/settings.ts'

interface JournalFile {
  readonly name: string
  readonly text: string
  /** `null`: it is not an entry. */
  readonly entry: Entry | null
}

/** The files of the journal of these settings. Those of another database are not its own. */
async function filesIn(folder: string, database: string): Promise<readonly JournalFile[]> {
  return [...(await journalFolder(folder).read())].flatMap(([name, text]) => {
    const found = parseEntry(text, Date.now())
    if (found !== null && found.store !== null && found.store !== database) return []
    return [{ name, text, entry: found?.entry ?? null }]
  })
}

function folderOf({ data }: Pick<Settings, 'data'>): string {
  return join(data, 'journal')
}

interface SealedText {
  readonly place: Place
  readonly sealed: string
}

/** Each sealed text of an entry. A set that was spent for another one is opened to be recognised. */
function textsOf(entry: Entry): readonly SealedText[] {
  if (entry.kind === 'answer')
    return [{ place: attemptPlace(entry.answer.attempt, 'answer'), sealed: entry.answer.answer }]
  const { grant, tokens, spent } = entry.renewal
  const place = grantPlace(grant)
  return [{ place, sealed: tokens }, ...(spent === '' ? [] : [{ place, sealed: spent }])]
}

/** How many sealed texts of the journal of these settings were sealed with each key. */
export async function keysInJournal(
  settings: Pick<Settings, 'data'>,
  database: string,
): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>()
  for (const { entry } of await filesIn(folderOf(settings), database))
    for (const { sealed } of entry === null ? [] : textsOf(entry))
      counts.set(keyOfSealed(sealed), (counts.get(keyOfSealed(sealed)) ?? 0) + 1)
  return counts
}

export interface ResealInJournal {
  readonly settings: Pick<Settings, 'data'>
  /** The name of the database. */
  readonly database: string
  readonly vault: Vault
  readonly isDryRun: boolean
  /** Called when a file stays as it is, because it cannot be read, opened or written. */
  readonly unreadable: (file: string, error: unknown) => void
}

/** Seals again what an older key has sealed. Returns how many entries. */
export async function resealInJournal(how: ResealInJournal): Promise<number> {
  const { settings, database, vault, isDryRun, unreadable } = how
  const folder = folderOf(settings)
  let resealed = 0
  for (const { name, text, entry } of await filesIn(folder, database)) {
    try {
      if (entry === null) throw new TypeError('it is not a complete journal entry')
      const again = resealedTexts(entry, vault, (error) => unreadable(name, error))
      if (again.size === 0) continue
      // All else of the entry stays as it is.
      const other = JSON.stringify(JSON.parse(text, (_, value) => again.get(value) ?? value))
      if (isDryRun || (await replaceEntry(folder, name, other))) resealed++
    } catch (error) {
      unreadable(name, error)
    }
  }
  return resealed
}

/** What an older key has sealed, and the same sealed again. What does not open stays. */
function resealedTexts(entry: Entry, vault: Vault, unreadable: (error: unknown) => void): ReadonlyMap<string, string> {
  const again = new Map<string, string>()
  for (const { place, sealed } of textsOf(entry)) {
    if (keyOfSealed(sealed) === vault.currentKey) continue
    try {
      again.set(sealed, vault.seal(place, vault.open(place, sealed)))
    } catch (error) {
      unreadable(error)
    }
  }
  return again
}
