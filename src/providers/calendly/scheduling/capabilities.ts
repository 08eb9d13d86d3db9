// What Calendly's API offers of each capability, and the scopes that it needs: the documentation of November 2026.

import type { Can, Capability, CapabilityFact } from '../../../core/scheduling/capabilities.ts'
import type { Booking, EventType } from '../../../core/scheduling/model.ts'

const bookings = { how: 'native', scopes: ['scheduled_events:write'] } as const
const bookingEvents = { how: 'native', scopes: ['users:read', 'webhooks:write', 'scheduled_events:read'] } as const

/** For what Calendly offers and no verb does. */
const byCall = 'The model has no verb for it: call the API of the provider.'

export const facts: Readonly<Record<Capability, CapabilityFact>> = {
  'eventTypes.read': { how: 'native', scopes: ['event_types:read'] },
  'eventTypes.write': { how: 'native', scopes: ['event_types:write'], note: byCall },
  'schedules.read': { how: 'native', scopes: ['availability:read'] },
  'schedules.write': { how: 'native', scopes: ['availability:write'], note: byCall },
  // The endpoint's page names the first, the catalogue of scopes the second.
  slots: { how: 'native', scopes: ['availability:read', 'event_types:read'] },
  'slots.public': { how: 'none', note: 'Calendly tells open times to a connected account alone.' },
  hold: { how: 'none', note: 'Calendly keeps no slot before it is booked.' },
  book: bookings,
  'book.chooseDuration': {
    how: 'none',
    note: 'Calendly’s API books the default length of the event type; only its booking page offers the others.',
  },
  'book.guests': bookings,
  'book.metadata': { how: 'none', note: 'Calendly keeps no data of the host application with a booking.' },
  'book.reference': {
    how: 'emulated',
    scopes: bookings.scopes,
    note: 'Kept as utm_content, where the host sees it. A utm_content of a link reads as a reference, too.',
  },
  'bookings.read': { how: 'native', scopes: ['scheduled_events:read'] },
  reschedule: { how: 'none', note: 'Calendly’s API moves no booking. The attendee can, on a page of Calendly.' },
  cancel: bookings,
  'cancel.attendee': { how: 'none', note: 'Calendly cancels a meeting for all of its attendees at once.' },
  'cancel.series': { how: 'none', note: 'Calendly has no recurring bookings.' },
  noShow: bookings,
  'noShow.host': { how: 'none', note: 'Calendly marks attendees alone.' },
  approval: { how: 'none', note: 'At Calendly every booking is confirmed at once.' },
  recurrence: { how: 'none', note: 'Calendly has no recurring bookings.' },
  seats: { how: 'native', scopes: ['scheduled_events:read'], note: 'Event types of the kind "group".' },
  'forms.read': { how: 'native', scopes: ['routing_forms:read'], note: byCall },
  'events.booking': bookingEvents,
  'events.noShow': bookingEvents,
  'events.eventType': {
    how: 'native',
    scopes: ['users:read', 'webhooks:write', 'event_types:read'],
    note: 'As raw webhooks: the model has no event for it.',
  },
  'events.meeting': { how: 'none', note: 'Calendly does not report that a meeting starts or ends.' },
  'events.payment': { how: 'none', note: 'Calendly does not report payments.' },
}

/** What this event type or booking rules out at `now` (ms), and the page on which the attendee moves a booking. */
export function limit(what: Capability, on: EventType | Booking, now: number): Can | null {
  return 'attendees' in on ? limitOfBooking(what, on, now) : limitOfEventType(what, on)
}

function limitOfEventType(what: Capability, { active, capacity }: EventType): Can | null {
  if (what === 'book' && !active) return ruledOut('event_type', 'The event type is not active.')
  return what === 'seats' && capacity === 1 ? ruledOut('event_type', 'The event type takes one attendee.') : null
}

function ruledOut(because: 'event_type' | 'booking', note: string): Can {
  return { yes: false, because, note }
}

/** Each attendee has a page to move the booking: that of the first who has not cancelled. */
function limitOfBooking(what: Capability, { status, end, attendees, replacedBy }: Booking, now: number): Can | null {
  if (what === 'reschedule' && replacedBy !== null)
    return ruledOut('booking', 'It has been moved: move the booking that replaces it.')
  if ((what === 'reschedule' || what === 'noShow') && status === 'cancelled')
    return ruledOut('booking', 'It has been cancelled.')
  if (what !== 'reschedule' && what !== 'cancel') return null
  // One that is cancelled already can be cancelled again, which changes nothing.
  if (status !== 'cancelled' && Date.parse(end) <= now) return ruledOut('booking', 'The meeting is over.')
  const url = attendees.find((one) => one.status === 'confirmed')?.manage?.rescheduleUrl
  return what === 'cancel' || url == null
    ? null
    : { yes: false, because: 'provider', note: facts.reschedule.note ?? '', instead: { url } }
}
