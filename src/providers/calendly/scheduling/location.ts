// Where a meeting takes place: Calendly's ten kinds and the model's, in both directions. Calendly has no place of the
// attendee's own that is an address, and no video of Cal.com.

import { membersOf } from '../../../core/json.ts'
import type { Location, VideoService } from '../../../core/scheduling/model.ts'
import type { CheckedBooking } from '../../../core/scheduling/provider.ts'
import type { LocationChoice } from '../../../core/scheduling/requests.ts'
import type { CalendlyBookingLocation } from '../api/bookings.ts'

type Kind = CalendlyBookingLocation['kind']
type Offer<Name extends Location['kind']> = Extract<Location, { readonly kind: Name }>

const services: ReadonlyMap<Kind, VideoService> = new Map([
  ['zoom_conference', 'zoom'],
  ['google_conference', 'google_meet'],
  ['gotomeeting_conference', 'gotomeeting'],
  ['microsoft_teams_conference', 'teams'],
  ['webex_conference', 'webex'],
])

/**
 * Reads a location of an event type (`kind`) or of a scheduled event (`type`). Clients of the API know `zoom` and
 * `gotomeeting` in scheduled events, without `_conference`: both words are read.
 */
export function locationOf(given: unknown): Location {
  const { kind, type, location, phone_number } = membersOf(given)
  const word = String(kind ?? type ?? '')
  const text = textOf(location)
  const phone = textOf(phone_number) ?? text
  if (word === 'physical') return { kind: 'in_person', address: text }
  if (word === 'inbound_call') return { kind: 'attendee_calls', phone }
  if (word === 'outbound_call') return { kind: 'host_calls', phone }
  if (word === 'ask_invitee') return { kind: 'attendee_decides', text }
  if (word === 'custom' && text !== null) return isLink(text) ? { kind: 'link', url: text } : { kind: 'text', text }
  const service = services.get(word as Kind) ?? services.get(`${word}_conference` as Kind)
  return service === undefined ? { kind: 'unknown', raw: given ?? null } : { kind: 'video', service }
}

/** What is sent with a booking, `null`: nothing; or what is wrong, beginning with the field's name. */
export type LocationToSend = { readonly location: CalendlyBookingLocation | null } | { readonly problem: string }

/**
 * Returns the location that a booking has to name: the attendee's choice of those of the event type, or the only one.
 * Calendly wants none where the event type has none, and none for round robin.
 */
export function locationToSend({
  eventType,
  location: choice,
  attendee,
}: Pick<CheckedBooking, 'eventType' | 'location' | 'attendee'>): LocationToSend {
  if (choice?.kind === 'attendee_place') return withoutTwin('kind', choice.kind)
  if (choice?.kind === 'video' && choice.service === 'cal_video') return withoutTwin('service', choice.service)
  const isRoundRobin = eventType.assignment === 'round_robin'
  const offers = isRoundRobin ? [] : eventType.locations.filter(({ kind }) => kind !== 'unknown')
  if (offers.length === 0) {
    if (!choice) return { location: null }
    const why = isRoundRobin ? 'Calendly takes none for a round-robin event type' : 'the event type has none to choose'
    return { problem: `location must be left out: ${why}` }
  }
  const fitting = choice ? offers.filter((offer) => fits(offer, choice)) : offers
  const [offer] = fitting
  if (offer && new Set(fitting.map(described)).size === 1) return filledIn(offer, choice, attendee.phone)
  return { problem: `location must be one of the event type's: ${offers.map(described).join(', ')}` }
}

function withoutTwin(field: string, word: string): LocationToSend {
  return { problem: `location.${field} "${word}" has no twin at Calendly` }
}

/** Whether the choice is of that kind, and names nothing that differs. */
function fits(offer: Location, choice: LocationChoice): boolean {
  if (offer.kind !== choice.kind) return false
  if (choice.kind === 'in_person') return agrees(choice.address, (offer as Offer<'in_person'>).address)
  if (choice.kind === 'video') return agrees(choice.service, (offer as Offer<'video'>).service)
  return choice.kind !== 'text' || agrees(choice.text, (offer as Offer<'text'>).text)
}

function agrees(chosen: string | undefined, offered: string | null): boolean {
  return chosen === undefined || offered === null || chosen.trim() === offered.trim()
}

/** With the text that Calendly wants for `physical`, `outbound_call`, `ask_invitee` and `custom`. */
function filledIn(offer: Location, choice: LocationChoice | null, phone: string | undefined): LocationToSend {
  const placed = (kind: Kind, location: string | null | undefined, problem: string): LocationToSend =>
    location ? { location: { kind, location } } : { problem }
  const given = <Name extends LocationChoice['kind']>(name: Name) =>
    choice?.kind === name ? (choice as Extract<LocationChoice, { readonly kind: Name }>) : undefined
  switch (offer.kind) {
    case 'in_person': {
      const problem = 'location.address must be given: the event type does not name the place'
      return placed('physical', offer.address ?? given('in_person')?.address, problem)
    }
    case 'host_calls': {
      const problem = 'attendee.phone must be given: the host calls the attendee'
      return placed('outbound_call', given('host_calls')?.phone ?? phone, problem)
    }
    case 'attendee_decides': {
      const problem = 'location must be { kind: "attendee_decides", text }: the attendee says where'
      return placed('ask_invitee', given('attendee_decides')?.text, problem)
    }
    case 'link':
      return { location: { kind: 'custom', location: offer.url } }
    case 'text':
      return { location: { kind: 'custom', location: offer.text } }
    case 'video': {
      const [kind] = [...services].find(([, service]) => service === offer.service) ?? []
      return kind === undefined ? withoutTwin('service', offer.service) : { location: { kind } }
    }
    default:
      return { location: { kind: 'inbound_call' } }
  }
}

function described(location: Location): string {
  if (location.kind === 'video') return `video (${location.service})`
  if (location.kind === 'in_person' && location.address !== null) return `in_person (${location.address})`
  if (location.kind === 'text') return `text (${location.text})`
  return location.kind === 'link' ? `link (${location.url})` : location.kind
}

function isLink(text: string): boolean {
  return /^https?:\/\/\S+$/i.test(text) && URL.canParse(text)
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null
}
