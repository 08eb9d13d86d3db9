// What `punctual trigger` can make the sandbox send, and by which steps of a guest or a host. Each begins with a booking.

import type { Provider } from '../settings/provider-names.ts'

export interface Trigger {
  readonly providers: readonly Provider[]
  /** What follows the booking: the last part of the control endpoint. */
  readonly steps: readonly ('move' | 'cancel' | 'decline' | 'confirm')[]
  /** The event type, where it must be a certain one: one that the host must approve. */
  readonly eventType?: string
}

const both: readonly Provider[] = ['calendly', 'calcom']
const requested = { providers: ['calcom'], eventType: 'On request' } as const

/** In Punctual's words, then in the providers'. */
export const triggers = {
  'booking.created': { providers: both, steps: [] },
  'booking.rescheduled': { providers: both, steps: ['move'] },
  'booking.cancelled': { providers: both, steps: ['cancel'] },
  'booking.requested': { ...requested, steps: [] },
  'booking.declined': { ...requested, steps: ['decline'] },
  'invitee.created': { providers: ['calendly'], steps: [] },
  'invitee.canceled': { providers: ['calendly'], steps: ['cancel'] },
  BOOKING_CREATED: { providers: ['calcom'], steps: [] },
  BOOKING_RESCHEDULED: { providers: ['calcom'], steps: ['move'] },
  BOOKING_CANCELLED: { providers: ['calcom'], steps: ['cancel'] },
  BOOKING_REQUESTED: { ...requested, steps: [] },
  BOOKING_REJECTED: { ...requested, steps: ['decline'] },
} as const satisfies Readonly<Record<string, Trigger>>

export type TriggerName = keyof typeof triggers
export const triggerNames = Object.keys(triggers) as readonly TriggerName[]
