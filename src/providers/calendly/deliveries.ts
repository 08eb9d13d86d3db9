// How Calendly signs a webhook, and how to read one once its signature has been verified.

import { isObject, membersOf, timeOf } from '../../core/json.ts'
import type { WebhookClaim, WebhookMessage } from '../../core/webhooks.ts'

/** Reads `Calendly-Webhook-Signature: t=1492774577,v1=5257…`: of the seconds, a dot and the body. */
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

/** Reads a message. None has an id. A reschedule is two messages about two invitees, which name each other. */
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
    // By the moment, since one moment can be written in several ways.
    identity: orderingKey === null ? null : [name, orderingKey, createdAt].join('\n'),
    presupposes: presupposed(name),
    beganAt: timeOf(began),
  }
}

/** The hosts of the meeting; `null` where the message is about something else. */
function hosts(payload: unknown): readonly string[] | null {
  const { event_memberships: list } = membersOf(membersOf(payload).scheduled_event)
  const users = (Array.isArray(list) ? list : []).map((one) => membersOf(one).user).filter((user) => user !== undefined)
  return users.length > 0 && users.every((user) => typeof user === 'string') ? users : null
}

/**
 * The earlier events: `invitee.created` before `invitee.canceled`, `contact.created` before `contact.updated`, and so
 * on.
 */
function presupposed(name: string): readonly string[] {
  if (name === 'invitee_no_show.created') return ['invitee.created']
  const [thing, what] = name.split('.')
  return what === undefined || what === 'created' ? [] : [`${thing}.created`]
}
