// Reads a provider's message by its definition, and believes no time that cannot be one: it comes from outside, and the
// definition may be the host application's own.

import type { ProviderWebhooks, WebhookMessage } from '../core/webhooks.ts'

/** The farthest that a `Date` can be from 1970, in ms; every database can hold it. */
const farthest = 8_640_000_000_000_000

/** `null` when it is no message of this provider, or does not say when it happened. */
export function readMessage({ read }: Pick<ProviderWebhooks, 'read'>, body: unknown): WebhookMessage | null {
  const message = read(body)
  const createdAt = message && momentOf(message.createdAt)
  if (!message || createdAt === null) return null
  return { ...message, createdAt, beganAt: momentOf(message.beganAt) }
}

function momentOf(time: number | null): number | null {
  return time !== null && Math.abs(time) < farthest ? Math.round(time) : null
}
