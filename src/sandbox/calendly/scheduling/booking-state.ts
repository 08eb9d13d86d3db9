// Creates, cancels and moves Calendly's scheduled events. Each change is one commit with its webhooks.
// A slot belongs to one active meeting of its host; a group meeting has seats for several invitees. An invitee who moves
// leaves one meeting and joins another, which is two messages.

import type { Span } from '../../time/availability.ts'
import type { CalendlyAccount } from '../../world/accounts.ts'
import type { CalendlyEventRow, CancellationRow, InviteeRow } from '../../world/calendly-rows.ts'
import { uuid } from '../../world/seal.ts'
import type { World } from '../../world/world.ts'
import { activeInvitees, type Invited } from '../resources/booking-resource.ts'
import type { HostedEventType } from '../resources/event-types-of.ts'
import { isOwnerOrAdmin } from '../resources/people.ts'
import { enqueueMessages } from '../webhooks/messages.ts'
import { type Place, placeOf } from './booking-location.ts'

/** What a new booking consists of. */
export interface Booking {
  readonly hosted: HostedEventType
  readonly startsAt: number
  readonly place: Place
  readonly guests: readonly string[]
  readonly invitee: NewInvitee
}

type NewInvitee = Omit<InviteeRow, 'id' | 'createdAt' | 'updatedAt' | 'old' | 'new' | 'noShow' | 'cancellation'>

/** Books the slot, or a seat of it; the caller has checked that it is free. */
export function book(world: World, now: number, booking: Booking): Invited {
  const invitee = newInvitee(world, now, booking.invitee)
  const row = seated(world, now, booking, invitee)
  enqueueMessages(world, now, 'invitee.created', { row, invitee })
  return { row, invitee }
}

/** The host cancels the meeting for all its invitees; its slot is free again. */
export function cancel(world: World, now: number, row: CalendlyEventRow, how: Omit<CancellationRow, 'at'>): void {
  const left = activeInvitees(row)
  for (const invitee of left) end(invitee, now, how)
  row.cancellation = { ...how, at: now }
  row.updatedAt = now
  world.changed()
  for (const invitee of left) enqueueMessages(world, now, 'invitee.canceled', { row, invitee })
}

/** One invitee cancels. The meeting stays for the others, and ends with the last one. */
export function cancelInvitee(world: World, now: number, invited: Invited, reason: string | null): void {
  leave(world, now, invited, reason)
  enqueueMessages(world, now, 'invitee.canceled', invited)
}

/** One invitee moves: out of the meeting, as rescheduled, and into another. A switch decides which message is first. */
export function reschedule(
  world: World,
  now: number,
  before: Invited,
  { hosted, startsAt }: { hosted: HostedEventType; startsAt: number },
): Invited {
  const { row, invitee } = before
  const moved = newInvitee(world, now, invitee)
  leave(world, now, before, null)
  const wish = { hosted, startsAt, place: row.location, guests: row.guests }
  const after = { row: seated(world, now, wish, moved), invitee: moved }
  moved.old = { event: row.id, id: invitee.id }
  invitee.new = { event: after.row.id, id: moved.id }
  const messages = [() => enqueueMessages(world, now, 'invitee.canceled', before)]
  messages.push(() => enqueueMessages(world, now, 'invitee.created', after))
  if (world.state.switches.calendlyRescheduleOrder === 'created_first') messages.reverse()
  for (const send of messages) send()
  return after
}

function newInvitee(world: World, now: number, invitee: NewInvitee): InviteeRow {
  const blank = { old: null, new: null, noShow: null, cancellation: null }
  return { ...invitee, id: uuid(world.random(16)), createdAt: now, updatedAt: now, ...blank }
}

/** Puts the invitee into the group meeting of that time, or into a new meeting. */
function seated(world: World, now: number, wish: Omit<Booking, 'invitee'>, invitee: InviteeRow): CalendlyEventRow {
  const { hosted, startsAt, place, guests } = wish
  const { host, eventType, id, capacity } = hosted
  world.changed()
  const other = groupAt(world, hosted, startsAt)
  if (other !== null) {
    other.invitees.push(invitee)
    other.guests = [...other.guests, ...guests]
    other.updatedAt = now
    return other
  }
  const uid = uuid(world.random(16))
  const row: CalendlyEventRow = {
    id: uid,
    host: host.id,
    organization: host.organization,
    eventType: id,
    name: eventType.name,
    startsAt,
    endsAt: startsAt + eventType.duration * 60_000,
    createdAt: now,
    updatedAt: now,
    location: placeOf(place, uid),
    guests,
    limit: capacity,
    cancellation: null,
    invitees: [invitee],
  }
  world.state.calendly.events[row.id] = row
  return row
}

function leave(world: World, now: number, { row, invitee }: Invited, reason: string | null): void {
  const how = { by: invitee.name, type: 'invitee', reason } as const
  end(invitee, now, how)
  if (activeInvitees(row).length === 0) row.cancellation = { ...how, at: now }
  row.updatedAt = now
  world.changed()
}

function end(invitee: InviteeRow, now: number, how: Omit<CancellationRow, 'at'>): void {
  invitee.cancellation = { ...how, at: now }
  invitee.updatedAt = now
}

/** The active group meeting of that event type and time, or null. */
function groupAt(world: World, { id, host, capacity }: HostedEventType, startsAt: number): CalendlyEventRow | null {
  if (capacity === 1) return null
  const same = Object.values(world.state.calendly.events).filter(
    (row) => row.eventType === id && row.host === host.id && row.startsAt === startsAt && row.cancellation === null,
  )
  return same[0] ?? null
}

/** How many invitees a meeting of the event type can still have at that time. */
export function seatsLeft(world: World, hosted: HostedEventType, startsAt: number): number {
  const row = groupAt(world, hosted, startsAt)
  return hosted.capacity - (row === null ? 0 : activeInvitees(row).length)
}

/**
 * Returns when the person cannot be booked for this event type. A group meeting of it with seats left does not count; nor
 * does a meeting whose only invitee is about to move.
 */
export function takenBy(world: World, hosted: HostedEventType, moving?: Invited): Span[] {
  const { host, id } = hosted
  const isLeft = (row: CalendlyEventRow): boolean => row.id === moving?.row.id && activeInvitees(row).length <= 1
  return Object.values(world.state.calendly.events)
    .filter((row) => row.host === host.id && row.cancellation === null && !isLeft(row))
    .filter((row) => row.eventType !== id || seatsLeft(world, hosted, row.startsAt) < 1 || hosted.capacity === 1)
    .map((row) => ({ from: row.startsAt, to: row.endsAt }))
}

/** Finds an invitee among all meetings. */
export function findInvited(
  world: World,
  test: (invitee: InviteeRow, row: CalendlyEventRow) => boolean,
): Invited | null {
  for (const row of Object.values(world.state.calendly.events)) {
    const invitee = row.invitees.find((one) => test(one, row))
    if (invitee !== undefined) return { row, invitee }
  }
  return null
}

/** Whether this person may see and end the meeting: the host, and those who govern the organization. */
export function mayManage(account: CalendlyAccount, row: CalendlyEventRow): boolean {
  return row.host === account.id || isOwnerOrAdmin(account, row.organization)
}
