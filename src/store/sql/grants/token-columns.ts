// What a grant's row becomes with a new token set, and with one more presentation of its refresh token.

import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { Pace } from '../../../core/store/grants.ts'
import { after, isReached, type Time } from '../engine/engine.ts'
import type { Placeholders } from '../engine/parameters.ts'

/** A new token set and its times, in ms from now. */
export interface NewTokens {
  readonly tokens: string
  readonly expiresInMs: number
  readonly refreshInMs: number | null
  readonly dueInMs: number | null
}

interface NewTokenColumns
  extends Record<'reason' | 'lease_owner' | 'intent' | 'refused_since' | 'closing_at' | 'closed_at', null>,
    Record<'lease_until' | 'doubt' | 'failures' | 'refusals' | 'retry_at', 0>,
    Record<'renew_at' | 'due_at', RawBuilder<number | null>>,
    Record<'generation' | 'expires_at' | 'lifetime', Time> {
  readonly tokens: RawBuilder<string>
  readonly spares: '[]'
  readonly status: 'live'
}

/** The columns that every new token set of a grant begins with. */
export function newTokenColumns(now: Time, set: Placeholders<NewTokens>): NewTokenColumns {
  return {
    tokens: set.tokens,
    spares: '[]',
    generation: sql<number>`generation + 1`,
    expires_at: after(now, set.expiresInMs),
    lifetime: set.expiresInMs,
    renew_at: after(now, set.refreshInMs),
    due_at: after(now, set.dueInMs),
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
    closed_at: null,
  }
}

/** A {@link Pace} as a statement's values, in ms. */
export interface PaceValues {
  /** From one presentation to the next. */
  readonly stepMs: number
  /** A whole burst. */
  readonly burstMs: number
  /** A burst that lacks one presentation. */
  readonly freeMs: number
}

export function paceValues({ burst, intervalMs }: Pace): PaceValues {
  return { stepMs: intervalMs, burstMs: burst * intervalMs, freeMs: (burst - 1) * intervalMs }
}

/** The theoretical arrival time after one more presentation: never further ahead than a whole burst. */
export function paced(now: Time, { stepMs, burstMs }: Placeholders<PaceValues>): Time {
  return sql<number>`case when ${isReached('paced_at', now, burstMs)} then ${after(now, stepMs)}
    when paced_at > ${after(now, burstMs)} - ${stepMs} then ${after(now, burstMs)} else ${after(sql.ref('paced_at'), stepMs)} end`
}

/** Whether the pace allows a presentation. */
export function isPaced(now: Time, { burstMs, freeMs }: Placeholders<PaceValues>): RawBuilder<SqlBool> {
  return sql<SqlBool>`(paced_at <= ${after(now, freeMs)} or paced_at > ${after(now, burstMs)})`
}
