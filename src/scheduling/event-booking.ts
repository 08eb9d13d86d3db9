// The booking of an event. An event is about a moment, and a booking that is read later may have changed since: of what
// the change is about, the webhook's word counts.

import type { Attendee, Booking } from '../core/scheduling/model.ts'
import type { BookingChange, BookingEventType, ProviderBooking, ToldBooking } from '../core/scheduling/provider.ts'
import type { StoredBookingEvent } from '../records/outbox.ts'
import { isNamed } from './bookings.ts'
import type { ChainPlace } from './chains.ts'

/** The booking as it was read, with what the webhook tells of the moment of the change. */
export function mergeTold(told: ProviderBooking, read: ProviderBooking): ProviderBooking {
  // One of several has left: the webhook may tell of that attendee alone, and the meeting stands.
  const isOfSome = told.status === 'cancelled' && read.attendees.some((one) => !findIn(told.attendees, one))
  const { status, declined, cancellation } = isOfSome ? read : told
  return {
    ...read,
    status,
    declined,
    start: told.start,
    end: told.end,
    cancellation,
    previousStart: told.previousStart ?? read.previousStart,
    attendees: mergeAttendees(told.attendees, read.attendees),
  }
}

function mergeAttendees(told: readonly Attendee[], read: readonly Attendee[]): readonly Attendee[] {
  const merged = read.map((one) => {
    const { status, noShow } = findIn(told, one) ?? one
    return { ...one, status, noShow }
  })
  return [...merged, ...told.filter((one) => !findIn(read, one))]
}

/** What a webhook says of a change: the booking as it tells it, or only who did not come. */
export interface Told {
  readonly whole: ToldBooking | null
  readonly noShows: NonNullable<BookingChange['noShows']>
}

/** The booking as it was read, with the marks that the webhook tells. */
export function withMarks(read: ProviderBooking, { noShows }: Pick<Told, 'noShows'>): ProviderBooking {
  const attendees = read.attendees.map((one) => {
    const mark = noShows.find(({ id }) => isNamed(one, id))
    return mark ? { ...one, noShow: mark.noShow } : one
  })
  return { ...read, attendees }
}

/** The attendee of whom nothing is known but the mark. */
function markedAttendee({ id, noShow }: Told['noShows'][number]): Attendee {
  return {
    id,
    name: null,
    email: id.includes('@') ? id : null,
    phone: null,
    timeZone: null,
    locale: null,
    status: 'confirmed',
    noShow,
    manage: null,
  }
}

/** The same attendee, whose id may not be told; the address then counts, in any case. */
function findIn(attendees: readonly Attendee[], { id, email }: Attendee): Attendee | undefined {
  const address = email?.toLowerCase()
  return (
    attendees.find((one) => one.id === id) ??
    attendees.find((one) => address !== undefined && one.email?.toLowerCase() === address)
  )
}

const statuses: Readonly<Record<BookingEventType, Booking['status']>> = {
  'booking.created': 'confirmed',
  'booking.requested': 'tentative',
  'booking.declined': 'cancelled',
  'booking.rescheduled': 'confirmed',
  'booking.cancelled': 'cancelled',
  'booking.no_show': 'confirmed',
  'booking.no_show_cleared': 'confirmed',
}

/** What is known of a booking that its webhook does not tell, where its provider could not be read. */
export function unreadBooking(
  { type, client, change }: StoredBookingEvent,
  place: ChainPlace,
  { noShows }: Pick<Told, 'noShows'>,
): Booking {
  return Object.freeze({
    id: change.booking,
    ...place,
    status: statuses[type],
    declined: type === 'booking.declined',
    start: '',
    end: '',
    eventType: null,
    title: null,
    hosts: [],
    attendees: noShows.map(markedAttendee),
    guests: [],
    location: { kind: 'unknown' as const, raw: null },
    joinUrl: null,
    answers: [],
    reference: null,
    utm: null,
    metadata: null,
    cancellation: null,
    capacity: null,
    createdAt: null,
    updatedAt: null,
    icalUid: null,
    provider: client,
    raw: change.body,
  })
}
