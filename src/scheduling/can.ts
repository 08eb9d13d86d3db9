// Whether something can be done, and the refusal of what cannot, before anything is sent.

import { oneOf, valueError } from '../core/check.ts'
import type { Clock } from '../core/clock.ts'
import { PunctualError } from '../core/errors.ts'
import type { Provider } from '../core/provider.ts'
import { type Can, type Capability, capabilities, type Obstacle } from '../core/scheduling/capabilities.ts'
import type { Booking, EventType } from '../core/scheduling/model.ts'
import type { ProviderScheduling } from '../core/scheduling/provider.ts'
import type { Learnt } from './learnt.ts'

/** The connection that is asked about. */
export interface AbleConnection {
  readonly id: string
  readonly scopes: readonly string[]
  readonly provider: Pick<Provider, 'title'>
  readonly scheduling: Pick<ProviderScheduling, 'capabilities' | 'missingScopes' | 'limit'>
  readonly clock: Pick<Clock, 'now'>
}

const isCapability = oneOf(...capabilities)

/** @throws {PunctualError} `invalid_argument` */
export function checkCapability(what: unknown): asserts what is Capability {
  if (isCapability(what, true) !== null)
    throw valueError('can', 'what', `must be a capability: ${capabilities.join(', ')}`)
}

/**
 * Returns whether it can be done. The first cause counts: what the event type or booking rules out, what the provider
 * lacks, the scopes that are missing, and what earlier calls have shown of plan and role.
 */
export function can(
  { id, scopes, scheduling, clock }: AbleConnection,
  learnt: Pick<Learnt, 'of'>,
  what: Capability,
  on?: EventType | Booking,
): Can {
  const limit = on ? scheduling.limit(what, on, clock.now()) : null
  if (limit) return limit
  const fact = scheduling.capabilities[what]
  if (fact.how === 'none') return { yes: false, because: 'provider', note: fact.note }
  const missing = scheduling.missingScopes(scopes, fact.scopes)
  if (missing.length > 0) return { yes: false, because: 'scope', missing }
  const refusal = learnt.of(id, what, on?.id ?? null)
  if (refusal) return { yes: false, because: refusal.because }
  return { yes: true, how: fact.how, ...(fact.note !== undefined && { note: fact.note }) }
}

/**
 * Refuses what cannot be done.
 *
 * @throws {PunctualError} `insufficient_scope` with the scopes that are missing; else `not_supported`, reason the cause.
 */
export function assertCan(
  connection: AbleConnection,
  learnt: Pick<Learnt, 'of'>,
  place: string,
  what: Capability,
  on?: EventType | Booking,
): void {
  const answer = can(connection, learnt, what, on)
  if (answer.yes) return
  if (answer.because === 'scope') throw missingScopes(place, connection.scopes, answer.missing ?? [])
  const retryAfterMs = learnt.of(connection.id, what, on?.id ?? null)?.leftMs
  throw notSupported(place, connection.provider.title, answer, retryAfterMs)
}

function missingScopes(place: string, granted: readonly string[], missing: readonly string[]): PunctualError {
  const all = [...new Set([...granted, ...missing])].join(' ')
  const message = `${place}: the account has not granted ${missing.join(' ')}. Call "begin" with this "connection" and with all "scopes": ${all}.`
  return new PunctualError('insufficient_scope', message, { scopes: missing })
}

const sentences: Readonly<Record<Exclude<Obstacle, 'scope'>, (title: string) => string>> = {
  provider: (title) => `${title} does not offer this.`,
  plan: (title) => `the plan of the account at ${title} does not include this. Change the plan there.`,
  role: (title) => `the role of the account at ${title} does not allow this. Ask an owner or admin there.`,
  event_type: (title) => `the event type at ${title} rules this out.`,
  booking: (title) => `the booking at ${title} rules this out.`,
}

/** The error for what cannot be done. `because` is not `scope`. */
export function notSupported(
  place: string,
  title: string,
  { because, note, instead }: Extract<Can, { readonly yes: false }>,
  retryAfterMs?: number,
): PunctualError {
  const cause = because === 'scope' ? '' : sentences[because](title)
  const more = note === undefined ? '' : ` ${note.replace(/[^.!?]$/, '$&.')}`
  const page = instead === undefined ? '' : ` A person can do it on ${instead.url}`
  const isLearnt = because === 'plan' || because === 'role'
  return new PunctualError('not_supported', `${place}: ${cause}${more}${page}`, {
    reason: because,
    ...(isLearnt && { retryAfterMs }),
  })
}
