// Cal.com's part of the scheduling model: the calls that a verb makes, between the mappings in scheduling/.

import type { ApiCaller, Pages } from '../../core/calls.ts'
import { PunctualError } from '../../core/errors.ts'
import type { Attendee } from '../../core/scheduling/model.ts'
import type {
  CheckedBooking,
  CheckedBookingsQuery,
  FoundBooking,
  ProviderBooking,
  ProviderScheduling,
} from '../../core/scheduling/provider.ts'
import { list } from '../api/list.ts'
import { endPages, mapPages } from '../api/pages.ts'
import { calcomApi } from './api/api.ts'
import type { CalcomBooking } from './api/booking.ts'
import { eventTypeResource } from './api/event-types.ts'
import { scheduleResource } from './api/schedules.ts'
import { addressOfAttendee, bookingOf, hasMark, onlySeatOf } from './scheduling/booking.ts'
import { bookingProblem, bookingRequestOf } from './scheduling/booking-request.ts'
import { facts, limit } from './scheduling/capabilities.ts'
import { changeOf, toldBy } from './scheduling/changes.ts'
import { eventTypeOf } from './scheduling/event-type.ts'
import { idProblem } from './scheduling/ids.ts'
import { personOf } from './scheduling/person.ts'
import { scheduleOf } from './scheduling/schedule.ts'
import { holdOf, reservationOf, slotsOf, slotsQueryOf } from './scheduling/slots.ts'
import { notGranted } from './scopes.ts'

export const scheduling: ProviderScheduling = {
  capabilities: facts,
  slotWindowMs: null,
  missingScopes: notGranted,
  limit,
  idProblem,
  exampleIds: { account: '1042', eventType: '101001', booking: 'hVt3kWmZ8qPxY2nDsL4cRf' },
  bookingProblem,
  me: async (api) => personOf(await calcomApi(api).me()),
  eventTypes(api, { active }, from) {
    const request = { place: 'calcom.eventTypes', path: '/v2/event-types', query: {}, item: eventTypeResource }
    return mapPages(list(api, request, position(from)), (found) => {
      const eventType = eventTypeOf(found)
      return active === true && !eventType.active ? null : eventType
    })
  },
  eventType: async (api, id) => eventTypeOf(await calcomApi(api).eventType(Number(id))),
  schedules(api, from) {
    const request = { place: 'calcom.schedules', path: '/v2/schedules', query: {}, item: scheduleResource }
    return mapPages(list(api, request, position(from)), scheduleOf)
  },
  slots: async (api, query) => slotsOf(await calcomApi(api).slots(slotsQueryOf(query)), query),
  hold: async (api, slot, forMs) => holdOf(await calcomApi(api).reserveSlot(reservationOf(slot, forMs)), slot),
  book,
  findBooked,
  bookings,
  booking,
  reschedule,
  cancel,
  async markNoShow(api, booking, who, absent) {
    assertOwn(api, booking)
    const absence =
      'host' in who ? { host: absent } : { attendees: [{ email: addressOfAttendee(booking, who.attendee), absent }] }
    return bookingOf(await calcomApi(api).markAbsent(booking.id, absence))
  },
  change: changeOf,
  told: toldBy,
}

/**
 * Books. Cal.com's bookings name no hold. Whether a hold keeps its own holder away is not known: where the slot is refused
 * as taken, which means that nothing was booked, the hold is ended and the request is sent again.
 */
async function book(
  api: ApiCaller,
  request: CheckedBooking,
  made?: (id: string) => Promise<void>,
): Promise<ProviderBooking> {
  const booked = await bookDespiteHold(api, request)
  await made?.(booked.uid)
  return bookingOf(booked)
}

async function bookDespiteHold(api: ApiCaller, request: CheckedBooking): Promise<CalcomBooking> {
  const calls = calcomApi(api)
  const body = bookingRequestOf(request)
  try {
    return await calls.book(body)
  } catch (error) {
    if (request.hold === null || !isRefused(error, 'slot_taken')) throw error
    const wasHeld = await calls.releaseSlot(request.hold).then(
      () => true,
      () => false,
    )
    if (!wasHeld) throw error
    return calls.book(body)
  }
}

/** By the mark in the metadata. Where the metadata is not returned, by the rule of `bookingsOf`. */
async function findBooked(api: ApiCaller, request: CheckedBooking): Promise<readonly FoundBooking[]> {
  // A booking with seats may be older than the request, which then adds an attendee.
  const hasSeats = (request.eventType.capacity ?? 1) > 1
  const found = await calcomApi(api).bookingsOf(bookingRequestOf(request), { since: null, hasSeats })
  const marked = found.filter((booking) => hasMark(booking, request.mark) === true)
  if (marked.length > 0) return marked.map((booking) => ({ booking: bookingOf(booking), madeAt: null }))
  return found
    .filter((booking) => hasMark(booking, request.mark) === null)
    .map((booking) => ({ booking: bookingOf(booking), madeAt: hasSeats ? null : booking.createdAt }))
}

/**
 * Filtered by the event type and by the start from which to read, and ended by the start up to which to read. The other
 * filters of Cal.com are not used: a status depends on the time, and an attendee of a list may have no e-mail address.
 */
function bookings(api: ApiCaller, query: CheckedBookingsQuery, from?: string): Pages<ProviderBooking> {
  const { to } = query
  const asked = {
    sortStart: 'asc',
    ...(query.eventType !== null && { eventTypeId: Number(query.eventType) }),
    // Whether the bound itself belongs to it is not documented.
    ...(query.from !== null && { afterStart: new Date(query.from - 1000) }),
  } as const
  const found = calcomApi(api).bookings(asked, position(from))
  const ended = to === null ? found : endPages(found, ({ start }) => Date.parse(start) >= to)
  return mapPages(ended, bookingOf)
}

async function booking(api: ApiCaller, id: string): Promise<ProviderBooking> {
  const found = bookingOf(await calcomApi(api).booking(id))
  assertOwn(api, found)
  return found
}

/**
 * At Cal.com any token that comes with a booking's uid can read, move and cancel it. Here the account of the connection has
 * to be one of its hosts. Hosts whose ids are not told are let through.
 *
 * @throws {PunctualError} `provider_refused`, reason `not_found`, as for a booking that does not exist.
 */
function assertOwn({ account }: ApiCaller, { id, hosts }: ProviderBooking): void {
  const ids = hosts.map((host) => host.id).filter((host) => host !== null)
  if (ids.length === 0 || ids.includes(account.id)) return
  const message = `The booking "${id}" belongs to another person. Use the connection of one of its hosts.`
  throw new PunctualError('provider_refused', message, { reason: 'not_found' })
}

/** A booking with seats moves by the seat of its only attendee; a seat may move into the booking of others. */
async function reschedule(
  api: ApiCaller,
  booking: ProviderBooking,
  to: { readonly start: string; readonly reason: string | null },
): Promise<ProviderBooking> {
  assertOwn(api, booking)
  const { id, start, raw } = booking
  const seatUid = onlySeatOf(raw)
  const moved = bookingOf(
    await calcomApi(api).reschedule(id, {
      start: to.start,
      ...(seatUid !== null && { seatUid }),
      ...(to.reason !== null && { reschedulingReason: to.reason }),
    }),
  )
  return { ...moved, previousStart: start, replaces: moved.replaces ?? (seatUid === null ? id : null) }
}

/** A host has to say why. */
const defaultReason = 'Cancelled by the host'

/**
 * Cancels the booking, one seat of it, or it and the later ones of its series. Without a reason it gives
 * "Cancelled by the host", since Cal.com refuses a host who gives none. What is refused because it is cancelled already
 * counts as done.
 */
async function cancel(
  api: ApiCaller,
  booking: ProviderBooking,
  { reason, attendee, following }: Parameters<ProviderScheduling['cancel']>[2],
): Promise<ProviderBooking> {
  assertOwn(api, booking)
  const { id } = booking
  const calls = calcomApi(api)
  const how = {
    cancellationReason: reason ?? defaultReason,
    ...(attendee !== null && { seatUid: attendee.id }),
    ...(following && { cancelSubsequentBookings: true }),
  }
  try {
    return bookingOf(await calls.cancel(id, how))
  } catch (error) {
    if (!isRefused(error)) throw error
    const found = await calls.booking(id)
    const booking = bookingOf(found)
    if (!isDone(booking, attendee)) throw error
    const next = following ? await nextInSeries(api, found) : null
    if (next !== null) await calls.cancel(next, how)
    return booking
  }
}

/** The first later booking of the series that stands: a cancelled one is refused, also where the later ones are meant. */
async function nextInSeries(api: ApiCaller, found: CalcomBooking): Promise<string | null> {
  const series = found.recurringBookingUid
  if (series == null) return null
  const eventTypeId = found.eventType?.id ?? found.eventTypeId
  const asked = {
    sortStart: 'asc',
    afterStart: new Date(found.start),
    ...(eventTypeId != null && { eventTypeId }),
  } as const
  for await (const one of calcomApi(api).bookings(asked))
    if (one.recurringBookingUid === series && bookingOf(one).status !== 'cancelled') return one.uid
  return null
}

function isDone({ status, attendees }: ProviderBooking, attendee: Attendee | null): boolean {
  return status === 'cancelled' || (attendee !== null && attendees.every(({ id }) => id !== attendee.id))
}

function isRefused(error: unknown, reason?: PunctualError['reason']): boolean {
  if (!(error instanceof PunctualError) || error.code !== 'provider_refused') return false
  return reason === undefined || error.reason === reason
}

function position(from: string | undefined): { readonly from?: string } {
  return from === undefined ? {} : { from }
}
