// What a file of the journal holds, as text. Tokens are in it sealed.

import { ageOf } from '../core/store/wrong-clock.ts'
import type { Schedule, SealedRefresh } from '../records/refreshed-set.ts'

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

/** What a text of the journal says. */
export interface FoundEntry {
  /** The name of the database that it is for; `null`: it names none. */
  readonly store: string | null
  readonly entry: Entry
  /** As it was when the entry was written. */
  readonly schedule: Schedule
  /** Ms since it was written; `null`: not known. */
  readonly ageMs: number | null
}

/** Returns the text of an entry that is written at the time `now`. Only renewals have a schedule. */
export function serializeEntry(store: string | null, entry: Entry, schedule: Schedule | null, now: number): string {
  const { kind: _, ...what } = entry
  const at = (ms: number | null) => (ms === null ? null : now + ms)
  const { expiresInMs = 0, refreshInMs = null, dueInMs = null } = schedule ?? {}
  const times = { writtenAt: now, expiresAt: now + expiresInMs, renewAt: at(refreshInMs), dueAt: at(dueInMs) }
  return JSON.stringify({ store, ...what, ...times })
}

/** Reads an entry at the time `now`; `null` for a text that is not an entry. */
export function parseEntry(text: string, now: number): FoundEntry | null {
  try {
    const { store = null, renewal, answer, ...times } = JSON.parse(text) as Record<string, unknown>
    const entry = entryOf(renewal, answer)
    // Entries of earlier versions do not say when they were written.
    const writtenAt = isTime(times.writtenAt) ? times.writtenAt : now
    const schedule = scheduleOf(times, writtenAt)
    if (entry === null || schedule === null || (store !== null && typeof store !== 'string')) return null
    return { store, entry, schedule, ageMs: ageOf(writtenAt, now) }
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
    Number.isSafeInteger(set.generation) &&
    (set.readAt === undefined || isTime(set.readAt))
  )
    return { kind: 'renewal', renewal: set }
  const kept = answer as SealedAnswer | undefined
  if (kept && isText(kept.attempt) && isText(kept.client) && isText(kept.answer))
    return { kind: 'answer', answer: kept }
  return null
}

function scheduleOf({ expiresAt, renewAt, dueAt }: Record<string, unknown>, writtenAt: number): Schedule | null {
  if (!isTime(expiresAt)) return null
  const after = (time: unknown) => (isTime(time) ? time - writtenAt : null)
  return { expiresInMs: expiresAt - writtenAt, refreshInMs: after(renewAt), dueInMs: after(dueAt) }
}

function isTime(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(Math.round(value))
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}
