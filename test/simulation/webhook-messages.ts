// Webhook messages as the providers write and sign them.

import { createHmac } from 'node:crypto'
import type { ClientName } from './provider.ts'
import type { ProviderSubscription } from './provider-subscriptions.ts'
import { simulatedWebhookKey } from './simulated-clients.ts'

/** The names of a created and of a canceled booking at each provider. */
export const bookingEvents: Readonly<Record<ClientName, readonly [string, string]>> = {
  calendly: ['invitee.created', 'invitee.canceled'],
  calcom: ['BOOKING_CREATED', 'BOOKING_CANCELLED'],
}

export interface Message {
  readonly name: string
  readonly booking: string
  readonly createdAt: number
  /** When the booking was created. */
  readonly beganAt: number
}

/** The booking that a message is about. */
export function bookingOf(body: unknown): string {
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
  const body =
    client === 'calendly'
      ? {
          event: message.name,
          created_at: at,
          created_by: requestedUser,
          payload: { uri: message.booking, created_at: began },
        }
      : { triggerEvent: message.name, createdAt: at, payload: { uid: message.booking } }
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
