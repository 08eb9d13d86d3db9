// Books, by the Scheduling API. There is no idempotency key: a request whose outcome is unknown is never repeated. Look
// for its booking instead.

import { z } from 'zod'
import type { ApiCaller } from '../../../core/calls.ts'
import { type CallOptions, callApi } from '../../api/call.ts'
import { once } from '../../api/once.ts'
import {
  checkParameters,
  email,
  type Instant,
  instant,
  listOf,
  oneOf,
  parameters,
  text,
  whole,
} from '../../api/parameters.ts'
import { resource } from './envelope.ts'
import { type CalendlyInvitee, type CalendlyTracking, invitee } from './invitees.ts'
import { eventTypeUri } from './references.ts'

/** @see {@link https://developer.calendly.com/api-docs Calendly's API reference}, "Create Event Invitee" */
export interface CalendlyBooking {
  readonly event_type: string
  /** One of the event type's `availableTimes`. */
  readonly start_time: Instant
  /** `name` or `first_name` has to be given. */
  readonly invitee: {
    readonly email: string
    /** IANA name. */
    readonly timezone: string
    readonly name?: string | undefined
    readonly first_name?: string | undefined
    readonly last_name?: string | undefined
    readonly text_reminder_number?: string | undefined
  }
  /** Left out where the event type has none, and for round robin. */
  readonly location?: CalendlyBookingLocation | undefined
  /** `question` as the event type has it, letter for letter. */
  readonly questions_and_answers?:
    | readonly { readonly question: string; readonly answer: string; readonly position: number }[]
    | undefined
  /** What is not given is sent as `null`: Calendly wants all of it or none. */
  readonly tracking?: CalendlyTracking | undefined
  /** E-mail addresses, at most 10. */
  readonly event_guests?: readonly string[] | undefined
}

export interface CalendlyBookingLocation {
  readonly kind: (typeof kinds)[number]
  /** Needed for `physical`, `outbound_call`, `ask_invitee` and `custom`. */
  readonly location?: string | undefined
}

export interface BookingCalls {
  /**
   * Books. Scope `scheduled_events:write`. `provider_refused`, reason `slot_taken`: the slot has been booked.
   * `provider_unavailable`, reason `outcome_unknown`: it may have been booked; look with `bookingsOf`.
   */
  book(booking: CalendlyBooking, options?: CallOptions): Promise<CalendlyInvitee>
}

const kinds = [
  'physical',
  'inbound_call',
  'outbound_call',
  'zoom_conference',
  'google_conference',
  'gotomeeting_conference',
  'microsoft_teams_conference',
  'webex_conference',
  'ask_invitee',
  'custom',
] as const
const placed: readonly string[] = ['physical', 'outbound_call', 'ask_invitee', 'custom']

const mark = once(() => z.string({ error: 'must be a text or null' }).nullable().default(null))

export const booking: () => z.ZodType<unknown, CalendlyBooking> = once(() =>
  parameters<CalendlyBooking>({
    event_type: eventTypeUri(),
    start_time: instant(),
    invitee: parameters<CalendlyBooking['invitee']>({
      email: email(),
      timezone: text(),
      name: text().optional(),
      first_name: text().optional(),
      last_name: text().optional(),
      text_reminder_number: text().optional(),
    }).refine((person) => hasOne(person, ['name', 'first_name']), { error: 'must have a "name" or a "first_name"' }),
    location: parameters<CalendlyBookingLocation>({ kind: oneOf(...kinds), location: text().optional() })
      .refine((place) => !isPlaced(place) || hasOne(place, ['location']), {
        error: `must have a "location" for ${placed.join(', ')}`,
      })
      .optional(),
    questions_and_answers: listOf(
      parameters<{ question: string; answer: string; position: number }>({
        question: text(),
        answer: z.string({ error: 'must be a text' }),
        position: whole(0),
      }),
    ).optional(),
    tracking: parameters<CalendlyTracking>({
      utm_campaign: mark(),
      utm_source: mark(),
      utm_medium: mark(),
      utm_content: mark(),
      utm_term: mark(),
      salesforce_uuid: mark(),
    }).optional(),
    event_guests: listOf(email(), { most: 10 }).optional(),
  }),
)

export function bookingCalls(api: ApiCaller): BookingCalls {
  return {
    async book(given, options) {
      const place = 'calendly.book'
      const body = checkParameters(place, booking, given)
      return callApi(api, { place, method: 'POST', path: '/invitees', body, shape: resource(invitee) }, options)
    },
  }
}

function hasOne(value: unknown, names: readonly string[]): boolean {
  return names.some((name) => (value as Record<string, unknown>)[name] !== undefined)
}

function isPlaced(location: unknown): boolean {
  return placed.includes((location as CalendlyBookingLocation).kind)
}
