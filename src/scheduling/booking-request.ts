// A booking request: its form, checked before anything is read, and what the event type and the provider say about it, before
// anything is booked.

import {
  argumentError,
  type Check,
  type Checks,
  checkOptions,
  list,
  object,
  oneOf,
  optional,
  shown,
  text,
  valueError,
} from '../core/check.ts'
import { membersOf } from '../core/json.ts'
import { utcInstant } from '../core/scheduling/instant.ts'
import type { EventType, Location, Utm } from '../core/scheduling/model.ts'
import type { CheckedBooking } from '../core/scheduling/provider.ts'
import type { AttendeeRequest, BookingRequest, LocationChoice } from '../core/scheduling/requests.ts'
import { checkDuration, email, minutes, telephone } from './checks.ts'
import { msOf, time } from './instants.ts'
import { isPlain } from './outer-space.ts'
import { checkAnswers, isEmpty } from './questions.ts'
import { idIn, referenceTo } from './references.ts'
import type { Target } from './target.ts'
import { ianaName, timeZone } from './time-zones.ts'

const orNull =
  (check: Check): Check =>
  (value, isGiven) =>
    value === null ? null : check(value, isGiven)

const attendeeChecks: Checks<AttendeeRequest> = {
  name: text,
  email: optional(email),
  phone: optional(telephone),
  timeZone,
  locale: optional(isLocale),
}

const utmChecks: Checks<Partial<Utm>> = {
  source: optional(orNull(text)),
  medium: optional(orNull(text)),
  campaign: optional(orNull(text)),
  content: optional(orNull(text)),
  term: optional(orNull(text)),
}

const location: { readonly [Kind in LocationChoice['kind']]: Check } = {
  in_person: locationWith({ address: optional(text) }),
  attendee_place: locationWith({ address: text }),
  host_calls: locationWith({ phone: optional(telephone) }),
  attendee_calls: locationWith({}),
  video: locationWith({ service: optional(text) }),
  link: locationWith({}),
  attendee_decides: locationWith({ text }),
  text: locationWith({ text: optional(text) }),
}

const kind = oneOf(...Object.keys(location))

function checksOf(target: Pick<Target, 'scheduling' | 'provider'>): Checks<BookingRequest> {
  return {
    eventType: referenceTo(target, 'event_type'),
    start: time,
    attendee: object(attendeeChecks),
    guests: optional(list('guests, by their e-mail addresses', email)),
    location: optional(isLocation),
    answers: optional(areAnswers),
    reference: optional(text),
    utm: optional(plain(object(utmChecks))),
    metadata: optional(isMetadata),
    durationMinutes: optional(minutes),
    hold: optional(isHold),
  }
}

/** @throws {PunctualError} `invalid_argument` for a request of a wrong form, whatever the event type is. */
export function checkBookingForm(
  place: string,
  target: Pick<Target, 'scheduling' | 'provider'>,
  request: unknown,
): asserts request is BookingRequest {
  checkOptions(place, request, checksOf(target))
}

/**
 * Returns the request as the provider gets it. Its form has been checked. `mark` is a digest of the caller's key.
 *
 * @throws {PunctualError} `invalid_argument` for what this event type or provider cannot take, with a sentence that names
 *   the field; `not_supported` or `insufficient_scope` for what cannot be done at all.
 */
export function checkBooking(
  place: string,
  target: Pick<Target, 'scheduling' | 'assertCan'>,
  request: BookingRequest,
  { eventType, mark }: { readonly eventType: EventType; readonly mark: string },
): CheckedBooking {
  const { guests = [], reference, metadata, hold, attendee } = request
  target.assertCan(place, 'book', eventType)
  if (guests.length > 0) target.assertCan(place, 'book.guests', eventType)
  if (reference !== undefined) target.assertCan(place, 'book.reference', eventType)
  if (metadata !== undefined) target.assertCan(place, 'book.metadata', eventType)
  if (hold !== undefined) target.assertCan(place, 'hold', eventType)
  checkHold(place, request, eventType)
  checkLocation(place, eventType.locations, request.location)
  const checked: CheckedBooking = {
    eventType,
    start: utcInstant(msOf(request.start)),
    attendee: { ...attendee, timeZone: ianaName(attendee.timeZone) ?? attendee.timeZone },
    guests,
    location: request.location ?? null,
    answers: checkAnswers(place, eventType.questions, request.answers),
    reference: reference ?? null,
    utm: request.utm ? utmOf(request.utm) : null,
    metadata: metadata ?? null,
    durationMinutes: checkDuration(place, target, eventType, request.durationMinutes),
    hold: hold === undefined ? null : idIn(hold),
    mark,
  }
  const problem = target.scheduling.bookingProblem(checked)
  if (problem !== null) throw argumentError(place, problem)
  return checked
}

function utmOf({ source = null, medium = null, campaign = null, content = null, term = null }: Partial<Utm>): Utm {
  return { source, medium, campaign, content, term }
}

/** An id alone does not say what it holds. @throws {PunctualError} `invalid_argument` for a hold of another slot. */
function checkHold(place: string, { hold, start }: BookingRequest, { id }: EventType): void {
  if (hold === undefined || typeof hold === 'string') return
  if (hold.eventType === id && msOf(hold.start) === msOf(start)) return
  throw valueError(place, 'hold', `is of another slot: event type ${shown(hold.eventType)}, ${hold.start}`)
}

/** @throws {PunctualError} `invalid_argument` for a place that the event type does not offer. */
function checkLocation(place: string, offered: readonly Location[], chosen: LocationChoice | undefined): void {
  // One that this version does not know may be the one that was chosen.
  if (!chosen || offered.some((one) => one.kind === 'unknown' || isOffered(one, chosen))) return
  const names = offered.map((one) => (one.kind === 'video' ? `video (${one.service})` : one.kind))
  const sentence =
    offered.length === 0
      ? 'must be left out: the event type has no location to choose'
      : `must be one of the event type's locations: ${[...new Set(names)].join(', ')}`
  throw valueError(place, 'location', sentence)
}

function isOffered(offered: Location, chosen: LocationChoice): boolean {
  if (offered.kind !== chosen.kind) return false
  if (offered.kind !== 'video' || chosen.kind !== 'video') return true
  return chosen.service === undefined || chosen.service === offered.service
}

function locationWith(fields: Readonly<Record<string, Check>>): Check {
  return object<Record<string, unknown>>({ kind: () => null, ...fields })
}

function isLocation(value: unknown): string | null {
  const { kind: name } = membersOf(value)
  if (typeof name !== 'string' || !Object.hasOwn(location, name)) return `.kind ${kind(name, true)}`
  return location[name as LocationChoice['kind']](value, true)
}

function isLocale(value: unknown): string | null {
  try {
    if (typeof value === 'string' && Intl.getCanonicalLocales(value).length === 1) return null
  } catch {}
  return 'must be a language, such as de or pt-BR'
}

function areAnswers(value: unknown): string | null {
  if (!isPlain(value)) return 'must be an object: an answer for the "key" of each question'
  const wrong = Object.keys(value).find((key) => !isEmpty(value[key]) && !isAnswer(value[key]))
  return wrong === undefined
    ? null
    : `.${wrong.slice(0, 60)} must be a text, a number, true or false, or a list of texts`
}

function isAnswer(value: unknown): boolean {
  if (Array.isArray(value)) return value.every((one) => typeof one === 'string')
  return ['string', 'number', 'boolean'].includes(typeof value)
}

function plain(check: Check): Check {
  return (value, isGiven) => (isPlain(value) ? check(value, isGiven) : 'must be a plain object')
}

function isMetadata(value: unknown): string | null {
  const must = 'must be an object of texts'
  if (!isPlain(value)) return must
  return Object.values(value).every((one) => typeof one === 'string' && one.isWellFormed()) ? null : must
}

function isHold(value: unknown): string | null {
  const must = 'must be a hold, as "hold" returns it, or its id'
  if (typeof value === 'string') return value === '' ? must : null
  const { id, eventType, start } = membersOf(value)
  const isWhole = typeof id === 'string' && id !== '' && typeof eventType === 'string' && time(start, true) === null
  return isWhole ? null : must
}
