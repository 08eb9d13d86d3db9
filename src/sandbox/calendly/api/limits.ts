// The limits of Calendly's API: requests a minute for each user, and bookings.

import { type Answer, type Exchange, jsonAnswer, refused } from '../../http/exchange.ts'
import type { CalendlyAccount } from '../../world/accounts.ts'
import type { Reading } from '../../world/meter.ts'
import type { Switches } from '../../world/switches.ts'
import type { World } from '../../world/world.ts'
import { isPersonal } from '../oauth/personal-tokens.ts'
import type { CalendlyCall } from './call.ts'

type Numbers = Omit<Reading, 'allowed'>

/** Who is calling. */
type Caller = Pick<CalendlyCall, 'world' | 'exchange' | 'account' | 'token'>

const minute = 60_000

/** Serves the call unless its user has exceeded the limit; adds the rate limit headers in both cases. */
export function withinLimit(caller: Caller, serve: () => Answer): Answer {
  const { world, exchange, account, token } = caller
  const { switches } = world.state
  const limit = account.plan === 'free' ? switches.calendlyFreePerMinute : switches.calendlyPaidPerMinute
  if (limit === null) return serve()
  const whose = switches.calendlyRateLimitPer === 'user' ? account.id : `${account.id} ${token.client}`
  const reading = world.meter.hit(`calendly api ${whose}`, exchange.now, { limit, windowMs: minute })
  const headers = { ...limitHeaders(world, reading, minute), ...headersOfKey(caller) }
  if (!reading.allowed) return apiLimit(world, exchange, { reading, headers })
  const given = serve()
  return { ...given, headers: { ...headers, ...given.headers } }
}

/** A limit that is exceeded; `what` says in words what was counted. */
interface Exceeded {
  readonly reading: Numbers
  readonly headers?: Record<string, string>
  readonly what?: string
}

/** The 429 of the API. Its body is unknown, so a switch words it; `Retry-After` is not documented. */
export function apiLimit(
  world: World,
  exchange: Exchange,
  { reading, headers = limitHeaders(world, reading, minute), what = 'requests of this user within a minute' }: Exceeded,
): Answer {
  const { switches } = world.state
  const body =
    switches.calendlyApiLimitBody === 'empty' ? {} : { title: 'Too Many Requests', message: 'Too many requests.' }
  const retryAfter: Record<string, string> = switches.calendlyRetryAfter ? { 'retry-after': String(reading.reset) } : {}
  const answer = jsonAnswer(429, body, { ...headers, ...retryAfter })
  return refused(exchange, `more than ${reading.limit} ${what}`, answer)
}

function limitHeaders(world: World, { limit, remaining, reset }: Numbers, window: number): Record<string, string> {
  const isWhole = world.state.switches.calendlyRateLimitReset === 'window'
  return {
    'x-ratelimit-limit': String(limit),
    'x-ratelimit-remaining': String(remaining),
    'x-ratelimit-reset': String(isWhole ? window / 1000 : reset),
  }
}

/** Whose limit it is, as in recorded answers. The key of a personal access token is not known. */
function headersOfKey({ account, token }: Pick<Caller, 'account' | 'token'>): Record<string, string> {
  const tier = { 'x-ratelimit-tier': account.plan }
  return isPersonal(token) ? tier : { ...tier, 'x-ratelimit-key': `oauth:${token.client}:${account.id}` }
}

/** Returns the limits of bookings for a plan: name, number, and span in milliseconds. */
function bookingSpans(switches: Switches, plan: CalendlyAccount['plan']): [string, number | null, number][] {
  switch (plan) {
    case 'free':
      return [['day', switches.calendlyFreeBookingsPerDay, 1440 * minute]]
    case 'trial':
      return [['day', 5, 1440 * minute]]
    case 'enterprise':
      return [['minute', 500, minute]]
    case 'paid':
      return [
        ['day', switches.calendlyPaidBookingsPerDay, 1440 * minute],
        ['hour', switches.calendlyPaidBookingsPerHour, 60 * minute],
        ['minute', switches.calendlyPaidBookingsPerMinute, minute],
      ]
  }
}

/** 429 when the user has booked too often; counts this attempt otherwise. */
export function bookingLimit(call: CalendlyCall): Answer | null {
  const { world, exchange, account } = call
  for (const [name, limit, span] of bookingSpans(world.state.switches, account.plan)) {
    if (limit === null) continue
    const key = `calendly bookings a ${name} ${account.id}`
    const { allowed, reset } = world.meter.slide(key, exchange.now, { limit, windowMs: span })
    if (allowed) continue
    const reading = { limit, remaining: 0, reset }
    const headers = { ...limitHeaders(world, reading, span), ...headersOfKey(call) }
    return apiLimit(world, exchange, { reading, headers, what: `bookings of this user within one ${name}` })
  }
  return null
}
