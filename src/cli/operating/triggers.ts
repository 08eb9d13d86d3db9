// What `punctual trigger` can make the sandbox send, and by which steps of a guest or a host. Each begins with a booking.

import { type Provider, providers } from '../settings/provider-names.ts'

export interface Trigger {
  readonly providers: readonly Provider[]
  /** What follows the booking: the last part of the control endpoint. */
  readonly steps: readonly ('move' | 'cancel' | 'decline')[]
  /** The event type, where it must be a certain one: one that the host must approve. */
  readonly eventType?: string
}

/** In Punctual's words, then in the providers'. */
export type TriggerName =
  | 'booking.created'
  | 'booking.rescheduled'
  | 'booking.cancelled'
  | 'booking.requested'
  | 'booking.declined'
  | 'invitee.created'
  | 'invitee.canceled'
  | 'BOOKING_CREATED'
  | 'BOOKING_RESCHEDULED'
  | 'BOOKING_CANCELLED'
  | 'BOOKING_REQUESTED'
  | 'BOOKING_REJECTED'

const requested: Trigger = { providers: ['calcom'], eventType: 'On request', steps: [] }
const declined: Trigger = { ...requested, steps: ['decline'] }

export const triggers: Readonly<Record<TriggerName, Trigger>> = {
  'booking.created': { providers, steps: [] },
  'booking.rescheduled': { providers, steps: ['move'] },
  'booking.cancelled': { providers, steps: ['cancel'] },
  'booking.requested': requested,
  'booking.declined': declined,
  'invitee.created': { providers: ['calendly'], steps: [] },
  'invitee.canceled': { providers: ['calendly'], steps: ['cancel'] },
  BOOKING_CREATED: { providers: ['calcom'], steps: [] },
  BOOKING_RESCHEDULED: { providers: ['calcom'], steps: ['move'] },
  BOOKING_CANCELLED: { providers: ['calcom'], steps: ['cancel'] },
  BOOKING_REQUESTED: requested,
  BOOKING_REJECTED: declined,
}

export const triggerNames: readonly TriggerName[] = Object.keys(triggers) as TriggerName[]
