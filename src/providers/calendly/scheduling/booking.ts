// A booking: one scheduled event with its invitees. Calendly names the invitee's old and new meeting by the URI of the
// invitee, which begins with the URI of its scheduled event.

import { membersOf } from '../../../core/json.ts'
import { utcInstant } from '../../../core/scheduling/instant.ts'
import type { Attendee, Booking, Cancellation, Host, Utm } from '../../../core/scheduling/model.ts'
import type { CheckedBooking, ProviderBooking } from '../../../core/scheduling/provider.ts'
import type { CalendlyInvitee } from '../api/invitees.ts'
import type { CalendlyCancellation, CalendlyEventMembership, CalendlyScheduledEvent } from '../api/scheduled-events.ts'
import { locationOf } from './location.ts'
import { answersOf } from './questions.ts'

export interface Told {
  readonly event: CalendlyScheduledEvent
  /** In the order in which they booked. */
  readonly invitees: readonly CalendlyInvitee[]
  /** The invitee whose answers, reference and UTM words the booking shows. Default: the first who has not cancelled. */
  readonly about?: string | undefined
}

/** `previousStart` is not told: it stands in the scheduled event that this one replaces. */
export function bookingOf({ event, invitees, about }: Told): ProviderBooking {
  const one =
    invitees.find(({ uri }) => uri === about) ?? invitees.find(({ status }) => status !== 'canceled') ?? invitees[0]
  const moved = movesWith(event, invitees)
  const canceled = event.status === 'canceled'
  const cancellation = event.cancellation ?? moved?.cancellation
  const utm = utmOf(one?.tracking)
  return {
    id: event.uri,
    status: canceled ? 'cancelled' : 'confirmed',
    declined: false,
    start: utcInstant(event.start_time),
    end: utcInstant(event.end_time),
    previousStart: null,
    replaces: eventOf(moved?.old_invitee),
    replacedBy: eventOf(moved?.new_invitee),
    eventType: event.event_type ?? null,
    title: event.name ?? null,
    hosts: (event.event_memberships ?? []).map(hostOf),
    attendees: invitees.map(attendeeOf),
    guests: (event.event_guests ?? []).map(({ email }) => email),
    location: locationOf(event.location),
    joinUrl: event.location?.join_url ?? null,
    answers: answersOf(one?.questions_and_answers),
    reference: utm?.content ?? null,
    utm,
    metadata: null,
    cancellation: canceled ? cancellationOf(cancellation) : null,
    capacity: capacityOf(event),
    createdAt: utcInstant(event.created_at),
    updatedAt: event.updated_at ? utcInstant(event.updated_at) : null,
    // The id of an event in the host's calendar is not its UID.
    icalUid: null,
    provider: 'calendly',
    raw: { event, invitees },
  }
}

/** What is known of a booking that was made, where it cannot be read: the invitee of the answer, and the request. */
export function bookingAsSent(invitee: CalendlyInvitee, { eventType, start, guests }: CheckedBooking): ProviderBooking {
  const [minutes = 0] = eventType.durations
  const known = {
    uri: invitee.event,
    status: 'active',
    start_time: start,
    end_time: utcInstant(Date.parse(start) + minutes * 60_000),
    created_at: invitee.created_at,
    name: eventType.name,
    event_type: eventType.id,
    event_guests: guests.map((email) => ({ email })),
  }
  return { ...bookingOf({ event: known, invitees: [invitee] }), raw: { event: null, invitees: [invitee] } }
}

const ofInvitee = /^(https?:\/\/[^?#\s]+\/scheduled_events\/[\w-]+)\/invitees\/[\w-]+$/

/** The scheduled event of an invitee's URI; `null` if the value is not one. */
export function eventOf(invitee: unknown): string | null {
  return typeof invitee === 'string' ? (ofInvitee.exec(invitee)?.[1] ?? null) : null
}

/** Whether several may book this meeting; `null`: the event does not say. */
export function isGroup(event: { readonly invitees_counter?: unknown }): boolean | null {
  const { limit, total } = membersOf(event.invitees_counter)
  return typeof limit === 'number' && typeof total === 'number' ? limit > 1 || total > 1 : null
}

/** The invitee with whom the meeting moves. In a group, one who moves leaves the meeting where it is. */
function movesWith(event: CalendlyScheduledEvent, invitees: readonly CalendlyInvitee[]): CalendlyInvitee | null {
  const [first = null, ...others] = invitees
  return isGroup(event) || others.length > 0 ? null : first
}

function attendeeOf(invitee: CalendlyInvitee): Attendee {
  const { cancel_url, reschedule_url } = invitee
  return {
    id: invitee.uri,
    name: nameOf(invitee),
    email: invitee.email,
    phone: invitee.text_reminder_number ?? null,
    timeZone: invitee.timezone ?? null,
    locale: null,
    status: invitee.status === 'canceled' ? 'cancelled' : 'confirmed',
    noShow: Boolean(invitee.no_show),
    manage:
      cancel_url || reschedule_url ? { cancelUrl: cancel_url ?? null, rescheduleUrl: reschedule_url ?? null } : null,
  }
}

/** An event type asks for one name or for two. */
function nameOf({ name, first_name, last_name }: CalendlyInvitee): string | null {
  return name || [first_name, last_name].filter(Boolean).join(' ') || null
}

function hostOf({ user, user_name, user_email }: CalendlyEventMembership): Host {
  return { id: user, name: user_name ?? null, email: user_email ?? null, timeZone: null, noShow: null }
}

function utmOf(tracking: CalendlyInvitee['tracking']): Utm | null {
  const { utm_source, utm_medium, utm_campaign, utm_content, utm_term } = tracking ?? {}
  const utm = {
    source: utm_source ?? null,
    medium: utm_medium ?? null,
    campaign: utm_campaign ?? null,
    content: utm_content ?? null,
    term: utm_term ?? null,
  }
  return Object.values(utm).every((word) => word === null) ? null : utm
}

/** A meeting that an attendee has moved is cancelled by the attendee and `replacedBy` the new one. */
export function cancellationOf(cancellation: CalendlyCancellation | null | undefined): Cancellation {
  const { canceler_type, reason, created_at } = cancellation ?? {}
  const by = canceler_type === 'host' ? 'host' : canceler_type === 'invitee' ? 'attendee' : null
  return { by, reason: reason ?? null, at: created_at ? utcInstant(created_at) : null, toReschedule: false }
}

function capacityOf({ invitees_counter: counter }: CalendlyScheduledEvent): Booking['capacity'] {
  return counter ? { total: counter.limit, taken: counter.active } : null
}
