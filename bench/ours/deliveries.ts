// Webhooks as Calendly sends them: signed, about 1.9 KB.

import { createHmac } from 'node:crypto'
import { webhookKey } from './keys.ts'

export interface SignedDelivery {
  readonly body: string
  readonly signature: string
}

const filler = Object.fromEntries(
  Array.from({ length: 8 }, (_, index) => [
    `question_${index}`,
    'What would you like to talk about, and with whom? '.repeat(3),
  ]),
)

/** The user's address, as Calendly writes it. */
export const userOf = (account: string): string => `https://provider.test/users/${account}`

/** A booking of that account. Deliveries of one `invitee` are about one booking, and come in order. */
export function deliveryOf(account: string, invitee: string, number: number): SignedDelivery {
  const createdAt = new Date(Date.now() - 3_600_000 + number).toISOString()
  const user = userOf(account)
  const booking = `https://provider.test/scheduled_events/${invitee}`
  const body = JSON.stringify({
    event: 'invitee.created',
    created_at: createdAt,
    created_by: user,
    payload: {
      uri: `${booking}/invitees/one`,
      ...{ name: 'Gil Guest', email: 'gil@guests.example', timezone: 'Europe/Paris', created_at: createdAt },
      scheduled_event: { uri: booking, event_memberships: [{ user }] },
      questions_and_answers: filler,
    },
  })
  const seconds = Math.floor(Date.now() / 1000)
  const mac = createHmac('sha256', webhookKey).update(`${seconds}.${body}`).digest('hex')
  return { body, signature: `t=${seconds},v1=${mac}` }
}
