// A booking as Cal.com's API shows it.

import { findAccount } from '../../world/accounts.ts'
import type { AttendeeRow, BookingRow } from '../../world/calcom-rows.ts'
import type { World } from '../../world/world.ts'
import { eventTypeById } from './event-types-of.ts'

/** One booking; with seats the answers and the metadata stand at the attendees. In lists the attendees may lack `email`, which a switch shows. */
export function bookingResource(world: World, row: BookingRow, isListed = false): object {
  const found = eventTypeById(world, row.eventTypeId)
  const host = findAccount(world.state.accounts, 'calcom', row.host)
  const iso = (at: number): string => new Date(at).toISOString()
  const [attendee] = row.attendees
  const location = locationOf(world, row)
  const guests = row.guests === null ? {} : { guests: row.guests }
  return {
    id: row.id,
    uid: row.uid,
    title: titleOf(world, row),
    description: '',
    hosts: [
      {
        id: Number(row.host),
        name: host?.name ?? '',
        email: host?.email ?? '',
        displayEmail: host?.email ?? '',
        username: host?.provider === 'calcom' ? host.username : '',
        timeZone: host?.timeZone ?? 'UTC',
      },
    ],
    status: row.status,
    cancellationReason: row.cancellationReason ?? '',
    cancelledByEmail: row.cancelledBy ?? '',
    rescheduledByEmail: row.rescheduledBy,
    ...given({
      rescheduledFromUid: row.rescheduledFrom,
      rescheduledToUid: row.rescheduledTo,
      reschedulingReason: row.reschedulingReason,
    }),
    start: iso(row.startsAt),
    end: iso(row.endsAt),
    duration: (row.endsAt - row.startsAt) / 60_000,
    eventTypeId: found?.eventType.id ?? null,
    eventType: found === null ? null : { id: found.eventType.id, slug: found.eventType.slug },
    location,
    meetingUrl: location,
    absentHost: row.hostAbsent,
    createdAt: iso(row.createdAt),
    updatedAt: iso(row.updatedAt),
    metadata: row.metadata,
    rating: null,
    icsUid: `${row.icsUid}@Cal.com`,
    ...given({ recurringBookingUid: row.recurringUid }),
    attendees: row.attendees.map((one) => {
      const { email, ...rest } = attendeeResource(row, one)
      return isListed && !world.state.switches.calcomAttendeeEmailInLists ? rest : { email, ...rest }
    }),
    ...(attendee === undefined || attendee.seat !== null
      ? {}
      : { ...guests, bookingFieldsResponses: { ...responsesOf(attendee, row.responses), ...guests } }),
  }
}

function responsesOf({ name, email }: AttendeeRow, responses: Record<string, unknown>): Record<string, unknown> {
  return { ...responses, name, email, displayEmail: email }
}

/** One attendee; one with a seat has their own answers. */
export function attendeeResource(row: BookingRow, one: AttendeeRow): { email: string } & Record<string, unknown> {
  const { email, seat } = one
  return {
    name: one.name,
    email,
    displayEmail: email,
    timeZone: one.timeZone,
    language: one.language,
    absent: row.absent.includes(email),
    ...(one.phoneNumber === null ? {} : { phoneNumber: one.phoneNumber }),
    ...(seat === null
      ? {}
      : {
          seatUid: seat.uid,
          createdAt: new Date(seat.createdAt).toISOString(),
          bookingFieldsResponses: responsesOf(one, seat.responses),
          metadata: seat.metadata,
        }),
  }
}

/** Where it takes place. */
export function locationOf(world: World, row: BookingRow): string {
  const integration = /^integrations:(.+)$/.exec(row.location ?? '')?.[1]
  if (integration !== undefined) return `https://video.example/${integration}/${row.uid}`
  return row.location ?? `${world.root('/calcom/app')}/video/${row.uid}`
}

/** Such as `Meeting 01 between Ada Lindqvist and Gil Guest`. */
export function titleOf(world: World, row: BookingRow): string {
  const found = eventTypeById(world, row.eventTypeId)
  return `${found?.eventType.title ?? 'Meeting'} between ${found?.host.name ?? 'the host'} and ${row.attendees[0]?.name ?? 'a guest'}`
}

function given(fields: Record<string, string | null>): Record<string, string> {
  return Object.fromEntries(Object.entries(fields).filter((entry): entry is [string, string] => entry[1] !== null))
}
