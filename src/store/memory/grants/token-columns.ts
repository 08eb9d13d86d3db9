// What a grant's row becomes with a new token set, and with one more presentation of its refresh token.

import type { Pace } from '../../../core/store/grants.ts'
import { believedTime } from '../../../core/store/wrong-clock.ts'
import type { GrantRecord } from '../engine/tables.ts'

/** The columns that every new token set of a grant begins with. */
export function newTokenColumns(
  set: { tokens: string; expiresInMs: number; refreshInMs: number | null; dueInMs: number | null },
  generation: number,
  at: number,
): Omit<GrantRecord, 'id' | 'client' | 'account' | 'scopes' | 'pacedAt' | 'usedAt' | 'createdAt'> {
  const later = (ms: number | null) => (ms === null ? null : at + Math.round(ms))
  return {
    tokens: set.tokens,
    fallbackTokens: [],
    generation: generation + 1,
    expiresAt: at + Math.round(set.expiresInMs),
    lifetimeMs: Math.round(set.expiresInMs),
    refreshAt: later(set.refreshInMs),
    dueAt: later(set.dueInMs),
    status: 'live',
    reason: null,
    leaseOwner: null,
    leaseUntil: 0,
    intent: null,
    outcomeUnknown: false,
    failures: 0,
    refusals: 0,
    refusedSince: null,
    retryAt: 0,
    closingAt: null,
    closedAt: null,
  }
}

/** The theoretical arrival time after one more presentation: never further ahead than a whole burst. */
export function paced(pacedAt: number, at: number, pace: Pace): number {
  const span = Math.round(pace.burst * pace.intervalMs)
  return Math.min(Math.max(believedTime(pacedAt, at, span), at) + Math.round(pace.intervalMs), at + span)
}

export function isPaced(pacedAt: number, at: number, { burst, intervalMs: interval }: Pace): boolean {
  return believedTime(pacedAt, at, Math.round(burst * interval)) <= at + Math.round((burst - 1) * interval)
}
