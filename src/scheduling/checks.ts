// The checks of what the verbs take: one sentence for each mistake, and nothing is sent.

import { type Check, type Checks, flag, oneOf, optional, valueError, whole } from '../core/check.ts'
import type { BookingStatus, EventType } from '../core/scheduling/model.ts'
import type {
  BookingsQuery,
  EventTypesQuery,
  HoldOptions,
  NoShowOptions,
  SlotRef,
  SlotsQuery,
} from '../core/scheduling/requests.ts'
import { msOf, time } from './instants.ts'
import { verbChecks } from './options.ts'
import { referenceTo } from './references.ts'
import type { Target } from './target.ts'
import { timeZone } from './time-zones.ts'

type Named = Pick<Target, 'scheduling' | 'provider'>

const statuses: readonly BookingStatus[] = ['confirmed', 'tentative', 'cancelled']
const status = oneOf(...statuses)

export const email: Check = (value) =>
  typeof value === 'string' && /^[^\s@,;<>"]+@[^\s@,;<>"]+$/.test(value) && value.length <= 320
    ? null
    : 'must be an e-mail address'

/** In any spelling, with an extension or without one. ITU-T E.164 has at most 15 digits. */
export const telephone: Check = (value) => {
  const [, number = ''] =
    (typeof value === 'string' && /^(\+?[\d\s()./-]+?)(\s*(x|ext\.?|#|;ext=)\s*\d{1,8})?$/i.exec(value)) || []
  const digits = number.replaceAll(/\D/g, '').length
  return digits >= 5 && digits <= 15 ? null : 'must be a telephone number, such as +33123456789'
}

const aDayMs = 86_400_000

export const eventTypesChecks: Checks<EventTypesQuery> = { active: optional(flag) }

export function slotsChecks(target: Named): Checks<SlotsQuery> {
  return {
    eventType: referenceTo(target, 'event_type'),
    from: time,
    to: time,
    timeZone: optional(timeZone),
    durationMinutes: optional(minutes),
  }
}

export function slotChecks(target: Named): Checks<SlotRef & { seatsLeft?: unknown; bookingUrl?: unknown }> {
  return {
    eventType: referenceTo(target, 'event_type'),
    start: time,
    end: optional(time),
    seatsLeft: () => null,
    bookingUrl: () => null,
  }
}

export const holdChecks: Checks<HoldOptions> = {
  ...verbChecks,
  forMs: optional(whole(60_000, aDayMs, 'milliseconds')),
}

export function bookingsChecks(target: Named): Checks<BookingsQuery> {
  return {
    from: optional(time),
    to: optional(time),
    status: optional(isStatus),
    eventType: optional(referenceTo(target, 'event_type')),
    attendee: optional(email),
  }
}

export const noShowChecks: Checks<NoShowOptions> = { ...verbChecks, absent: optional(flag) }

export const minutes: Check = whole(1, 24 * 60, 'minutes')

function isStatus(value: unknown): string | null {
  if (!Array.isArray(value)) return status(value, true)
  if (value.length === 0) return 'must not be an empty list. Leave it out for every status'
  const wrong = value.findIndex((one) => status(one, true) !== null)
  return wrong === -1 ? null : `[${wrong}] ${status(value[wrong], true)}`
}

/** @throws {PunctualError} `invalid_argument` for a span that ends before it begins. */
export function checkSpan(place: string, from: number | null, to: number | null): void {
  if (from !== null && to !== null && to <= from) throw valueError(place, 'to', 'must be later than "from"')
}

/**
 * Checks a length, and returns it; `null` for the event type's default, which every provider takes without being told.
 *
 * @throws {PunctualError} `invalid_argument` for one that the event type does not have; `not_supported` where only the
 *   default can be had.
 */
export function checkDuration(
  place: string,
  target: Pick<Target, 'assertCan'>,
  eventType: EventType,
  durationMinutes: number | undefined,
): number | null {
  const { durations } = eventType
  if (durationMinutes === undefined || durationMinutes === durations[0]) return null
  if (!durations.includes(durationMinutes))
    throw valueError(place, 'durationMinutes', `must be one of the event type's durations: ${durations.join(', ')}`)
  target.assertCan(place, 'book.chooseDuration', eventType)
  return durationMinutes
}

/** A span whose ends may be left out, as milliseconds. */
export function spanOf({ from, to }: Pick<BookingsQuery, 'from' | 'to'>): { from: number | null; to: number | null } {
  return { from: from === undefined ? null : msOf(from), to: to === undefined ? null : msOf(to) }
}
