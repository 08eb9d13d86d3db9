// What a compaction keeps: of each grant its newest entries, of each connection the last word, of each attempt that it was
// attached, and every whole text that is not of this database or this version. Of a grant that was closed or deleted only
// that stays, without its tokens. A text that was cut or changed is of no use, and goes.

import type { EscrowPlace } from '../core/escrow-place.ts'
import { type GrantEntry, parseEntry, serializeEntry } from './entry.ts'
import { type Known, learnEntry, nothingKnown } from './known.ts'

/** What no backup that is still restored can be older than: 400 days. */
const keptForMs = 400 * 86_400_000

export interface Compaction {
  readonly before: number
  readonly after: number
}

/** Returns another sealed text for a token set of that entry, or the same. */
export type Reseal = (sealed: string, entry: GrantEntry) => string

/** Whether the grant of that entry was deleted from its database. */
export type IsDeleted = (entry: GrantEntry) => boolean

export async function compact(
  place: Pick<EscrowPlace, 'compact'>,
  now: number,
  reseal: Reseal = (sealed) => sealed,
  isDeleted: IsDeleted = () => false,
): Promise<Compaction> {
  let counts: Compaction = { before: 0, after: 0 }
  await place.compact((texts) => {
    const kept = newestTexts(texts, now, reseal, isDeleted)
    counts = { before: texts.length, after: kept.length }
    return kept
  })
  return counts
}

function newestTexts(texts: readonly string[], now: number, reseal: Reseal, isDeleted: IsDeleted): readonly string[] {
  const kept: string[] = []
  let newest = 0
  const known = new Map<string | null, Known>()
  for (const text of texts) {
    const entry = parseEntry(text)
    if (entry === 'damaged') continue
    if (entry === 'unknown') kept.push(text)
    else {
      learnEntry(knownOf(known, entry.store), entry)
      newest = Math.max(newest, entry.at)
    }
  }
  // A clock that is years ahead of every text would forget them all.
  const today = Math.min(now, newest)
  for (const { grants, connections, attempts } of known.values())
    for (const entry of [
      ...[...grants.values()].flatMap((entries) => withoutEnded(entries, isDeleted)),
      ...connections.values(),
      ...attempts.values(),
    ])
      if (today - entry.at < keptForMs)
        kept.push(serializeEntry(entry.kind === 'grant' ? resealed(entry, reseal) : entry))
  return kept
}

/** A grant that is closed is never healed with a set: its entries of that generation need none. */
function withoutEnded(entries: readonly GrantEntry[], isDeleted: IsDeleted): readonly GrantEntry[] {
  if (!entries.some((entry) => entry.status === 'closed' || isDeleted(entry))) return entries
  const [last] = entries.toSorted((a, b) => b.at - a.at)
  return last ? [{ ...last, status: 'closed', reason: null, set: null, isStored: true }] : []
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
