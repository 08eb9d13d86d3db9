// Where a refreshed set goes that its grant's row did not take at once: into the row, beside a newer one, or nowhere, since
// the store has had it and it may have been spent.

import { createHash } from 'node:crypto'
import type { FallbackEntries, GrantRow, GrantStore } from '../core/store/grants.ts'
import type { Store } from '../core/store/store.ts'
import { ageOf, unknownAgeMs } from '../core/store/wrong-clock.ts'
import { keptEntry, refreshedEntry, usedEntry } from './grant-history.ts'
import { afterwards, type PutBackOutcome, type Schedule, type SealedRefresh } from './refreshed-set.ts'

/** The stored sets of grants, and what tells one from another. A set that has been sealed again is the same set. */
export interface StoredSets extends Pick<Store, 'grants' | 'history'> {
  /** @throws {PunctualError} where the set cannot be opened. */
  textOf(id: string, sealed: string): string
}

interface PutBack {
  readonly schedule: Schedule
  readonly ageMs: number
  readonly commit: (left: Schedule) => Promise<boolean>
  readonly wentBack: () => void
}

/** Stores a set from the journal, fenced by the generation like any other. */
export async function putBack(
  sets: StoredSets,
  refreshed: SealedRefresh,
  { schedule, ageMs, commit, wentBack }: PutBack,
): Promise<PutBackOutcome> {
  const { grants, history } = sets
  const { grant, generation, spent, tokens, readAt } = refreshed
  const kept = keptEntry(generation, digest(sets.textOf(grant, tokens)))
  const before = await grants.get(grant)
  if (!before) return 'absent'
  const byStoreMs = readAt === undefined ? 0 : (ageOf(readAt, before.readAt) ?? unknownAgeMs)
  if (await commit(afterwards(schedule, Math.max(ageMs, byStoreMs)))) return 'stored'
  const row = await grants.get(grant)
  if (!row) return 'absent'
  // The write that was believed to have failed may have succeeded: then this set was the next generation or a fallback,
  // and may have been spent since.
  const next = generation + 1
  if (row.tokens !== null && isSame(sets, grant, row.tokens, tokens)) return 'known'
  if (row.generation > next && (await history.has(grant, refreshedEntry(next)))) return 'known'
  if (await history.has(grant, kept)) return 'known'
  if (row.generation < generation) wentBack()
  if (row.generation <= generation) return putBefore(grants, row, refreshed, { kept, used: usedEntry(row.generation) })
  const found = await keepFallback(sets, grant, generation, spent, tokens)
  return found === 'kept' ? 'fallback' : (found ?? 'known')
}

/**
 * The database has gone back in time: a backup was restored. The set from the journal is newer than the row's, unless
 * a person has connected again since: so it is tried first, and the row's set is kept as a fallback.
 */
async function putBefore(
  grants: GrantStore,
  { id, generation, status, tokens }: GrantRow,
  refreshed: SealedRefresh,
  entries: FallbackEntries,
): Promise<PutBackOutcome> {
  const oldest = -1
  if (status === 'live' && tokens !== null) await grants.keepFallback(id, oldest, '', tokens)
  const kept = await grants.keepFallback(id, oldest, refreshed.spent, refreshed.tokens, entries)
  if (kept === 'revived' || kept === 'known') return kept
  if (kept === null || !(await grants.useFallback(id, generation, entries.used))) return 'absent'
  return 'stored'
}

/** Keeps a set that a newer generation has overtaken, if there is one, and deletes the one that was spent for it. */
export async function keepFallback(
  sets: StoredSets,
  id: string,
  generation: number,
  spent: string,
  sealed: string | null,
): Promise<'kept' | 'revived' | 'known' | null> {
  const kept = sealed !== null && { kept: keptEntry(generation, digest(sets.textOf(id, sealed))) }
  const entries = { ...kept, used: usedEntry(generation) }
  return sets.grants.keepFallback(id, generation, await asStored(sets, id, spent), sealed, entries)
}

/** A set as its row has it: a rotation of keys may have sealed it again since it was read. */
async function asStored(sets: StoredSets, id: string, sealed: string): Promise<string> {
  const row = sealed === '' ? null : await sets.grants.get(id)
  const stored = row === null ? [] : [...(row.tokens === null ? [] : [row.tokens]), ...row.fallbackTokens]
  return stored.find((one) => isSame(sets, id, one, sealed)) ?? sealed
}

function isSame({ textOf }: StoredSets, id: string, one: string, other: string): boolean {
  if (one === other) return true
  try {
    return textOf(id, one) === textOf(id, other)
  } catch {
    return false
  }
}

/** Tells one set from another without holding either. */
function digest(text: string): string {
  return createHash('sha256').update(`set\n${text}`).digest('base64url').slice(0, 22)
}
