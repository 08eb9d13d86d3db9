// Calendly's scheduling: facts as data, and the calls of each verb. The mappings are in scheduling/.

import type { ApiCaller, Pages } from '../../core/calls.ts'
import { PunctualError } from '../../core/errors.ts'
import type { Attendee, Slot } from '../../core/scheduling/model.ts'
import type {
  CheckedBooking,
  CheckedBookingsQuery,
  CheckedSlotsQuery,
  FoundBooking,
  ProviderBooking,
  ProviderScheduling,
} from '../../core/scheduling/provider.ts'
import { listAtOnce, mapPages } from '../api/pages.ts'
import { type CalendlyApi, calendlyApi } from './api/api.ts'
import type { CalendlyInvitee } from './api/invitees.ts'
import type { CalendlyCancellation, CalendlyScheduledEvent } from './api/scheduled-events.ts'
import { bookingAsSent, bookingOf, cancellationOf } from './scheduling/booking.ts'
import { bookingProblem, bookingRequestOf } from './scheduling/booking-request.ts'
import { facts, limit } from './scheduling/capabilities.ts'
import { changeOf, toldBy } from './scheduling/changes.ts'
import { eventTypeOf } from './scheduling/event-type.ts'
import { personOf } from './scheduling/person.ts'
import { scheduleOf } from './scheduling/schedule.ts'
import { slotsOf } from './scheduling/slots.ts'
import { notGranted } from './scopes.ts'

export const documentedApi = 'https://api.calendly.com'

const minute = 60_000
const mostOnPage = 100
const oldestFirst = { sort: 'start_time:asc', count: mostOnPage } as const

const kinds = {
  event_type: { title: 'an event type', path: 'event_types' },
  booking: { title: 'a scheduled event', path: 'scheduled_events' },
}

/** Calendly's scheduling, for the API at that address. */
export function schedulingAt(apiBase: string): ProviderScheduling {
  return {
    capabilities: facts,
    limit,
    missingScopes: (granted, needed) => (granted.length === 0 ? [] : notGranted(granted, needed)),
    slotWindowMs: 31 * 24 * 60 * minute,
    bookingProblem,
    idProblem(kind, id) {
      const { title, path } = kinds[kind]
      const isOn = (base: string) =>
        id.startsWith(`${base}/${path}/`) && /^[\w-]+$/.test(id.slice(base.length + path.length + 2))
      if (isOn(apiBase) || isOn(documentedApi)) return null
      return `must be the whole URI of ${title}, as Calendly writes it: ${apiBase}/${path}/…`
    },
    exampleIds: {
      account: `${documentedApi}/users/ADAHOST000000001`,
      eventType: `${documentedApi}/event_types/INTROCALL0000001`,
      booking: `${documentedApi}/scheduled_events/MEETING000000001`,
    },
    async me(api) {
      return personOf(await calendlyApi(api).me())
    },
    eventTypes(api, { active }, from) {
      const query = { count: mostOnPage, ...(active !== null && { active }) }
      return mapPages(calendlyApi(api).eventTypes(query, startingAt(from)), eventTypeOf)
    },
    async eventType(api, id) {
      return eventTypeOf(await calendlyApi(api).eventType(id))
    },
    schedules(api, from) {
      const { availabilitySchedules } = calendlyApi(api)
      return listAtOnce('schedules', async () => (await availabilitySchedules()).map(scheduleOf), from)
    },
    slots,
    async hold() {
      throw notOffered(facts.hold)
    },
    book,
    findBooked,
    bookings,
    booking: (api, id) => readBooking(calendlyApi(api), id),
    reschedule: null,
    cancel,
    markNoShow,
    change: changeOf,
    told: toldBy,
  }
}

/** Calendly refuses a window that begins in the past. Its answers do not depend on a time zone. */
async function slots(
  api: ApiCaller,
  { eventType, from, to, durationMinutes }: CheckedSlotsQuery,
): Promise<readonly Slot[]> {
  const window = { start_time: new Date(from), end_time: new Date(to) }
  const times = await calendlyApi(api).availableTimes({ event_type: eventType.id, ...window })
  return slotsOf(times, eventType.id, durationMinutes ?? eventType.durations[0] ?? 0)
}

/** A booking that was made is never reported as a failure: where it cannot be read, it is told from what is known. */
async function book(
  api: ApiCaller,
  request: CheckedBooking,
  made?: (id: string) => Promise<void>,
): Promise<ProviderBooking> {
  const calendly = calendlyApi(api)
  const invitee = await calendly.book(bookingRequestOf(request))
  await made?.(invitee.event)
  return readOr(bookingAsSent(invitee, request), calendly, invitee.event, invitee.uri)
}

async function findBooked(api: ApiCaller, request: CheckedBooking): Promise<readonly FoundBooking[]> {
  const calendly = calendlyApi(api)
  // The event type is known, so it need not be read to see whose events to search.
  const whose = request.eventType.owner.id === api.account.id ? { user: api.account.id } : {}
  const found: FoundBooking[] = []
  for (const { event, uri, created_at } of await calendly.bookingsOf(bookingRequestOf(request), {
    since: null,
    ...whose,
  }))
    found.push({ booking: await readBooking(calendly, event, uri), madeAt: created_at })
  return found
}

/**
 * The invitees of an event are read when its turn comes. `invitee_email` is not sent: whether it matches addresses in
 * another case is not documented, so it could hide a booking. `status` is not sent either: a list of active events grows
 * shorter while its reader cancels them, and the pages after the first would skip some.
 */
function bookings(api: ApiCaller, query: CheckedBookingsQuery, from?: string): Pages<ProviderBooking> {
  const { from: earliest, to: latest, statuses } = query
  // Calendly has no tentative bookings.
  if (statuses.length > 0 && statuses.every((status) => status === 'tentative'))
    return listAtOnce('bookings', async () => [], from)
  const calendly = calendlyApi(api)
  const filter = {
    ...oldestFirst,
    // Whether the bounds are included is not documented.
    ...(earliest !== null && { min_start_time: new Date(earliest - minute) }),
    ...(latest !== null && { max_start_time: new Date(latest) }),
  }
  return mapPages(calendly.scheduledEvents(filter, startingAt(from)), (event) =>
    mayMatch(event, query) ? wholeBooking(calendly, event) : null,
  )
}

/** Saves reading the invitees of an event that cannot be asked for. */
function mayMatch(event: CalendlyScheduledEvent, { from, to, eventType, statuses }: CheckedBookingsQuery): boolean {
  const start = Date.parse(event.start_time)
  const status = event.status === 'canceled' ? 'cancelled' : 'confirmed'
  if (statuses.length > 0 && !statuses.includes(status)) return false
  if ((from !== null && start < from) || (to !== null && start >= to)) return false
  return eventType === null || event.event_type == null || event.event_type === eventType
}

/**
 * A reason was seen to be refused as an invalid request for one account (facts of November 2026); nothing has been
 * cancelled then, so it is sent once more without the reason.
 */
async function cancel(
  api: ApiCaller,
  booking: ProviderBooking,
  { reason }: { readonly reason: string | null },
): Promise<ProviderBooking> {
  const calendly = calendlyApi(api)
  const done = await unless(['already_done'], async () => {
    if (reason === null) return calendly.cancel(booking.id)
    const withReason = await unless(['invalid_request'], () => calendly.cancel(booking.id, { reason }))
    return withReason ?? calendly.cancel(booking.id)
  })
  return readOr(cancelled(booking, done), calendly, booking.id)
}

function cancelled(booking: ProviderBooking, by: CalendlyCancellation | null): ProviderBooking {
  const attendees = booking.attendees.map((attendee) => ({ ...attendee, status: 'cancelled' as const }))
  return { ...booking, attendees, status: 'cancelled', cancellation: by ? cancellationOf(by) : booking.cancellation }
}

/** What Calendly answers to a second mark is not documented, so the invitee is read first. */
async function markNoShow(
  api: ApiCaller,
  booking: ProviderBooking,
  who: { readonly attendee: Attendee } | { readonly host: true },
  absent: boolean,
): Promise<ProviderBooking> {
  if ('host' in who) throw notOffered(facts['noShow.host'])
  const calendly = calendlyApi(api)
  const { id } = who.attendee
  const { no_show: mark } = await calendly.invitee(id)
  if (absent && !mark) await unless(['already_done', 'already_exists'], () => calendly.createNoShow(id))
  if (!absent && mark) await unless(['not_found'], () => calendly.deleteNoShow(mark.uri))
  const attendees = booking.attendees.map((one) => (one.id === id ? { ...one, noShow: absent } : one))
  return readOr({ ...booking, attendees }, calendly, booking.id)
}

/** After a change that was made: what can be read, or else what is known. */
async function readOr(
  known: ProviderBooking,
  calendly: CalendlyApi,
  uri: string,
  about?: string,
): Promise<ProviderBooking> {
  return readBooking(calendly, uri, about).catch(() => known)
}

async function readBooking(calendly: CalendlyApi, uri: string, about?: string): Promise<ProviderBooking> {
  return wholeBooking(calendly, await calendly.scheduledEvent(uri), about)
}

async function wholeBooking(
  calendly: CalendlyApi,
  event: CalendlyScheduledEvent,
  about?: string,
): Promise<ProviderBooking> {
  const invitees: CalendlyInvitee[] = []
  const oldest = { sort: 'created_at:asc', count: mostOnPage } as const
  for await (const invitee of calendly.invitees(event.uri, oldest)) invitees.push(invitee)
  return bookingOf({ event, invitees, about })
}

/** Returns `null` where the provider refuses the call for one of these reasons. */
async function unless<Value>(reasons: readonly string[], call: () => Promise<Value>): Promise<Value | null> {
  try {
    return await call()
  } catch (error) {
    if (isRefusal(error, reasons)) return null
    throw error
  }
}

function isRefusal(error: unknown, reasons: readonly string[]): error is PunctualError<'provider_refused'> {
  return error instanceof PunctualError && error.code === 'provider_refused' && reasons.includes(error.reason ?? '')
}

function notOffered({ note }: { readonly note?: string }): PunctualError {
  return new PunctualError('not_supported', note ?? 'Calendly does not offer this.', { reason: 'provider' })
}

function startingAt(from: string | undefined): { readonly from?: string } {
  return from === undefined ? {} : { from }
}
