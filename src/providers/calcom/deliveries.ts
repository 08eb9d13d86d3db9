// How Cal.com signs a webhook, and what one says. Read only once the signature has been verified.

import { membersOf, timeOf } from '../../core/json.ts'
import type { WebhookClaim, WebhookMessage } from '../../core/webhooks.ts'

/** `X-Cal-Signature-256`: hex alone, over the body alone; `no-secret-provided` where there is no secret. */
export function claim(headers: Headers): WebhookClaim | null {
  const [, hex] = /^([0-9a-f]{64})$/.exec(headers.get('x-cal-signature-256') ?? '') ?? []
  return hex === undefined ? null : { signatures: [Buffer.from(hex, 'hex')], prefix: '', signedAt: null }
}

/** How much earlier than the meeting a time must lie to be that of its booking, in ms. */
const ahead = 3_600_000

export function read(body: unknown): WebhookMessage | null {
  const { triggerEvent: name, createdAt: created, payload } = membersOf(body)
  if (typeof name !== 'string') return null
  const part = meeting[name]
  // Meetings that begin or end have been told of by a flat body (issue 13985); whether they still are is not known.
  const flat = part !== undefined && (typeof payload !== 'object' || payload === null)
  const booking = membersOf(flat ? body : payload)
  const createdAt = part === undefined ? timeOf(created) : momentOf(timeOf(created), booking, part, flat)
  if (createdAt === null) return null
  const { uid } = booking
  const orderingKey = typeof uid === 'string' && uid !== '' ? uid : null
  return {
    name,
    createdAt,
    account: null,
    members: null,
    orderingKey,
    // By the moment, which may be written in more than one way.
    identity: orderingKey === null ? null : [name, orderingKey, createdAt].join('\n'),
    presupposes: presupposed[name] ?? [],
    beganAt: null,
  }
}

/** What of the booking says when such a thing happens. */
const meeting: Readonly<Record<string, 'startTime' | 'endTime'>> = {
  MEETING_STARTED: 'startTime',
  MEETING_ENDED: 'endTime',
}

/** By copies of the source such a body is made when the meeting is booked: its own time may then be weeks old. */
function momentOf(
  createdAt: number | null,
  booking: Readonly<Record<string, unknown>>,
  part: 'startTime' | 'endTime',
  flat: boolean,
): number | null {
  const began = timeOf(booking.startTime) ?? Number.NEGATIVE_INFINITY
  if (!flat && createdAt !== null && createdAt > began - ahead) return createdAt
  return timeOf(booking[part]) ?? createdAt
}

/** A booking enters as created, as requested, or as the new one of a reschedule, which has a uid of its own. */
const entrances = ['BOOKING_CREATED', 'BOOKING_REQUESTED', 'BOOKING_RESCHEDULED']
const presupposed: Readonly<Record<string, readonly string[]>> = {
  BOOKING_CANCELLED: entrances,
  BOOKING_REJECTED: ['BOOKING_REQUESTED'],
  BOOKING_NO_SHOW_UPDATED: entrances,
}
