// How Cal.com signs a webhook, and how to read one once its signature has been verified.

import { membersOf, textOf, timeOf } from '../../core/json.ts'
import type { WebhookClaim, WebhookMessage } from '../../core/webhooks.ts'

/** Reads `X-Cal-Signature-256`: hex only, of the body only; `no-secret-provided` where there is no secret. */
export function claim(headers: Headers): WebhookClaim | null {
  const [, hex] = /^([0-9a-f]{64})$/.exec(headers.get('x-cal-signature-256') ?? '') ?? []
  return hex === undefined ? null : { signatures: [Buffer.from(hex, 'hex')], prefix: '', signedAt: null }
}

/** A time that lies further ahead of the meeting is that of its booking. */
const bookingAheadMs = 3_600_000

export function read(body: unknown): WebhookMessage | null {
  const { triggerEvent: name, createdAt: created, payload } = membersOf(body)
  if (typeof name !== 'string') return null
  const part = timeField[name]
  // Meetings that begin or end used to be reported by a flat body (issue 13985); whether they still are is not known.
  const flat = part !== undefined && (typeof payload !== 'object' || payload === null)
  const booking = membersOf(flat ? body : payload)
  const createdAt = part === undefined ? timeOf(created) : momentOf(timeOf(created), booking, part, flat)
  if (createdAt === null) return null
  // Those of an attendee who did not come have no `uid`.
  const orderingKey = textOf(booking.uid) ?? textOf(booking.bookingUid)
  return {
    name,
    createdAt,
    account: null,
    members: null,
    orderingKey,
    // By the moment, since one moment can be written in several ways.
    identity: orderingKey === null ? null : [name, orderingKey, createdAt].join('\n'),
    presupposes: presupposed[name] ?? [],
    beganAt: null,
  }
}

/** The field of the booking that says when the event happens. */
const timeField: Readonly<Record<string, 'startTime' | 'endTime'>> = {
  MEETING_STARTED: 'startTime',
  MEETING_ENDED: 'endTime',
}

/** By copies of the source, such a body is written when the meeting is booked: its own time may be weeks old. */
function momentOf(
  createdAt: number | null,
  booking: Readonly<Record<string, unknown>>,
  part: 'startTime' | 'endTime',
  flat: boolean,
): number | null {
  const began = timeOf(booking.startTime) ?? Number.NEGATIVE_INFINITY
  if (!flat && createdAt !== null && createdAt > began - bookingAheadMs) return createdAt
  return timeOf(booking[part]) ?? createdAt
}

/** A booking begins as created, as requested, or as the new one of a reschedule, which has a uid of its own. */
const beginnings = ['BOOKING_CREATED', 'BOOKING_REQUESTED', 'BOOKING_RESCHEDULED']
const presupposed: Readonly<Record<string, readonly string[]>> = {
  BOOKING_CANCELLED: beginnings,
  BOOKING_REJECTED: ['BOOKING_REQUESTED'],
  BOOKING_NO_SHOW_UPDATED: beginnings,
}
