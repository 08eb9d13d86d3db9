// What a caller names: an event type, a booking or a slot, as an object or by its id. Something of another provider, or of
// another person, is refused here.

import { type Check, shown, valueError } from '../core/check.ts'
import { membersOf } from '../core/json.ts'
import type { Booking, EventType } from '../core/scheduling/model.ts'
import type { VerbOptions } from '../core/scheduling/requests.ts'
import type { BookingRef } from '../core/scheduling/verbs.ts'
import type { Completion } from './completion.ts'
import { timesProblem } from './instants.ts'
import type { Target } from './target.ts'

type Kind = 'event_type' | 'booking'

const titles: Readonly<Record<Kind, string>> = { event_type: 'an event type', booking: 'a booking' }
/** A member that an object of the other kind does not have. */
const members: Readonly<Record<Kind, string>> = { event_type: 'durations', booking: 'attendees' }

type Is = (value: unknown) => boolean

const isText: Is = (value) => typeof value === 'string'
const isTextOrNull: Is = (value) => value === null || isText(value)
const listOf =
  (is: Is): Is =>
  (value) =>
    Array.isArray(value) && value.every(is)
const having =
  (parts: Readonly<Record<string, Is>>): Is =>
  (value) =>
    Object.entries(parts).every(([name, is]) => is(membersOf(value)[name]))

/** What the verbs use of an object: one that the caller has made or cut down may lack it. */
const isWhole: Readonly<Record<Kind, Is>> = {
  event_type: having({
    owner: having({ kind: isText, id: isTextOrNull }),
    durations: listOf((value) => typeof value === 'number'),
    locations: listOf(having({ kind: isText })),
    questions: listOf(
      having({ key: isText, label: isText, type: isText, options: (value) => value === null || listOf(isText)(value) }),
    ),
  }),
  booking: having({
    status: isText,
    replacedBy: isTextOrNull,
    attendees: listOf(having({ id: isText, status: isText, email: isTextOrNull })),
  }),
}

/** Accepts an id of this provider. */
export function idOf({ scheduling }: Pick<Target, 'scheduling'>, kind: Kind): Check {
  return (value) => {
    if (typeof value !== 'string' || value === '') return `must be the id of ${titles[kind]}`
    const problem = scheduling.idProblem(kind, value)
    return problem === null ? null : `${problem}. It is ${shown(value)}`
  }
}

/** Accepts an id, or an object of the model that came from this provider. */
export function referenceTo(target: Pick<Target, 'scheduling' | 'provider'>, kind: Kind): Check {
  const isId = idOf(target, kind)
  const isObject = modelObject(target, kind, `must be ${titles[kind]}, as the verbs return it, or its id`)
  return (value) => (typeof value === 'string' ? isId(value, true) : isObject(value, true))
}

function modelObject(target: Pick<Target, 'scheduling' | 'provider'>, kind: Kind, must: string): Check {
  const isId = idOf(target, kind)
  return (value) => {
    const { id, provider, [members[kind]]: own } = membersOf(value)
    if (typeof id !== 'string' || typeof provider !== 'string' || !Array.isArray(own)) return must
    if (provider === target.provider.name)
      return within('.id', isId(id, true)) ?? (isWhole[kind](value) ? timesProblemOf(kind, value) : must)
    return `is of "${provider.slice(0, 40)}", and the connection is one of "${target.provider.name}"`
  }
}

function timesProblemOf(kind: Kind, value: unknown): string | null {
  return kind === 'booking' ? timesProblem(membersOf(value)) : null
}

function within(name: string, problem: string | null): string | null {
  return problem === null ? null : `${name} ${problem}`
}

/** Accepts an event type or a booking that came from this provider. */
export function objectOf(target: Pick<Target, 'scheduling' | 'provider'>): Check {
  const must = 'must be an event type or a booking, as the verbs return them. An id says too little'
  return (value) => {
    if (typeof value !== 'object' || value === null) return must
    return modelObject(target, members.booking in value ? 'booking' : 'event_type', must)(value, true)
  }
}

export function idIn(reference: string | { readonly id: string }): string {
  return typeof reference === 'string' ? reference : reference.id
}

/**
 * Returns the event type, which is read if only its id is known. The reference has been checked.
 *
 * @throws {PunctualError} `invalid_argument` for an event type of another person.
 */
export async function eventTypeOf(
  target: Target,
  place: string,
  reference: string | EventType,
  options?: VerbOptions,
): Promise<EventType> {
  const found = typeof reference === 'string' ? await readEventType(target, place, reference, options) : reference
  assertOwn(target, place, found)
  return found
}

/** @throws {PunctualError} `invalid_argument` for an event type of another person. */
export function assertOwn({ api }: Pick<Target, 'api'>, place: string, { owner: { kind, id } }: EventType): void {
  if (kind !== 'person' || id === null || id === api.account.id) return
  throw valueError(place, 'eventType', 'belongs to another person. Use one of the event types of this connection')
}

export async function readEventType(
  target: Target,
  place: string,
  id: string,
  options?: VerbOptions,
): Promise<EventType> {
  target.assertCan(place, 'eventTypes.read')
  return target.call({ what: 'eventTypes.read', id }, options, (api) => target.scheduling.eventType(api, id))
}

/** Returns the booking, which is read if only its id is known. The reference has been checked. */
export async function bookingOf(
  target: Target,
  completion: Completion,
  place: string,
  reference: BookingRef,
  options?: VerbOptions,
): Promise<Booking> {
  if (typeof reference !== 'string') return reference
  target.assertCan(place, 'bookings.read')
  return readBooking(target, completion, reference, options)
}

/** Reads the booking, whatever the connection is known to be able to do. */
export async function readBooking(
  target: Target,
  completion: Completion,
  id: string,
  options?: VerbOptions,
): Promise<Booking> {
  const found = await target.call({ what: 'bookings.read', id }, options, (api) => target.scheduling.booking(api, id))
  return completion.one(target, found, options)
}
