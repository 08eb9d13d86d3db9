// Which capabilities each verb of the model may use, so that the scopes can be asked for before anybody calls it.

import type { Capability } from './capabilities.ts'
import type { Scheduling } from './verbs.ts'

/** A function of `scheduling(connection)` that calls the provider. */
export type SchedulingVerb = Exclude<keyof Scheduling, 'provider' | 'can'>

/**
 * All that a verb may use, in the ways in which it can be called: an event type or a booking that is given by its id is read
 * first, a booking whose answer was lost is looked for, and a rebooking books and cancels.
 */
export const capabilitiesOfVerbs: Readonly<Record<SchedulingVerb, readonly Capability[]>> = Object.freeze({
  me: [],
  eventTypes: ['eventTypes.read'],
  eventType: ['eventTypes.read'],
  schedules: ['schedules.read'],
  slots: ['slots', 'eventTypes.read'],
  hold: ['hold', 'eventTypes.read'],
  book: ['book', 'eventTypes.read', 'bookings.read'],
  bookings: ['bookings.read'],
  booking: ['bookings.read'],
  reschedule: ['reschedule', 'cancel', 'book', 'eventTypes.read', 'bookings.read'],
  cancel: ['cancel', 'bookings.read'],
  markNoShow: ['noShow', 'noShow.host', 'bookings.read'],
})

export const schedulingVerbs: readonly SchedulingVerb[] = Object.keys(capabilitiesOfVerbs) as SchedulingVerb[]
