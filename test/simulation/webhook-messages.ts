// Webhook messages as the providers write and sign them.

import { createHmac } from 'node:crypto'
import type { BookingEventType } from '../../src/core/scheduling/provider.ts'
import type { ClientName } from './provider.ts'
import type { ProviderSubscription } from './provider-subscriptions.ts'
import { simulatedWebhookKey } from './simulated-clients.ts'

/** The names of a created, a moved and a canceled booking at each provider. A moved booking is a new one. */
export const bookingNames: Readonly<Record<ClientName, Readonly<Record<'created' | 'moved' | 'canceled', string>>>> = {
  calendly: { created: 'invitee.created', moved: 'invitee.created', canceled: 'invitee.canceled' },
  calcom: { created: 'BOOKING_CREATED', moved: 'BOOKING_RESCHEDULED', canceled: 'BOOKING_CANCELLED' },
}

/** The events about bookings of each provider; the first tells of new ones. */
export function bookingEvents(client: ClientName): readonly string[] {
  const { created, moved, canceled } = bookingNames[client]
  return [...new Set([created, moved, canceled])]
}

export interface Message {
  readonly name: string
  readonly booking: string
  /** The booking that it replaces. */
  readonly replaces: string | null
  /** The attendee that the message is about: `1` has booked, others have joined. */
  readonly attendee: number
  /** Whether it cancels the old booking of a move, which another message tells too. */
  readonly isMovedAway: boolean
  readonly createdAt: number
  /** When the booking was created. */
  readonly beganAt: number
}

/** The change of a booking that a message tells. */
export interface ToldChange {
  readonly type: BookingEventType
  readonly booking: string
  /** The first booking of its chain: a booking is moved once at most. */
  readonly first: string
}

/** Returns `null` for a message that tells nothing that another does not tell. */
export function changeToldBy(client: ClientName, message: Message): ToldChange | null {
  const { name, booking, replaces, attendee, isMovedAway } = message
  if (isMovedAway) return null
  const { moved, canceled } = bookingNames[client]
  const first = replaces ?? booking
  if (name === canceled) return { type: 'booking.cancelled', booking, first }
  const isMove = name === moved && replaces !== null && attendee === 1
  return { type: isMove ? 'booking.rescheduled' : 'booking.created', booking, first }
}

/** A booking of one attendee, as the webhooks of the provider name it. */
export function attendanceOf({ booking, attendee }: Pick<Message, 'booking' | 'attendee'>): string {
  return `${booking}/${attendee}`
}

/** The attendance that a message is about. */
export function attendanceIn(body: unknown): string {
  const { payload } = body as { payload: { uri?: string; uid?: string } }
  return payload.uri ?? payload.uid ?? ''
}

/** Returns the delivery of a message to a subscription, signed now; `forged`: with an unknown key. */
export function requestFor(
  { client, address, requestedUser, secret }: ProviderSubscription,
  message: Message,
  now: number,
  forged: boolean,
): Request {
  const at = new Date(message.createdAt).toISOString()
  const began = new Date(message.beganAt).toISOString()
  const seconds = String(Math.floor(now / 1000))
  const sign = (key: string, text: string) =>
    createHmac('sha256', forged ? 'another' : key)
      .update(text)
      .digest('hex')
  const { name, booking, replaces, attendee, isMovedAway } = message
  const facts = { booking, replaces, attendee, isMovedAway }
  const attendance = attendanceOf(message)
  const body =
    client === 'calendly'
      ? {
          event: name,
          created_at: at,
          created_by: requestedUser,
          payload: { uri: attendance, created_at: began, ...facts },
        }
      : { triggerEvent: name, createdAt: at, payload: { uid: attendance, ...facts } }
  const text = JSON.stringify(body)
  const headers =
    client === 'calendly'
      ? { 'calendly-webhook-signature': `t=${seconds},v1=${sign(simulatedWebhookKey, `${seconds}.${text}`)}` }
      : { 'x-cal-signature-256': sign(secret ?? '', text) }
  return new Request(address, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: text,
  })
}
