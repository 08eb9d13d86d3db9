// What belongs to a booking of Cal.com's: references, recordings, calendar links, and another host. The sandbox has no
// calendars, no video and no round robin, so the first two are empty and the last is refused.

import type { Answer } from '../../http/exchange.ts'
import type { BookingRow } from '../../world/calcom-rows.ts'
import type { CalcomCall, CalcomRoute } from '../api/call.ts'
import { apiError } from '../api/errors.ts'
import { success } from '../api/success.ts'
import { locationOf, titleOf } from '../resources/booking-resource.ts'
import { bookingVersions, findHosted } from './find-booking.ts'

const common = { guard: 'permissions', versions: bookingVersions } as const
const reads = { ...common, method: 'GET', scope: 'BOOKING_READ' } as const

/** The endpoints of these resources. */
export const bookingExtraRoutes: readonly CalcomRoute[] = [
  { ...reads, path: '/v2/bookings/:uid/references', answer: (call) => ofOwn(call, () => success([])) },
  { ...reads, path: '/v2/bookings/:uid/recordings', answer: (call) => ofOwn(call, () => success([])) },
  {
    ...reads,
    path: '/v2/bookings/:uid/calendar-links',
    answer: (call) => ofOwn(call, (row) => success(calendarLinks(call, row))),
  },
  {
    ...common,
    method: 'POST',
    scope: 'BOOKING_WRITE',
    path: '/v2/bookings/:uid/reassign',
    answer: (call) => ofOwn(call, () => refuseReassigning(call)),
  },
]

function ofOwn(call: CalcomCall, answer: (row: BookingRow) => Answer): Answer {
  const found = findHosted(call)
  return 'refusal' in found ? found.refusal : answer(found.row)
}

function refuseReassigning({ exchange }: CalcomCall): Answer {
  const why = 'only bookings of a round robin can be reassigned, and the sandbox has none'
  return apiError(exchange, 400, 'Only bookings of round robin event types can be reassigned.', why)
}

/** Links that open a calendar with the booking filled in, and the booking as a file. */
function calendarLinks({ world }: CalcomCall, row: BookingRow): object[] {
  const title = titleOf(world, row)
  const location = locationOf(world, row)
  const iso = (at: number): string => new Date(at).toISOString()
  const compact = (at: number): string => iso(at).replace(/[-:]|\.\d{3}/g, '')
  const google = new URLSearchParams({
    dates: `${compact(row.startsAt)}/${compact(row.endsAt)}`,
    text: title,
    location,
  })
  const microsoft = new URLSearchParams({
    path: '/calendar/action/compose',
    rru: 'addevent',
    subject: title,
    location,
    startdt: iso(row.startsAt),
    enddt: iso(row.endsAt),
  })
  const file = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:sandbox',
    'BEGIN:VEVENT',
    `UID:${row.icsUid}@Cal.com`,
    `DTSTAMP:${compact(row.createdAt)}`,
    `DTSTART:${compact(row.startsAt)}`,
    `DTEND:${compact(row.endsAt)}`,
    `SUMMARY:${title}`,
    `LOCATION:${location}`,
    'END:VEVENT',
    'END:VCALENDAR',
    '',
  ].join('\r\n')
  return [
    { label: 'Google Calendar', link: `https://calendar.google.com/calendar/r/eventedit?${google}` },
    { label: 'Microsoft Office', link: `https://outlook.office.com/calendar/0/deeplink/compose?${microsoft}` },
    { label: 'Microsoft Outlook', link: `https://outlook.live.com/calendar/0/deeplink/compose?${microsoft}` },
    { label: 'ICS', link: `data:text/calendar,${encodeURIComponent(file)}` },
  ]
}
