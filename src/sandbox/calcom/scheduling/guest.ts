// Books, moves and cancels as a guest does on a person's public page at Cal.com; and confirms, declines or asks for
// another time as a host does.

import { type Availability, isOpenSlot, openSlots } from '../../time/availability.ts'
import { type CalcomAccount, findAccount } from '../../world/accounts.ts'
import type { AttendeeRow, BookingRow } from '../../world/calcom-rows.ts'
import {
  type GuestBookingRef,
  type GuestOutcome,
  type GuestWish,
  guestRefusals,
  guestWindowMs,
  noEventType,
} from '../../world/guest.ts'
import { ownProperty } from '../../world/own-property.ts'
import { uuid } from '../../world/seal.ts'
import type { World } from '../../world/world.ts'
import {
  type CustomField,
  customFieldsOf,
  eventTypeById,
  eventTypesOf,
  type HostedEventType,
  locationsOf,
  noticeMsOf,
  recurrenceOf,
} from '../resources/event-types-of.ts'
import { hoursOf } from '../resources/schedules-of.ts'
import { chooseLocation } from './booking-checks.ts'
import { book, cancel, cancelSeat, confirmOrDecline, reschedule, rescheduleSeat, takenBy } from './booking-state.ts'
import { startsOf } from './recurrence.ts'

/** Books, with an answer to each field that needs one, at the first place that the event type offers. */
export function bookAsGuest(world: World, host: CalcomAccount, wish: GuestWish): GuestOutcome {
  const { eventType: wanted, guest } = wish
  const offered = eventTypesOf(world, host)
  const eventType = offered.find(({ id, slug, title }) => wanted === null || [String(id), slug, title].includes(wanted))
  if (eventType === undefined) {
    if (wanted === null) return guestRefusals.none
    return noEventType(
      wanted,
      offered.map(({ title }) => title),
    )
  }
  const hosted = { host, eventType }
  const lasts = eventType.lengthInMinutes * 60_000
  const first = openStart(world, hosted, { wanted: wish.startsAt, lasts })
  if (typeof first !== 'number') return first
  const timeZone = guest.timeZone ?? host.timeZone
  const attendee = { name: guest.name, email: guest.email, timeZone, language: 'en', phoneNumber: null, seat: null }
  const needed = customFieldsOf(eventType).filter(({ required }) => required)
  const responses = Object.fromEntries(needed.map((field) => [field.slug, answerTo(field)]))
  const details = { attendee, guests: null, location: guestPlace(hosted), metadata: {}, responses }
  const recurrence = recurrenceOf(eventType)
  const starts = recurrence === null ? [first] : startsOf(first, timeZone, recurrence, recurrence.occurrences)
  const series = recurrence === null ? null : uuid(world.random(16))
  const [made] = starts.map((startsAt) =>
    book(world, world.now(), hosted, { ...details, startsAt, endsAt: startsAt + lasts }, series),
  )
  return made === undefined ? guestRefusals.none : outcomeOf(made.row, made.attendee)
}

/** Moves the guest's booking; to the next open time if none is given. */
export function moveAsGuest(world: World, ref: GuestBookingRef, wanted: number | null): GuestOutcome | null {
  const found = findGuest(world, ref)
  if (found === null || 'refused' in found) return found
  const { row, attendee } = found
  const hosted = eventTypeById(world, row.eventTypeId)
  if (hosted === null) return guestRefusals.none
  const startsAt = openStart(world, hosted, { wanted, lasts: row.endsAt - row.startsAt, moving: row })
  if (typeof startsAt !== 'number') return startsAt
  const to = { startsAt, reason: null, by: attendee.email }
  const next =
    attendee.seat === null
      ? reschedule(world, world.now(), row, to)
      : rescheduleSeat(world, world.now(), row, { ...to, attendee })
  return outcomeOf(next, attendee)
}

/** The open times for a guest, from the next one on: to book an event type; null: the first. */
export function guestTimes(world: World, host: CalcomAccount, wanted: string | null): number[] {
  const eventType = eventTypesOf(world, host).find(({ id }) => wanted === null || String(id) === wanted)
  if (eventType === undefined) return []
  return openStarts(world, { host, eventType }, { lasts: eventType.lengthInMinutes * 60_000 })
}

/** The open times to which a guest's booking can move. */
export function timesToMove(world: World, id: string): number[] {
  const found = findGuest(world, { id, email: null })
  if (found === null || 'refused' in found) return []
  const { row } = found
  const hosted = eventTypeById(world, row.eventTypeId)
  return hosted === null ? [] : openStarts(world, hosted, { lasts: row.endsAt - row.startsAt, moving: row })
}

/** The host confirms the booking, or declines it. */
export function decideAsHost(
  world: World,
  id: string,
  decision: { readonly yes: boolean; readonly reason: string | null },
): GuestOutcome | null {
  const row = ownProperty(world.state.calcom.bookings, id)
  const [attendee] = row?.attendees ?? []
  if (row === undefined || attendee === undefined) return null
  if (row.status !== 'pending') return { refused: 'This booking does not wait for the host.' }
  confirmOrDecline(world, world.now(), row, decision)
  return outcomeOf(row, attendee)
}

/** Cancels for one guest; others keep their seats. */
export function cancelAsGuest(world: World, ref: GuestBookingRef, reason: string | null): GuestOutcome | null {
  const found = findGuest(world, ref)
  if (found === null || 'refused' in found) return found
  const { row, attendee } = found
  const how = { reason, by: attendee.email }
  if (attendee.seat === null) cancel(world, world.now(), row, how)
  else cancelSeat(world, world.now(), row, attendee, how)
  return outcomeOf(row, attendee)
}

/** The host cancels the booking and asks the guest for another time. */
export function askToMove(world: World, ref: GuestBookingRef, reason: string | null): GuestOutcome | null {
  const found = findGuest(world, ref)
  if (found === null || 'refused' in found) return found
  const { row, attendee } = found
  const by = findAccount(world.state.accounts, 'calcom', row.host)?.email ?? null
  cancel(world, world.now(), row, { reason, by, toReschedule: true })
  return outcomeOf(row, attendee)
}

/** Null: there is no such booking, or no such guest in it. */
function findGuest(
  world: World,
  { id, email }: GuestBookingRef,
): { row: BookingRow; attendee: AttendeeRow } | { readonly refused: string } | null {
  const row = ownProperty(world.state.calcom.bookings, id)
  const attendee = row?.attendees.find((one) => email === null || one.email.toLowerCase() === email.toLowerCase())
  if (row === undefined || attendee === undefined) return null
  const isOver = row.status === 'cancelled' || row.status === 'rejected' || row.endsAt <= world.now()
  return isOver ? guestRefusals.over : { row, attendee }
}

interface Moving {
  readonly lasts: number
  readonly moving?: BookingRow
}

function openStart(
  world: World,
  hosted: HostedEventType,
  { wanted, ...moving }: Moving & { readonly wanted: number | null },
): number | { readonly refused: string } {
  const { earliest, availability } = bookableFrom(world, hosted, moving)
  if (wanted !== null) return wanted >= earliest && isOpenSlot(availability, wanted) ? wanted : guestRefusals.closed
  return openStarts(world, hosted, moving)[0] ?? guestRefusals.none
}

/** The open times of the next thirty days, without the one that the guest is about to leave. */
function openStarts(world: World, hosted: HostedEventType, moving: Moving): number[] {
  const { earliest, availability } = bookableFrom(world, hosted, moving)
  const starts = openSlots(availability, { from: earliest, to: earliest + guestWindowMs })
  return starts.filter((at) => at !== moving.moving?.startsAt)
}

function bookableFrom(
  world: World,
  hosted: HostedEventType,
  { lasts, moving }: Moving,
): { earliest: number; availability: Availability } {
  const { host, eventType } = hosted
  const now = world.now()
  const withReservations = world.state.switches.calcomReservationBlocksBooking
  const except = moving?.attendees.length === 1 ? moving.uid : undefined
  const taken = takenBy(world, hosted, { now, withReservations, except })
  const availability = { ...hoursOf(world, host, eventType), minutes: lasts / 60_000, taken }
  return { earliest: now + noticeMsOf(eventType) + 1, availability }
}

function guestPlace({ eventType }: HostedEventType): string | null {
  const [first] = locationsOf(eventType)
  const own = { address: '1 Guest Street', phone: '+46701234567', location: '1 Guest Street' }
  const chosen = chooseLocation(eventType, first === undefined ? undefined : { ...own, ...first })
  return 'location' in chosen ? chosen.location : null
}

function answerTo({ type, options: [first] }: CustomField): unknown {
  if (type === 'number') return 1
  if (type === 'boolean') return true
  const answer = first ?? 'An answer'
  return type === 'multiselect' || type === 'checkbox' || type === 'multiemail' ? [answer] : answer
}

function outcomeOf({ uid, startsAt }: BookingRow, { email, seat }: AttendeeRow): GuestOutcome {
  return { id: uid, booking: uid, attendee: seat?.uid ?? email, startsAt }
}
