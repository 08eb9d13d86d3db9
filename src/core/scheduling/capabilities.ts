// What a provider, a plan, a scope, a role, an event type or a booking allows. Capabilities are data: asking sends nothing.

/** Every capability. */
export const capabilities = [
  'eventTypes.read',
  'eventTypes.write',
  'schedules.read',
  'schedules.write',
  'slots',
  'slots.public',
  'hold',
  'book',
  'book.chooseDuration',
  'book.guests',
  'book.metadata',
  'book.reference',
  'bookings.read',
  'reschedule',
  'cancel',
  'cancel.attendee',
  'cancel.series',
  'noShow',
  'noShow.host',
  'approval',
  'recurrence',
  'seats',
  'forms.read',
  'events.booking',
  'events.noShow',
  'events.eventType',
  'events.meeting',
  'events.payment',
] as const

export type Capability = (typeof capabilities)[number]

/** Why something cannot be done. `booking`: the state of the booking rules it out, which may change. */
export type Obstacle = 'provider' | 'plan' | 'scope' | 'role' | 'event_type' | 'booking'

/** Whether something can be done. `emulated`: by other means than the provider's own; `note` says by which. */
export type Can =
  | { readonly yes: true; readonly how: 'native' | 'emulated'; readonly note?: string }
  | {
      readonly yes: false
      readonly because: Obstacle
      /** For `scope`: the scopes that are missing. */
      readonly missing?: readonly string[]
      /** What is in the way, as a sentence for a person. */
      readonly note?: string
      /** The provider's page on which a person can do it. */
      readonly instead?: { readonly url: string }
    }

/** What a provider offers of one capability. `scopes`: all of them are needed. */
export type CapabilityFact =
  | { readonly how: 'native' | 'emulated'; readonly scopes: readonly string[]; readonly note?: string }
  | { readonly how: 'none'; readonly note: string }
