// What a new booking must fit in its event type: answers, length, place, guests. The sentences are those of the source
// (docs/providers/calcom.md).

import { objectOf, textOf } from '../../http/json.ts'
import type { EventTypeRow } from '../../world/calcom-rows.ts'
import type { Switches } from '../../world/switches.ts'
import {
  type CustomField,
  customFieldsOf,
  lengthsOf,
  locationsOf,
  type OfferedLocation,
} from '../resources/event-types-of.ts'

type Fields = Record<string, unknown>
type Kind = { readonly expected: string; readonly fits: (value: unknown) => boolean }

const isText = (value: unknown): boolean => typeof value === 'string'
const text: Kind = { expected: 'string', fits: isText }
const list: Kind = { expected: 'array', fits: Array.isArray }
const choice: Kind = { expected: 'string or number', fits: (value) => isText(value) || typeof value === 'number' }
const kinds: Readonly<Record<string, Kind>> = {
  phone: text,
  address: text,
  text,
  textarea: text,
  url: text,
  number: { expected: 'number', fits: (value) => typeof value === 'number' },
  boolean: { expected: 'boolean', fits: (value) => typeof value === 'boolean' },
  multiemail: list,
  multiselect: list,
  checkbox: list,
  select: choice,
  radio: choice,
}

/** The first thing that is wrong with the answers, or null. Answers to no field are not looked at. */
export function wrongResponse(eventType: EventTypeRow, responses: Fields): string | null {
  for (const field of customFieldsOf(eventType)) {
    const value = responses[field.slug] ?? null
    if (field.required && value === null) {
      return `Missing required booking field response: ${field.slug} - it is required by the event type booking fields, but missing in the bookingFieldsResponses. You can fetch the event type with ID ${eventType.id} to see the required fields.`
    }
    const wrong = responses[field.slug] === undefined ? null : wrongValue(field, value)
    if (wrong !== null) return wrong
  }
  return null
}

function wrongValue({ slug, type, options }: CustomField, value: unknown): string | null {
  const kind = Object.hasOwn(kinds, type) ? kinds[type] : undefined
  if (kind !== undefined && !kind.fits(value)) {
    return `Invalid type for booking field '${slug}'. Expected type ${kind.expected} (compatible with field type '${type}'), but received ${typeof value}.`
  }
  if (options.length === 0) return null
  const chosen = Array.isArray(value) ? value : [value]
  if (chosen.every((one) => options.includes(String(one)))) return null
  return Array.isArray(value)
    ? `One or more invalid options for booking field '${slug}'. Allowed options are: ${options.join(', ')}.`
    : `Invalid option '${String(value)}' for booking field '${slug}'. Allowed options are: ${options.join(', ')}.`
}

/** The length of the booking, or what is wrong with it. */
export function chooseLength(eventType: EventTypeRow, given: unknown): { minutes: number } | { wrong: string } {
  if (given === undefined || given === null) return { minutes: eventType.lengthInMinutes }
  const lengths = lengthsOf(eventType)
  if (!Array.isArray(eventType.fields.lengthInMinutesOptions)) {
    const wrong =
      "Can't specify 'lengthInMinutes' because event type does not have multiple possible lengths. Please, remove the 'lengthInMinutes' field from the request."
    return { wrong }
  }
  if (typeof given === 'number' && lengths.includes(given)) return { minutes: given }
  const wrong = `Provided 'lengthInMinutes' is not one of the possible lengths for the event type. The possible lengths are: ${lengths.join(', ')}`
  return { wrong }
}

/** What a row remembers of the place, or what is wrong with the request. A bare text passes, as it used to. */
export function chooseLocation(
  eventType: EventTypeRow,
  given: unknown,
): { location: string | null } | { wrong: string } {
  const offered = locationsOf(eventType)
  if (given === undefined || given === null)
    return { location: offered[0] === undefined ? null : placeOf(offered[0], {}) }
  if (typeof given === 'string') return { location: textOf(given) }
  const wanted = objectOf(given)
  const kind = String(wanted.type)
  const same = offered.filter((one) => one.type === kind)
  if (same.length === 0) {
    const wrong = `Booking location with type ${kind} not valid for event type with id=${eventType.id}. The event type has following location types: ${offered.map(({ type }) => type).join(', ')}, and only these types are allowed for booking location.`
    return { wrong }
  }
  const fits = same.find(({ integration }) => kind !== 'integration' || integration === wanted.integration)
  if (fits === undefined) {
    const wrong = `Booking location with integration ${String(wanted.integration)} not valid for event type with id=${eventType.id}. The event type has following integrations: ${same.map(({ integration }) => String(integration)).join(', ')}, and only these integrations are allowed for booking location.`
    return { wrong }
  }
  const needed = given === null ? undefined : attendeesOwn[kind]
  if (needed !== undefined && textOf(wanted[needed]) === null) return { wrong: `${needed} must be a string` }
  return { location: placeOf(fits, wanted) }
}

/** The kinds of place that the attendee names, and the field in which. */
const attendeesOwn: Readonly<Record<string, string>> = {
  attendeeAddress: 'address',
  attendeePhone: 'phone',
  attendeeDefined: 'location',
}

/** The host's own value counts. Cal.com's own video needs no value. */
function placeOf(offered: OfferedLocation, wanted: Fields): string | null {
  const { type, integration } = offered
  if (type === 'integration') return integration === 'cal-video' ? null : `integrations:${String(integration)}`
  const own = attendeesOwn[type]
  return textOf(own === undefined ? (offered.address ?? offered.phone ?? offered.link) : wanted[own])
}

/** The guests of the booking, or what is wrong with them. */
export function chooseGuests(
  { fields }: EventTypeRow,
  guests: readonly string[] | null,
  whereDisabled: Switches['calcomGuestsWhereDisabled'],
): { guests: readonly string[] | null } | { wrong: string } {
  if (fields.disableGuests !== true || guests === null) return { guests }
  return whereDisabled === 'ignored' ? { guests: null } : { wrong: 'This event type does not allow guests.' }
}
