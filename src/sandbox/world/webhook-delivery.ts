// What is remembered of one webhook that a provider sends: where to, what, and how every attempt went.

/** One attempt; `why` says in words what went wrong. */
export interface AttemptRow {
  at: number
  status: number | null
  why: string | null
}

/** What a fault does to one webhook. */
export type WebhookFault =
  | 'webhook_lost'
  | 'webhook_doubled'
  | 'webhook_reordered'
  | 'webhook_doubled_and_reordered'
  | 'webhook_badly_signed'

/** Whether the fault sends a webhook twice. */
export function isDoubled(fault: WebhookFault | null): boolean {
  return fault === 'webhook_doubled' || fault === 'webhook_doubled_and_reordered'
}

/** Whether the fault holds a webhook back until another one has overtaken it. */
export function isReordered(fault: WebhookFault | null): boolean {
  return fault === 'webhook_reordered' || fault === 'webhook_doubled_and_reordered'
}

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
  /** `waiting`: it will be sent again. `dropped`: the subscription ended before. */
  state: 'waiting' | 'delivered' | 'given_up' | 'lost' | 'refused' | 'dropped'
  /** Why it was not delivered, in words. */
  why: string | null
  /** When it is sent next; null if it is not sent again. */
  dueAt: number | null
  /** Decides among those that are due at the same time. */
  order: number
  firstAt: number | null
  /** When the meeting that it reports is over; null where that does not matter. */
  until: number | null
  /** Seconds in the signature of the first attempt. */
  signedAt: number | null
  fault: WebhookFault | null
  attempts: AttemptRow[]
}
