// What a grant's row becomes with a new token set, and with one more presentation of its refresh token.

import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { Pace } from '../../../core/store/grants.ts'
import { after, afterOrNull, isReached, type Time } from '../engine/engine.ts'

interface NewTokenColumns
  extends Record<'reason' | 'lease_owner' | 'intent' | 'refused_since' | 'closing_at', null>,
    Record<'lease_until' | 'doubt' | 'failures' | 'refusals' | 'retry_at', 0>,
    Record<'renew_at' | 'due_at', Time | null>,
    Record<'generation' | 'expires_at', Time> {
  readonly tokens: string
  readonly lifetime: number
  readonly spares: '[]'
  readonly status: 'live'
}

/** The columns that every new token set of a grant begins with. */
export function newTokenColumns(
  now: Time,
  set: { tokens: string; expiresInMs: number; refreshInMs: number | null; dueInMs: number | null },
): NewTokenColumns {
  return {
    tokens: set.tokens,
    spares: '[]',
    generation: sql<number>`generation + 1`,
    expires_at: after(now, set.expiresInMs),
    lifetime: Math.round(set.expiresInMs),
    renew_at: afterOrNull(now, set.refreshInMs),
    due_at: afterOrNull(now, set.dueInMs),
    status: 'live',
    reason: null,
    lease_owner: null,
    lease_until: 0,
    intent: null,
    doubt: 0,
    failures: 0,
    refusals: 0,
    refused_since: null,
    retry_at: 0,
    closing_at: null,
  }
}

/** The theoretical arrival time after one more presentation: never further ahead than a whole burst. */
export function paced(now: Time, { burst, intervalMs: interval }: Pace): Time {
  const [span, step] = [Math.round(burst * interval), Math.round(interval)]
  return sql<number>`case when ${isReached('paced_at', now, span)} then ${after(now, step)}
    when paced_at > ${after(now, span - step)} then ${after(now, span)} else ${after(sql.ref('paced_at'), step)} end`
}

/** Whether the pace allows a presentation. */
export function isPaced(now: Time, { burst, intervalMs: interval }: Pace): RawBuilder<SqlBool> {
  const [free, span] = [Math.round((burst - 1) * interval), Math.round(burst * interval)]
  return sql<SqlBool>`(paced_at <= ${after(now, free)} or paced_at > ${after(now, span)})`
}
