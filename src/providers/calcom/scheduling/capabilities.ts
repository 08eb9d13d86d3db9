// What Cal.com allows: by its facts, and by what one event type or one booking rules out. Booking, moving and cancelling
// are public at Cal.com, and so are slots and their reservation: they need no scope.

import { membersOf, textOf } from '../../../core/json.ts'
import type { Can, Capability, CapabilityFact } from '../../../core/scheduling/capabilities.ts'
import type { Booking, EventType } from '../../../core/scheduling/model.ts'
import type { ProviderScheduling } from '../../../core/scheduling/provider.ts'

const webhooks = ['WEBHOOK_READ', 'WEBHOOK_WRITE']
const byCall = 'The model has no verb for it: call the API of the provider.'
const rawOnly = 'As raw webhooks: the model has no event for it.'

export const facts: ProviderScheduling['capabilities'] = {
  'eventTypes.read': native(['EVENT_TYPE_READ']),
  'eventTypes.write': native(['EVENT_TYPE_WRITE'], byCall),
  'schedules.read': native(['SCHEDULE_READ']),
  'schedules.write': native(['SCHEDULE_WRITE'], byCall),
  slots: native([]),
  'slots.public': native([]),
  hold: native(
    [],
    'For its time others are not offered the slot. Cal.com’s bookings name no hold: whether it keeps others from booking the slot is not known.',
  ),
  book: native([], 'After a lost answer the booking is looked for (BOOKING_READ).'),
  'book.chooseDuration': native([]),
  'book.guests': native([]),
  'book.metadata': native([]),
  'book.reference': native([], 'Kept in the metadata, as "reference".'),
  'bookings.read': native(['BOOKING_READ']),
  reschedule: native([]),
  cancel: native([]),
  'cancel.attendee': native([], 'Of event types with seats.'),
  'cancel.series': native([], 'Of bookings that are part of a series.'),
  noShow: native(['BOOKING_WRITE']),
  'noShow.host': native(['BOOKING_WRITE']),
  approval: native(['BOOKING_WRITE'], byCall),
  recurrence: native([], 'Cal.com books a series as a whole, which "book" does not do: call connection.fetch.'),
  seats: native([]),
  'forms.read': none('Cal.com’s routing forms are those of teams and organizations: call connection.fetch.'),
  'events.booking': native(webhooks),
  'events.noShow': native(webhooks, 'Of attendees: by Cal.com’s source, a host’s absence has no webhook.'),
  'events.eventType': none('Cal.com has no webhook for changes of event types.'),
  'events.meeting': native(webhooks, rawOnly),
  'events.payment': native(webhooks, rawOnly),
}

function native(scopes: readonly string[], note?: string): CapabilityFact {
  return { how: 'native', scopes, ...(note !== undefined && { note }) }
}

function none(note: string): CapabilityFact {
  return { how: 'none', note }
}

type Rule<On> = readonly [rulesOut: (on: On, now: number) => boolean, note: string]

const template: Rule<EventType> = [({ active }) => !active, 'It is a team’s template. Use the event type of a member.']
const series: Rule<EventType> = [
  ({ recurrence }) => recurrence !== null,
  'It is booked as a whole series, which "book" does not do.',
]
const noSeries: Rule<EventType> = [({ recurrence }) => recurrence === null, 'It is not booked in series.']
const oneSeat: Rule<EventType> = [({ capacity }) => capacity !== null && capacity <= 1, 'It has no seats.']

const ofEventType: Partial<Record<Capability, readonly Rule<EventType>[]>> = {
  slots: [template],
  'slots.public': [template],
  hold: [template],
  book: [template, series],
  'book.chooseDuration': [[({ durations }) => durations.length < 2, 'It has one length.']],
  'book.guests': [[isSet('disableGuests'), 'It takes no guests.']],
  reschedule: [[isDisabled('disableRescheduling'), 'Its bookings cannot be moved.']],
  cancel: [[isDisabled('disableCancelling'), 'Its bookings cannot be cancelled.']],
  'cancel.attendee': [oneSeat],
  'cancel.series': [noSeries],
  recurrence: [noSeries],
  approval: [[({ needsApproval }) => needsApproval === false, 'Its bookings do not wait for the host.']],
  seats: [oneSeat],
}

const cancelled: Rule<Booking> = [({ status }) => status === 'cancelled', 'It has been cancelled.']

/** Cal.com refuses it as an invalid request. A booking without a start is not judged. */
const notBegun: Rule<Booking> = [
  ({ start }, now) => Date.parse(start) > now,
  'It has not begun yet: mark a no-show when its start is past.',
]

const ofBooking: Partial<Record<Capability, readonly Rule<Booking>[]>> = {
  reschedule: [
    [({ replacedBy }) => replacedBy !== null, 'It has been moved: move the booking that replaces it.'],
    [({ declined }) => declined, 'It has been declined.'],
    cancelled,
    [hasSeveralSeats, 'Each attendee has a seat of their own: a booking of several cannot be moved as a whole.'],
  ],
  'cancel.attendee': [[hasNoSeats, 'It has no seats: cancel the whole booking.']],
  'cancel.series': [[isNoSeries, 'It is not part of a series.']],
  noShow: [cancelled, notBegun],
  'noShow.host': [cancelled, notBegun],
  recurrence: [[isNoSeries, 'It is not part of a series.']],
  approval: [[({ status }) => status !== 'tentative', 'It does not wait for the host.']],
  seats: [[hasNoSeats, 'It has no seats.']],
}

/**
 * Returns what this event type or booking rules out; `null`: nothing. An event type that may only be booked with
 * authentication (`bookingRequiresAuthentication`) rules out nothing, since every call of a connection has it.
 */
export function limit(what: Capability, on: EventType | Booking, now: number): Can | null {
  const isEventType = 'durations' in on
  const note = isEventType ? noteOf(ofEventType[what], on, now) : noteOf(ofBooking[what], on, now)
  return note === null ? null : { yes: false, because: isEventType ? 'event_type' : 'booking', note }
}

function noteOf<On>(rules: readonly Rule<On>[] | undefined, on: On, now: number): string | null {
  return rules?.find(([rulesOut]) => rulesOut(on, now))?.[1] ?? null
}

function isSet(name: string): (eventType: EventType) => boolean {
  return ({ raw }) => membersOf(raw)[name] === true
}

/** `{ disabled: true }` is always; with `minutesBefore` it depends on the time, which Cal.com then decides. */
function isDisabled(name: string): (eventType: EventType) => boolean {
  return ({ raw }) => membersOf(membersOf(raw)[name]).disabled === true
}

/** Only the API's answer says it, not a webhook, whose body has no `uid` of its own. */
function hasNoSeats({ raw }: Booking): boolean {
  const { uid, attendees } = membersOf(raw)
  if (uid === undefined || !Array.isArray(attendees)) return false
  return attendees.every((one) => textOf(membersOf(one).seatUid) === null)
}

function hasSeveralSeats({ raw }: Booking): boolean {
  const { attendees } = membersOf(raw)
  const seats = (Array.isArray(attendees) ? attendees : []).filter((one) => textOf(membersOf(one).seatUid) !== null)
  return seats.length > 1
}

/** The same. */
function isNoSeries({ raw }: Booking): boolean {
  const { uid, recurringBookingUid } = membersOf(raw)
  return uid !== undefined && textOf(recurringBookingUid) === null
}
