// What a grant's row becomes with a new token set, and with one more presentation of its refresh token.

import { sql } from 'kysely'
import type { Pace } from '../../core/store.ts'
import { after, afterOrNull, latest, type Time } from './engine.ts'

interface NewSet
  extends Record<'reason' | 'lease_owner' | 'intent' | 'closing_at', null>,
    Record<'lease_until' | 'doubt' | 'failures' | 'retry_at', 0>,
    Record<'renew_at' | 'due_at', Time | null>,
    Record<'generation' | 'expires_at', Time> {
  readonly tokens: string
  readonly spares: '[]'
  readonly status: 'live'
}

/** What every new token set of a grant starts with, whoever brought it. */
export function newSet(
  now: Time,
  set: { tokens: string; expiresIn: number; renewIn: number | null; dueIn: number | null },
): NewSet {
  return {
    tokens: set.tokens,
    spares: '[]',
    generation: sql<number>`generation + 1`,
    expires_at: after(now, set.expiresIn),
    renew_at: afterOrNull(now, set.renewIn),
    due_at: afterOrNull(now, set.dueIn),
    status: 'live',
    reason: null,
    lease_owner: null,
    lease_until: 0,
    intent: null,
    doubt: 0,
    failures: 0,
    retry_at: 0,
    closing_at: null,
  }
}

/** The theoretical arrival time after one more presentation. */
export function paced(now: Time, pace: Pace): Time {
  return after(latest('paced_at', now), pace.interval)
}
