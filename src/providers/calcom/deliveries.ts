// How Cal.com signs a webhook, and what one says. Read only once the signature has been verified.

import type { WebhookClaim, WebhookMessage } from '../../core/webhooks.ts'
import { membersOf } from '../answers.ts'

/** `X-Cal-Signature-256`: hex alone, over the body alone; `no-secret-provided` where there is no secret. */
export function claim(headers: Headers): WebhookClaim | null {
  const [, hex] = /^([0-9a-f]{64})$/.exec(headers.get('x-cal-signature-256') ?? '') ?? []
  return hex === undefined ? null : { signatures: [Buffer.from(hex, 'hex')], prefix: '', signedAt: null }
}

/** Meetings that begin or end were told of without a payload of their own for a time (issue 13985). */
export function read(body: unknown): WebhookMessage | null {
  const { triggerEvent: name, createdAt: created, payload } = membersOf(body)
  const createdAt = typeof created === 'string' ? Date.parse(created) : Number.NaN
  if (typeof name !== 'string' || Number.isNaN(createdAt)) return null
  const { uid } = membersOf(payload)
  const subject = typeof uid === 'string' && uid !== '' ? uid : null
  return {
    name,
    createdAt,
    account: null,
    subject,
    identity: subject === null ? null : [name, subject, created].join('\n'),
    presupposes: presupposed[name] ?? [],
    beganAt: null,
  }
}

/** A booking enters as created, as requested, or as the new one of a reschedule, which has a uid of its own. */
const entrances = ['BOOKING_CREATED', 'BOOKING_REQUESTED', 'BOOKING_RESCHEDULED']
const presupposed: Readonly<Record<string, readonly string[]>> = {
  BOOKING_CANCELLED: entrances,
  BOOKING_REJECTED: ['BOOKING_REQUESTED'],
  BOOKING_NO_SHOW_UPDATED: entrances,
}
