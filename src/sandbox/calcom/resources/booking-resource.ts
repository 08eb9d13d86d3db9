// A booking as Cal.com's API shows it.

import { findAccount } from '../../world/accounts.ts'
import type { AttendeeRow, BookingRow } from '../../world/calcom-rows.ts'
import type { World } from '../../world/world.ts'
import { eventTypeById } from './event-types-of.ts'

/** One booking. In lists the attendees may lack `email`, which a switch shows. */
export function bookingResource(world: World, row: BookingRow, isListed = false): object {
  const found = eventTypeById(world, row.eventTypeId)
  const host = findAccount(world.state.accounts, 'calcom', row.host)
  const iso = (at: number): string => new Date(at).toISOString()
  const { attendee } = row
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
    attendees: attendeesOf(row).map((one) => {
      const { email, ...rest } = attendeeResource(row, one)
      return isListed && !world.state.switches.calcomAttendeeEmailInLists ? rest : { email, ...rest }
    }),
    ...guests,
    bookingFieldsResponses: {
      ...row.responses,
      name: attendee.name,
      email: attendee.email,
      displayEmail: attendee.email,
      ...guests,
    },
  }
}

/** Who is to come: the one who booked, and who was added later. */
export function attendeesOf(row: BookingRow): AttendeeRow[] {
  return [row.attendee, ...row.added]
}

/** One attendee. */
export function attendeeResource(
  row: BookingRow,
  { email, ...one }: AttendeeRow,
): { email: string } & Record<string, unknown> {
  return {
    name: one.name,
    email,
    displayEmail: email,
    timeZone: one.timeZone,
    language: one.language,
    absent: row.absent.includes(email),
    ...(one.phoneNumber === null ? {} : { phoneNumber: one.phoneNumber }),
  }
}

/** Where it takes place. */
export function locationOf(world: World, row: BookingRow): string {
  return row.location ?? `${world.root('/calcom/app')}/video/${row.uid}`
}

/** Such as `Meeting 01 between Ada Lindqvist and Gil Guest`. */
export function titleOf(world: World, row: BookingRow): string {
  const found = eventTypeById(world, row.eventTypeId)
  return `${found?.eventType.title ?? 'Meeting'} between ${found?.host.name ?? 'the host'} and ${row.attendee.name}`
}

function given(fields: Record<string, string | null>): Record<string, string> {
  return Object.fromEntries(Object.entries(fields).filter((entry): entry is [string, string] => entry[1] !== null))
}
