// How Calendly signs a webhook, and what one says. Read only once the signature has been verified.

import { isObject, membersOf, timeOf } from '../../core/json.ts'
import type { WebhookClaim, WebhookMessage } from '../../core/webhooks.ts'

/** `Calendly-Webhook-Signature: t=1492774577,v1=5257…`: over the seconds, a dot and the body. */
export function claim(headers: Headers): WebhookClaim | null {
  const parts = (headers.get('calendly-webhook-signature') ?? '').split(',').map((part) => part.trim())
  const seconds = parts.map((part) => /^t=(\d{1,12})$/.exec(part)?.[1]).find(Boolean)
  const signatures = parts.flatMap((part) => /^v1=([0-9a-f]{64})$/.exec(part)?.[1] ?? [])
  if (seconds === undefined || signatures.length === 0) return null
  return {
    signatures: signatures.map((hex) => Buffer.from(hex, 'hex')),
    prefix: `${seconds}.`,
    signedAt: Number(seconds) * 1000,
  }
}

/** No message has an id. A reschedule is two messages about two invitees, who name each other. */
export function read(body: unknown): WebhookMessage | null {
  const { event: name, created_at, created_by: account, payload } = membersOf(body)
  const createdAt = timeOf(created_at)
  if (typeof name !== 'string' || createdAt === null || typeof account !== 'string' || !isObject(payload)) return null
  const { uri, created_at: began } = membersOf(payload)
  const orderingKey = typeof uri === 'string' ? uri : null
  return {
    name,
    createdAt,
    account,
    members: hosts(payload),
    orderingKey,
    // By the moment, which may be written in more than one way.
    identity: orderingKey === null ? null : [name, orderingKey, createdAt].join('\n'),
    presupposes: presupposed(name),
    beganAt: timeOf(began),
  }
}

/** Whose meeting it is; `null` where it is about something else. */
function hosts(payload: unknown): readonly string[] | null {
  const { event_memberships: list } = membersOf(membersOf(payload).scheduled_event)
  const users = (Array.isArray(list) ? list : []).map((one) => membersOf(one).user).filter((user) => user !== undefined)
  return users.length > 0 && users.every((user) => typeof user === 'string') ? users : null
}

/** `invitee.canceled` comes after `invitee.created`, `contact.updated` after `contact.created`, and so on. */
function presupposed(name: string): readonly string[] {
  if (name === 'invitee_no_show.created') return ['invitee.created']
  const [thing, what] = name.split('.')
  return what === undefined || what === 'created' ? [] : [`${thing}.created`]
}
