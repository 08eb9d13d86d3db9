// A booking whose changes are tried, and what stands afterwards.

import type { BookingRequest, RescheduleOptions } from '../../src/core/scheduling/requests.ts'
import type { Booking, Scheduling } from '../../src/scheduling/index.ts'
import type { BookingKind } from '../support/booking-place.ts'
import { type BookingHost, startBookingHost } from './booking-host.ts'

export const at = '2030-01-07T09:00:00Z'
export const later = '2030-01-07T11:00:00Z'
export const elsewhere = '2030-01-07T15:00:00Z'
export const request: BookingRequest = {
  eventType: 'single1',
  start: at,
  attendee: { name: 'Gil', email: 'gil@guests.example', timeZone: 'Europe/Paris' },
}
export const rebook: RescheduleOptions = { allow: 'rebook', key: 'move 1' }

export interface Booked {
  readonly host: BookingHost
  readonly calendar: Scheduling
  readonly booking: Booking
}

export async function startBooked(t: Parameters<typeof startBookingHost>[0], kind: BookingKind): Promise<Booked> {
  const host = await startBookingHost(t, kind)
  const calendar = await host.process().calendar()
  const booking = await calendar.book(request, { key: 'order 1' })
  host.asked()
  return { host, calendar, booking }
}

/** What stands, as `start` of each. */
export function standing({ place }: BookingHost): string[] {
  return place.bookings.filter(({ isCancelled }) => !isCancelled).map(({ start }) => isoOf(start))
}

export function isoOf(start: string | number): string {
  return new Date(start).toISOString()
}
