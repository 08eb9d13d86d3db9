// What a file of the journal holds, as text. Tokens are in it sealed.

import type { SealedRefresh } from '../records/grants.ts'

/** The answer to the exchange of a code, sealed for its attempt. */
export interface SealedAnswer {
  readonly attempt: string
  readonly client: string
  readonly answer: string
}

/** One entry of the journal. */
export type Entry =
  | { readonly kind: 'renewal'; readonly renewal: SealedRefresh }
  | { readonly kind: 'answer'; readonly answer: SealedAnswer }

/** When it was written, and when the parts of a set fall due: milliseconds since 1970, by this machine's clock. */
export interface WallTimes {
  readonly writtenAt: number
  readonly expiresAt: number
  readonly renewAt: number | null
  readonly dueAt: number | null
}

/** Returns the text of an entry. `store`: the name of the database for which it is. */
export function serializeEntry(store: string | null, entry: Entry, times: WallTimes): string {
  const { kind: _, ...what } = entry
  return JSON.stringify({ store, ...what, ...times })
}

/** Reads an entry at the time `now`, with its age; `null` for a text that is not an entry. Entries of earlier versions name no database. */
export function parseEntry(
  text: string,
  now: number,
): { readonly store: string | null; readonly entry: Entry; readonly times: WallTimes; readonly ageMs: number } | null {
  try {
    const { store = null, renewal, answer, ...rest } = JSON.parse(text) as Record<string, unknown>
    const entry = entryOf(renewal, answer)
    const times = timesOf(rest, now)
    if (entry === null || times === null || (store !== null && typeof store !== 'string')) return null
    const ageMs = isTime(rest.writtenAt) ? Math.max(0, now - rest.writtenAt) : 0
    return { store, entry, times, ageMs }
  } catch {
    return null
  }
}

function entryOf(renewal: unknown, answer: unknown): Entry | null {
  const set = renewal as SealedRefresh | undefined
  if (
    set &&
    isText(set.grant) &&
    isText(set.tokens) &&
    typeof set.spent === 'string' &&
    Number.isSafeInteger(set.generation)
  )
    return { kind: 'renewal', renewal: set }
  const kept = answer as SealedAnswer | undefined
  if (kept && isText(kept.attempt) && isText(kept.client) && isText(kept.answer))
    return { kind: 'answer', answer: kept }
  return null
}

/**
 * Returns the times as seen at `now`: the time that has passed since the writing, by the wall clock, is subtracted. Nothing
 * is subtracted where the entry comes from the future.
 */
function timesOf({ writtenAt, expiresAt, renewAt, dueAt }: Record<string, unknown>, now: number): WallTimes | null {
  if (!isTime(expiresAt)) return null
  const ahead = isTime(writtenAt) ? Math.max(0, writtenAt - now) : 0
  const shifted = (time: unknown) => (isTime(time) ? time - ahead : null)
  return { writtenAt: now, expiresAt: expiresAt - ahead, renewAt: shifted(renewAt), dueAt: shifted(dueAt) }
}

function isTime(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(Math.round(value))
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}
