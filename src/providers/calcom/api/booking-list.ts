// The list of bookings in which the connection's user is a host.

import type { ApiCaller, Pages } from '../../../core/calls.ts'
import { type ListOptions, list } from '../../api/list.ts'
import { once } from '../../api/once.ts'
import { checkParameters, email, type Instant, instant, listOf, oneOf, parameters, text } from '../../api/parameters.ts'
import { bookingResource, type CalcomBooking } from './booking.ts'
import { pageSize } from './page-size.ts'
import { number, uid } from './references.ts'

export type CalcomBookingStatus = 'upcoming' | 'recurring' | 'past' | 'cancelled' | 'unconfirmed'

export interface CalcomBookingsQuery {
  /** One of these; all without it. */
  readonly status?: readonly CalcomBookingStatus[] | undefined
  readonly attendeeEmail?: string | undefined
  readonly attendeeName?: string | undefined
  readonly eventTypeId?: number | undefined
  readonly eventTypeIds?: readonly number[] | undefined
  readonly teamId?: number | undefined
  readonly bookingUid?: string | undefined
  readonly afterStart?: Instant | undefined
  readonly beforeEnd?: Instant | undefined
  readonly afterCreatedAt?: Instant | undefined
  readonly beforeCreatedAt?: Instant | undefined
  readonly afterUpdatedAt?: Instant | undefined
  readonly beforeUpdatedAt?: Instant | undefined
  readonly sortStart?: 'asc' | 'desc' | undefined
  readonly sortEnd?: 'asc' | 'desc' | undefined
  readonly sortCreated?: 'asc' | 'desc' | undefined
  readonly sortUpdatedAt?: 'asc' | 'desc' | undefined
  /** Items a page, 1 to 250. Default 100. */
  readonly take?: number | undefined
}

export interface BookingListCalls {
  /** Scope `BOOKING_READ`. */
  bookings(query?: CalcomBookingsQuery, options?: ListOptions): Pages<CalcomBooking>
}

const moment = once(() => instant().optional())
const order = once(() => oneOf('asc', 'desc').optional())

const bookingsQuery = once(() =>
  parameters<CalcomBookingsQuery>({
    status: listOf(oneOf('upcoming', 'recurring', 'past', 'cancelled', 'unconfirmed'), { least: 1 }).optional(),
    attendeeEmail: email().optional(),
    attendeeName: text().optional(),
    eventTypeId: number().optional(),
    eventTypeIds: listOf(number(), { least: 1 }).optional(),
    teamId: number().optional(),
    bookingUid: uid().optional(),
    afterStart: moment(),
    beforeEnd: moment(),
    afterCreatedAt: moment(),
    beforeCreatedAt: moment(),
    afterUpdatedAt: moment(),
    beforeUpdatedAt: moment(),
    sortStart: order(),
    sortEnd: order(),
    sortCreated: order(),
    sortUpdatedAt: order(),
    take: pageSize(),
  }),
)

export function bookingListCalls(api: ApiCaller): BookingListCalls {
  return {
    bookings(given, options) {
      const place = 'calcom.bookings'
      const query = checkParameters(place, bookingsQuery, given)
      return list(api, { place, path: '/v2/bookings', query, item: bookingResource }, options)
    },
  }
}
