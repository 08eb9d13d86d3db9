// The limits of Calendly's API: so many requests a minute for each user, and fewer bookings.

import type { Answer, Exchange } from '../exchange.ts'
import { jsonAnswer, refused } from '../exchange.ts'
import type { Reading } from '../meter.ts'
import type { World } from '../world.ts'
import type { CalendlyCall } from './call.ts'

const minute = 60_000

/** The 429 of the API. Its body is unknown, so a switch words it; `Retry-After` is not documented. */
export function apiLimit(
  world: World,
  exchange: Exchange,
  reading: Omit<Reading, 'allowed'>,
  what = 'requests of this user within a minute',
): Answer {
  const { switches } = world.state
  const body =
    switches.calendlyApiLimitBody === 'empty' ? {} : { title: 'Too Many Requests', message: 'Too many requests.' }
  const headers = limitHeaders(reading)
  if (switches.calendlyRetryAfter) headers['retry-after'] = String(reading.reset)
  return refused(exchange, `more than ${reading.limit} ${what}`, jsonAnswer(429, body, headers))
}

/** The three headers. */
export function limitHeaders(reading: Omit<Reading, 'allowed'>): Record<string, string> {
  return {
    'x-ratelimit-limit': String(reading.limit),
    'x-ratelimit-remaining': String(reading.remaining),
    'x-ratelimit-reset': String(reading.reset),
  }
}

/** 429 when the user has booked too often; counts this attempt otherwise. */
export function bookingLimit({ world, exchange, account }: CalendlyCall): Answer | null {
  const { switches } = world.state
  const spans: [string, number | null, number][] =
    account.plan === 'free'
      ? [['day', switches.calendlyFreeBookingsPerDay, 1440 * minute]]
      : [
          ['day', switches.calendlyPaidBookingsPerDay, 1440 * minute],
          ['hour', switches.calendlyPaidBookingsPerHour, 60 * minute],
          ['minute', switches.calendlyPaidBookingsPerMinute, minute],
        ]
  for (const [name, limit, span] of spans) {
    if (limit === null) continue
    const key = `calendly bookings a ${name} ${account.id}`
    const { allowed, reset } = world.meter.slide(key, limit, span, exchange.now)
    if (!allowed) {
      return apiLimit(world, exchange, { limit, remaining: 0, reset }, `bookings of this user within one ${name}`)
    }
  }
  return null
}
