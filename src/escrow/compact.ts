// What a compaction keeps: of each grant its newest entries, of each connection the last word, and every whole text that is
// not of this database or this version. A text that was cut or changed is of no use, and goes.

import { type GrantEntry, parseEntry, serializeEntry } from './entry.ts'
import { type Known, learnEntry, nothingKnown } from './known.ts'
import type { EscrowPlace } from './place.ts'

/** What no backup that is still restored can be older than: 400 days. */
const keptForMs = 400 * 86_400_000

export interface Compaction {
  readonly before: number
  readonly after: number
}

/** Returns another sealed text for a token set of that entry, or the same. */
export type Reseal = (sealed: string, entry: GrantEntry) => string

export async function compact(
  place: Pick<EscrowPlace, 'compact'>,
  now: number,
  reseal: Reseal = (sealed) => sealed,
): Promise<Compaction> {
  let counts: Compaction = { before: 0, after: 0 }
  await place.compact((texts) => {
    const kept = newestTexts(texts, now, reseal)
    counts = { before: texts.length, after: kept.length }
    return kept
  })
  return counts
}

function newestTexts(texts: readonly string[], now: number, reseal: Reseal): readonly string[] {
  const kept: string[] = []
  const known = new Map<string | null, Known>()
  for (const text of texts) {
    const entry = parseEntry(text)
    if (entry === 'damaged') continue
    if (entry === 'unknown') kept.push(text)
    else learnEntry(knownOf(known, entry.store), entry)
  }
  for (const { grants, connections } of known.values())
    for (const entry of [...[...grants.values()].flat(), ...connections.values()])
      if (now - entry.at < keptForMs)
        kept.push(serializeEntry(entry.kind === 'grant' ? resealed(entry, reseal) : entry))
  return kept
}

/** Two databases may have grants of one id: each client has one account there, and one here. */
function knownOf(known: Map<string | null, Known>, store: string | null): Known {
  const found = known.get(store) ?? nothingKnown()
  known.set(store, found)
  return found
}

function resealed(entry: GrantEntry, reseal: Reseal): GrantEntry {
  const { set } = entry
  if (set === null) return entry
  const again = (sealed: string) => reseal(sealed, entry)
  return { ...entry, set: { ...set, tokens: again(set.tokens), fallbackTokens: set.fallbackTokens.map(again) } }
}
