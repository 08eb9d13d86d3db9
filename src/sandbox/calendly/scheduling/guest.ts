// Books, moves and cancels as a guest does on a person's public page at Calendly.

import { type Availability, isOpenSlot, openSlots } from '../../time/availability.ts'
import type { CalendlyAccount } from '../../world/accounts.ts'
import {
  type GuestBookingRef,
  type GuestOutcome,
  type GuestWish,
  guestRefusals,
  guestWindowMs,
  noEventType,
} from '../../world/guest.ts'
import { ownProperty } from '../../world/own-property.ts'
import type { World } from '../../world/world.ts'
import { activeInvitees, type Invited } from '../resources/booking-resource.ts'
import { eventTypeById, type HostedEventType, hostedEventTypesOf } from '../resources/event-types-of.ts'
import type { CustomQuestion } from '../resources/services.ts'
import { trackingOf } from '../resources/tracking.ts'
import { eventUri, inviteeUri } from '../resources/uris.ts'
import { choosePlace } from './booking-location.ts'
import { book, cancelInvitee, reschedule, takenBy } from './booking-state.ts'

/** Books, with an answer to each question that needs one, at the first place that the event type offers. */
export function bookAsGuest(world: World, host: CalendlyAccount, wish: GuestWish): GuestOutcome {
  const { eventType: wanted, guest } = wish
  const offered = hostedEventTypesOf(world, host)
  const hosted = offered.find(
    ({ eventType, id }) => wanted === null || [id, eventType.uri, eventType.slug, eventType.name].includes(wanted),
  )
  if (hosted === undefined) {
    if (wanted === null) return guestRefusals.none
    return noEventType(
      wanted,
      offered.map(({ eventType: one }) => one.name),
    )
  }
  const startsAt = openStart(world, hosted, wish.startsAt)
  if (typeof startsAt !== 'number') return startsAt
  const { eventType } = hosted
  const invitee = {
    name: guest.name,
    email: guest.email,
    timeZone: guest.timeZone ?? host.timeZone,
    firstName: null,
    lastName: null,
    answers: eventType.custom_questions.filter(({ required }) => required).map(answerTo),
    textReminderNumber: null,
    tracking: trackingOf(null),
    method: 'instant_book' as const,
  }
  return outcomeOf(
    world,
    book(world, world.now(), { hosted, startsAt, place: guestPlace(hosted), guests: [], invitee }),
  )
}

/** Moves the guest's meeting; to the next open time if none is given. */
export function moveAsGuest(world: World, ref: GuestBookingRef, startsAt: number | null): GuestOutcome | null {
  const found = findGuest(world, ref)
  if (found === null || 'refused' in found) return found
  const hosted = eventTypeById(world, found.row.eventType)
  if (hosted === null) return guestRefusals.none
  const to = openStart(world, hosted, startsAt, found)
  return typeof to === 'number' ? outcomeOf(world, reschedule(world, world.now(), found, { hosted, startsAt: to })) : to
}

/** The open times for a guest, from the next one on: to book an event type (null: the first), or to move a meeting. */
export function guestTimes(world: World, host: CalendlyAccount, wanted: string | null): number[] {
  const hosted = hostedEventTypesOf(world, host).find(({ id }) => wanted === null || id === wanted)
  return hosted === undefined ? [] : openStarts(world, hosted)
}

/** The open times to which a guest's meeting can move. */
export function timesToMove(world: World, id: string): number[] {
  const found = findGuest(world, { id, email: null })
  if (found === null || 'refused' in found) return []
  const hosted = eventTypeById(world, found.row.eventType)
  return hosted === null ? [] : openStarts(world, hosted, found)
}

/** Cancels for one guest; the meeting stays for the others. */
export function cancelAsGuest(world: World, ref: GuestBookingRef, reason: string | null): GuestOutcome | null {
  const found = findGuest(world, ref)
  if (found === null || 'refused' in found) return found
  cancelInvitee(world, world.now(), found, reason)
  return outcomeOf(world, found)
}

/** Null: there is no such meeting, or no such guest in it. */
function findGuest(world: World, { id, email }: GuestBookingRef): Invited | { readonly refused: string } | null {
  const row = ownProperty(world.state.calendly.events, id)
  const known = row?.invitees.filter((one) => email === null || one.email.toLowerCase() === email.toLowerCase()) ?? []
  if (row === undefined || known.length === 0) return null
  const invitee = activeInvitees(row).find((one) => known.includes(one))
  return invitee === undefined || row.endsAt <= world.now() ? guestRefusals.over : { row, invitee }
}

function openStart(
  world: World,
  hosted: HostedEventType,
  wanted: number | null,
  moving?: Invited,
): number | { readonly refused: string } {
  const { earliest, availability } = bookableFrom(world, hosted, moving)
  if (wanted !== null) return wanted >= earliest && isOpenSlot(availability, wanted) ? wanted : guestRefusals.closed
  return openStarts(world, hosted, moving)[0] ?? guestRefusals.none
}

/** The open times of the next thirty days, without the one that the guest is about to leave. */
function openStarts(world: World, hosted: HostedEventType, moving?: Invited): number[] {
  const { earliest, availability } = bookableFrom(world, hosted, moving)
  const starts = openSlots(availability, { from: earliest, to: earliest + guestWindowMs })
  return starts.filter((at) => at !== moving?.row.startsAt)
}

function bookableFrom(
  world: World,
  hosted: HostedEventType,
  moving: Invited | undefined,
): { earliest: number; availability: Availability } {
  const { host, eventType, noticeMs } = hosted
  const taken = takenBy(world, hosted, moving)
  const availability = { timeZone: host.timeZone, minutes: eventType.duration, taken }
  return { earliest: world.now() + noticeMs + 1, availability }
}

function guestPlace({ eventType }: HostedEventType): Parameters<typeof book>[2]['place'] {
  const [first] = eventType.locations
  const requested = { kind: first?.kind ?? 'custom', location: first?.location ?? guestAddress(first?.kind) }
  const isAsked = first !== undefined && eventType.pooling_type !== 'round_robin'
  const chosen = choosePlace(eventType, isAsked ? requested : null, 'first')
  return 'place' in chosen ? chosen.place : { type: 'custom', location: null }
}

function guestAddress(kind: string | undefined): string {
  return kind === 'outbound_call' ? '+46701234567' : '1 Guest Street'
}

function answerTo({ name, position, answer_choices: [first] }: CustomQuestion): {
  question: string
  answer: string
  position: number
} {
  return { question: name, answer: first ?? 'An answer', position }
}

function outcomeOf(world: World, { row, invitee }: Invited): GuestOutcome {
  const { id, startsAt } = row
  return { id, booking: eventUri(world, id), attendee: inviteeUri(world, row, invitee), startsAt }
}
