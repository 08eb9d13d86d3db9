// Cal.com's throttler: 500 a minute for an access token, 120 for an API key and for an address without either, then
// blocked for 60 s.
// A refresh gives a fresh counter, since the token itself is the key. There is no `Retry-After`.

import type { Answer, Exchange } from '../../http/exchange.ts'
import type { Reading } from '../../world/meter.ts'
import { digest } from '../../world/seal.ts'
import type { World } from '../../world/world.ts'
import type { CalcomRoute } from './call.ts'
import { isApiKey, presentedToken } from './credentials.ts'
import { errorEnvelope } from './errors.ts'
import { withRequestId } from './success.ts'

/** Counts the request and adds the three headers to its answer, or returns 429 in its place. */
export function throttle(world: World, exchange: Exchange, route: CalcomRoute, answer: () => Answer): Answer {
  const { tracker, limit } = trackerOf(world, exchange)
  const hit = (key: string, limit: number): Reading =>
    world.meter.hit(key, exchange.now, { limit, windowMs: 60_000, blockMs: 60_000 })
  const own = route.perMinute?.(world.state.switches) ?? null
  const special = own === null ? null : hit(`calcom ${tracker} ${route.path}`, own)
  if (special?.allowed === false) return tooMany(world, exchange, special)
  if (limit === null) return answer()
  const reading = hit(`calcom ${tracker}`, limit)
  if (!reading.allowed) return tooMany(world, exchange, reading)
  const given = answer()
  return { ...given, headers: { ...given.headers, ...limitHeaders(reading) } }
}

/** The 429, in the API's envelope even on the token endpoint. */
export function tooMany(world: World, exchange: Exchange, reading: Omit<Reading, 'allowed'>): Answer {
  const message = 'CustomThrottlerGuard - Too many requests. Please try again later.'
  const why = `more than ${reading.limit} requests within a minute: blocked for ${reading.reset} s`
  const answer = errorEnvelope(exchange, { status: 429, code: 'ThrottlerException', message, details: message, why })
  return withRequestId(world, { ...answer, headers: { ...answer.headers, ...limitHeaders(reading) } })
}

/** What is counted, and how often a minute it may come; a client id counts as an access token does. */
function trackerOf({ state }: World, exchange: Exchange): { tracker: string; limit: number | null } {
  const { calcomAnonymousPerMinute, calcomApiKeyPerMinute, calcomTokenPerMinute } = state.switches
  const token = presentedToken(exchange.headers)
  if (token !== null) {
    return { tracker: `token ${digest(token)}`, limit: isApiKey(token) ? calcomApiKeyPerMinute : calcomTokenPerMinute }
  }
  const client = exchange.headers.get('x-cal-client-id')
  if (client !== null) return { tracker: `client ${client}`, limit: calcomTokenPerMinute }
  return { tracker: `ip ${exchange.headers.get('cf-connecting-ip') ?? exchange.ip}`, limit: calcomAnonymousPerMinute }
}

function limitHeaders(reading: Omit<Reading, 'allowed'>): Record<string, string> {
  return {
    'x-ratelimit-limit-default': String(reading.limit),
    'x-ratelimit-remaining-default': String(reading.remaining),
    'x-ratelimit-reset-default': String(reading.reset),
  }
}
