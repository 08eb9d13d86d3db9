// The limit of Calendly's token endpoint.

import { type Answer, type Exchange, jsonAnswer, refused } from '../../http/exchange.ts'
import type { CalendlyAccount } from '../../world/accounts.ts'
import type { World } from '../../world/world.ts'
import { noStore } from './errors.ts'

export function overLimit(world: World, exchange: Exchange, account: CalendlyAccount): Answer | null {
  const { switches } = world.state
  const limit = switches.calendlyTokensPerMinute
  if (limit === null) return null
  const { allowed, reset } = world.meter.slide(`calendly tokens ${account.id}`, exchange.now, {
    limit,
    windowMs: 60_000,
  })
  return allowed ? null : tokenLimit(world, exchange, limit, reset)
}

/** The 429 of the token endpoint. Its body is unknown, so a switch words it. */
export function tokenLimit(world: World, exchange: Exchange, limit: number, reset: number): Answer {
  const { switches } = world.state
  const bodies = {
    empty: {},
    oauth: { error: 'too_many_requests', error_description: 'Too many requests.' },
    title: { title: 'Too Many Requests', message: 'Too many requests.' },
  }
  const headers: Record<string, string> = { ...noStore }
  if (switches.calendlyRetryAfter) headers['retry-after'] = String(reset)
  if (switches.calendlyAuthRateLimitHeaders) {
    headers['x-ratelimit-limit'] = String(limit)
    headers['x-ratelimit-remaining'] = '0'
    headers['x-ratelimit-reset'] = String(reset)
  }
  const why = `more than ${limit} tokens were requested for this user within a minute`
  return refused(exchange, why, jsonAnswer(429, bodies[switches.calendlyTokenLimitBody], headers))
}
