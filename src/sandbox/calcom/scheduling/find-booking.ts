// Finds the booking that a path names, and whether it is the caller's own.

import type { Refused } from '../../http/exchange.ts'
import type { BookingRow } from '../../world/calcom-rows.ts'
import { ownProperty } from '../../world/own-property.ts'
import type { CalcomCall } from '../api/call.ts'
import { apiError } from '../api/errors.ts'

/** The versions that the bookings answer. */
export const bookingVersions: readonly string[] = ['2026-02-25', '2024-08-13']

/** A booking of the caller's own. */
export function findHosted(call: CalcomCall): { row: BookingRow } | Refused {
  const found = findBooking(call)
  if ('refusal' in found || found.row.host === call.account?.id) return found
  const message = 'The user is not the host of the booking.'
  return { refusal: apiError(call.exchange, 403, message, 'the booking is another person’s') }
}

/** A booking by its uid; by the uid of a series, its first one. */
export function findBooking({ world, exchange, params }: CalcomCall): { row: BookingRow } | Refused {
  const { bookings } = world.state.calcom
  const row =
    ownProperty(bookings, params.uid) ?? Object.values(bookings).find((one) => one.recurringUid === params.uid)
  if (row !== undefined) return { row }
  const message = `Booking with uid=${params.uid} was not found.`
  return { refusal: apiError(exchange, 404, message, 'this booking does not exist') }
}

/** The bookings of the series that the booking belongs to, in their order. */
export function seriesOf({ world }: CalcomCall, { recurringUid }: BookingRow): BookingRow[] {
  return Object.values(world.state.calcom.bookings).filter((one) => one.recurringUid === recurringUid)
}
