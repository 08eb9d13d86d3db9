// A booking request as Cal.com takes it, and what it cannot take of one. Our mark and the host application's reference
// are kept in the booking's metadata.

import { membersOf } from '../../../core/json.ts'
import type { CheckedBooking } from '../../../core/scheduling/provider.ts'
import type { CalcomNewBooking } from '../api/bookings.ts'
import { locationToSend } from './location.ts'
import { answersToSend, needsPhone } from './questions.ts'

/** The names in the metadata that are ours: by the mark a booking is found after a lost answer. */
export const markName = 'punctual_key'
export const referenceName = 'reference'

/** As many as one request takes. */
const mostGuests = 1000
const mostNames = 50
const longestName = 40
const longestText = 500

/** The languages that Cal.com takes, by its API's description. */
const languages =
  'ar ca de es eu he id ja lv pl ro sr th vi az cs el es-419 fi hr it km nl pt ru sv tr zh-CN bg da en et fr hu iw ko no pt-BR sk ta uk zh-TW bn'.split(
    ' ',
  )

/** Returns what Cal.com cannot take of the request, beginning with the field's name; `null`: nothing. */
export function bookingProblem(request: CheckedBooking): string | null {
  const { attendee, guests, utm, eventType } = request
  if (guests.length > mostGuests) return `guests must be at most ${mostGuests} e-mail addresses`
  if (utm !== null) return 'utm cannot be kept: Cal.com’s API neither takes nor returns UTM words. Use "metadata"'
  if (!attendee.email && !attendee.phone) return 'attendee must have an "email" or a "phone"'
  if (!attendee.phone && needsPhone(fieldsOf(eventType.raw))) {
    return 'attendee.phone must be given: the event type asks for it'
  }
  const place = locationToSend(request)
  return 'problem' in place ? place.problem : metadataProblem(request)
}

function metadataProblem({ metadata, reference, mark }: CheckedBooking): string | null {
  if (reference !== null && reference.length > longestText) {
    return `reference must have at most ${longestText} characters, which is what Cal.com keeps`
  }
  const own = metadataOf({ metadata: null, reference, mark })
  const given = Object.entries(metadata ?? {})
  const most = mostNames - Object.keys(own).length
  if (given.length > most) {
    return `metadata must have at most ${most} names: Cal.com keeps ${mostNames}, and ${mostNames - most} are Punctual's`
  }
  for (const [name, text] of given) {
    const place = `metadata[${JSON.stringify(name)}]`
    if (name === markName) return `${place} cannot be given: Punctual keeps its own mark there`
    if (name === referenceName) return `${place} cannot be given: use "reference", which is kept there`
    if (name.length > longestName) return `${place} must have a name of at most ${longestName} characters`
    if (text.length > longestText) return `${place} must be a text of at most ${longestText} characters`
  }
  return null
}

/** The body of `POST /v2/bookings`, of a request that `bookingProblem` has found nothing wrong with. */
export function bookingRequestOf(request: CheckedBooking): CalcomNewBooking {
  const { eventType, start, attendee, guests, answers, durationMinutes } = request
  const place = locationToSend(request)
  const location = 'problem' in place ? null : place.location
  return {
    eventTypeId: Number(eventType.id),
    start,
    attendee: {
      name: attendee.name,
      timeZone: attendee.timeZone,
      ...(attendee.email && { email: attendee.email }),
      ...(attendee.phone && { phoneNumber: attendee.phone }),
      ...(attendee.locale && { language: languageOf(attendee.locale) }),
    },
    ...(guests.length > 0 && { guests }),
    ...(location && { location }),
    metadata: metadataOf(request),
    ...(answers.length > 0 && { bookingFieldsResponses: answersToSend(answers) }),
    // Only event types with several lengths take one.
    ...(durationMinutes !== null && eventType.durations.length > 1 && { lengthInMinutes: durationMinutes }),
  }
}

function metadataOf({
  metadata,
  reference,
  mark,
}: Pick<CheckedBooking, 'metadata' | 'reference' | 'mark'>): Readonly<Record<string, string>> {
  return {
    ...metadata,
    ...(reference !== null && { [referenceName]: reference }),
    ...(mark !== '' && { [markName]: mark }),
  }
}

/**
 * The language of Cal.com's that fits best: `de` for `de-AT`. What fits none is sent as it is, since Cal.com may have
 * learnt it.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc4647#section-3.4 RFC 4647, section 3.4}
 */
export function languageOf(locale: string): string {
  const parts = locale.replaceAll('_', '-').split('-')
  for (let length = parts.length; length > 0; length--) {
    const range = parts.slice(0, length).join('-').toLowerCase()
    const found = languages.find((language) => language.toLowerCase() === range)
    if (found !== undefined) return found
  }
  return locale
}

function fieldsOf(raw: unknown): readonly Readonly<Record<string, unknown>>[] {
  const { bookingFields } = membersOf(raw)
  return Array.isArray(bookingFields) ? bookingFields.map(membersOf) : []
}
