// Reads a provider's message by the provider's definition, and rejects impossible times: the message comes from outside, and
// the definition may be the host application's own.

import type { ProviderWebhooks, WebhookMessage } from '../core/webhooks.ts'

/** The farthest that a `Date` can be from 1970. Every database can hold it. */
const farthestMs = 8_640_000_000_000_000

/** Returns `null` for a body that is not a message of this provider, or that does not say when it happened. */
export function readMessage({ read }: Pick<ProviderWebhooks, 'read'>, body: unknown): WebhookMessage | null {
  const message = read(body)
  const createdAt = message && parseTime(message.createdAt)
  if (!message || createdAt === null) return null
  return { ...message, createdAt, beganAt: parseTime(message.beganAt) }
}

function parseTime(time: number | null): number | null {
  return time !== null && Math.abs(time) < farthestMs ? Math.round(time) : null
}
