// Cal.com's throttler: 500 a minute for an access token, 120 for an address without one, then blocked for 60 s.
// A refresh gives a fresh counter, since the token itself is the key. There is no `Retry-After`.

import type { Answer, Exchange } from '../exchange.ts'
import { bearerOf } from '../exchange.ts'
import type { Reading } from '../meter.ts'
import { digest } from '../seal.ts'
import type { World } from '../world.ts'
import { envelope } from './envelope.ts'

/** Counts the request and adds the three headers to its answer, or answers 429 in its place. */
export function throttle(world: World, exchange: Exchange, answer: () => Answer): Answer {
  const { switches } = world.state
  const tracker = trackerOf(exchange)
  const limit = tracker.startsWith('ip ') ? switches.calcomAnonymousPerMinute : switches.calcomTokenPerMinute
  if (limit === null) return answer()
  const reading = world.meter.hit(`calcom ${tracker}`, limit, 60_000, exchange.now, 60_000)
  if (!reading.allowed) return tooMany(exchange, reading)
  const given = answer()
  return { ...given, headers: { ...given.headers, ...limitHeaders(reading) } }
}

/** The 429, in the API's envelope even on the token endpoint. */
export function tooMany(exchange: Exchange, reading: Omit<Reading, 'allowed'>): Answer {
  const message = 'CustomThrottlerGuard - Too many requests. Please try again later.'
  const why = `more than ${reading.limit} requests within a minute: blocked for ${reading.reset} s`
  const answer = envelope(exchange, 429, 'ThrottlerException', message, message, why)
  return { ...answer, headers: { ...answer.headers, ...limitHeaders(reading) } }
}

function trackerOf(exchange: Exchange): string {
  const bearer = bearerOf(exchange.headers)
  if (bearer !== null) return `token ${digest(bearer)}`
  const client = exchange.headers.get('x-cal-client-id')
  return client === null ? `ip ${exchange.headers.get('cf-connecting-ip') ?? exchange.ip}` : `client ${client}`
}

function limitHeaders(reading: Omit<Reading, 'allowed'>): Record<string, string> {
  return {
    'x-ratelimit-limit-default': String(reading.limit),
    'x-ratelimit-remaining-default': String(reading.remaining),
    'x-ratelimit-reset-default': String(reading.reset),
  }
}
