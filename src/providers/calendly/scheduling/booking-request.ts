// A booking request as Calendly takes it, and what it cannot take of one. Calendly keeps no language of the attendee: a
// `locale` is not sent.

import type { Utm } from '../../../core/scheduling/model.ts'
import type { CheckedBooking } from '../../../core/scheduling/provider.ts'
import type { CalendlyBooking } from '../api/bookings.ts'
import type { CalendlyTracking } from '../api/invitees.ts'
import { locationToSend } from './location.ts'
import { answersToSend } from './questions.ts'

const mostGuests = 10

/** Returns what Calendly cannot take of the request, beginning with the field's name; `null`: nothing. */
export function bookingProblem(request: CheckedBooking): string | null {
  const { attendee, guests, reference, utm, durationMinutes, eventType } = request
  if (!attendee.email) return 'attendee.email must be given: Calendly books no attendee without an e-mail address'
  if (guests.length > mostGuests) return `guests must be at most ${mostGuests} e-mail addresses`
  // A booking that was read says the word in both places, and can be booked again as it is.
  if (reference !== null && utm?.content && utm.content !== reference) {
    return 'utm.content cannot differ from the reference: Calendly has one place for both'
  }
  const [length] = eventType.durations
  if (durationMinutes !== null && durationMinutes !== length) {
    return `durationMinutes must be ${length} or left out: Calendly lets only the attendee choose another length`
  }
  const place = locationToSend(request)
  return 'problem' in place ? place.problem : null
}

/** The body of `POST /invitees`, of a request that `bookingProblem` has found nothing wrong with. */
export function bookingRequestOf(request: CheckedBooking): CalendlyBooking {
  const { eventType, start, attendee, guests, answers, reference, utm } = request
  const place = locationToSend(request)
  const location = 'problem' in place ? null : place.location
  const tracking = trackingOf(reference, utm)
  return {
    event_type: eventType.id,
    start_time: start,
    invitee: {
      email: attendee.email ?? '',
      timezone: attendee.timeZone,
      name: attendee.name,
      ...(attendee.phone !== undefined && { text_reminder_number: attendee.phone }),
    },
    ...(location && { location }),
    ...(answers.length > 0 && { questions_and_answers: answersToSend(answers, eventType) }),
    ...(tracking && { tracking }),
    ...(guests.length > 0 && { event_guests: guests }),
  }
}

/** The host application's reference has no place of its own at Calendly: it is kept as `utm_content`. */
function trackingOf(reference: string | null, utm: Utm | null): CalendlyTracking | null {
  if (reference === null && utm === null) return null
  return {
    utm_source: utm?.source ?? null,
    utm_medium: utm?.medium ?? null,
    utm_campaign: utm?.campaign ?? null,
    utm_content: reference ?? utm?.content ?? null,
    utm_term: utm?.term ?? null,
  }
}
