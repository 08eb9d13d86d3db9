// What is remembered of one webhook that a provider sends: where to, what, and how every attempt went.

/** One attempt; `why` says in words what went wrong. */
export interface AttemptRow {
  at: number
  status: number | null
  why: string | null
}

/** What a fault does to one webhook. */
export type WebhookFault = 'webhook_lost' | 'webhook_doubled' | 'webhook_reordered' | 'webhook_badly_signed'

/** One message to one subscription. Milliseconds. */
export interface DeliveryRow {
  id: string
  provider: 'calendly' | 'calcom'
  subscription: string
  /** The client that subscribed, and the account in whose name. */
  client: string
  account: string
  /** Such as `invitee.created` or `BOOKING_CREATED`. */
  event: string
  url: string
  contentType: string
  body: string
  createdAt: number
  /** `waiting`: another attempt is to come. `dropped`: the subscription has ended before. */
  state: 'waiting' | 'delivered' | 'given_up' | 'lost' | 'refused' | 'dropped'
  /** Why it has ended otherwise than delivered, in words. */
  why: string | null
  /** When the next attempt is due; null when there is none. */
  dueAt: number | null
  /** Decides among those that are due at the same time. */
  order: number
  firstAt: number | null
  /** When what it tells of is over; null when that means nothing. */
  until: number | null
  /** Seconds in the signature of the first attempt. */
  signedAt: number | null
  fault: WebhookFault | null
  attempts: AttemptRow[]
}
