// A booking as Cal.com's API shows it; fields that have no value yet are absent.

import { findAccount } from '../accounts.ts'
import type { World } from '../world.ts'
import { bookableOf } from './bookable.ts'
import type { BookingRow } from './rows.ts'

/** One booking. */
export function bookingResource(world: World, row: BookingRow): object {
  const found = bookableOf(world, row.eventTypeId)
  const host = findAccount(world.state.accounts, 'calcom', row.host)
  const iso = (at: number): string => new Date(at).toISOString()
  const { attendee } = row
  return {
    id: row.id,
    uid: row.uid,
    title: titleOf(world, row),
    description: '',
    hosts: [
      {
        ...{ id: Number(row.host), name: host?.name ?? '', email: host?.email ?? '', displayEmail: host?.email ?? '' },
        ...{ username: found?.host.username ?? '', timeZone: host?.timeZone ?? 'UTC' },
      },
    ],
    status: row.status,
    start: iso(row.startsAt),
    end: iso(row.endsAt),
    duration: (row.endsAt - row.startsAt) / 60_000,
    eventTypeId: row.eventTypeId,
    eventType: { id: row.eventTypeId, slug: found?.eventType.slug ?? '' },
    location: row.location,
    absentHost: false,
    createdAt: iso(row.createdAt),
    updatedAt: iso(row.updatedAt),
    metadata: row.metadata,
    icsUid: `${row.uid}@sandbox`,
    attendees: [
      {
        ...{ name: attendee.name, email: attendee.email, displayEmail: attendee.email, timeZone: attendee.timeZone },
        ...{ language: attendee.language, absent: false },
        ...(attendee.phoneNumber === null ? {} : { phoneNumber: attendee.phoneNumber }),
      },
    ],
    guests: row.guests,
    bookingFieldsResponses: { ...row.responses, name: attendee.name, email: attendee.email, guests: row.guests },
    ...given({
      cancellationReason: row.cancellationReason,
      cancelledByEmail: row.cancelledBy,
      rescheduledFromUid: row.rescheduledFrom,
      rescheduledToUid: row.rescheduledTo,
      reschedulingReason: row.reschedulingReason,
      rescheduledByEmail: row.rescheduledBy,
    }),
  }
}

/** Such as `Meeting 01 between Ada Lindqvist and Gil Guest`. */
export function titleOf(world: World, row: BookingRow): string {
  const found = bookableOf(world, row.eventTypeId)
  return `${found?.eventType.title ?? 'Meeting'} between ${found?.host.name ?? 'nobody'} and ${row.attendee.name}`
}

function given(fields: Record<string, string | null>): Record<string, string> {
  return Object.fromEntries(Object.entries(fields).filter((entry): entry is [string, string] => entry[1] !== null))
}
