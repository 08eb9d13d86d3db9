// Where a meeting takes place. An event type has typed locations; a booking has one text, which does not say its type.

import { membersOf, textOf } from '../../../core/json.ts'
import type { Attendee, Location, VideoService } from '../../../core/scheduling/model.ts'
import type { CheckedBooking } from '../../../core/scheduling/provider.ts'
import type { LocationChoice } from '../../../core/scheduling/requests.ts'

/** The words of the API. Every other video service keeps Cal.com's word, such as `jitsi`. */
const integrations: ReadonlyMap<string, VideoService> = new Map<string, VideoService>([
  ['cal-video', 'cal_video'],
  ['google-meet', 'google_meet'],
  ['zoom', 'zoom'],
  ['office365-video', 'teams'],
  ['webex-video', 'webex'],
])

/** The words behind `integrations:` in a booking that has no link yet. */
const conferences: ReadonlyMap<string, VideoService> = new Map<string, VideoService>([
  ['daily', 'cal_video'],
  ['google:meet', 'google_meet'],
  ['zoom', 'zoom'],
  ['office365_video', 'teams'],
  ['webex_video', 'webex'],
])

/** Where these services keep their meetings. */
const hosts: readonly (readonly [host: RegExp, service: VideoService])[] = [
  [/(^|\.)zoom\.us$/, 'zoom'],
  [/^meet\.google\.com$/, 'google_meet'],
  [/^teams\.(microsoft|live)\.com$/, 'teams'],
  [/\.webex\.com$/, 'webex'],
]

/** The app that each organizer of a team has chosen. */
const organizersApp = 'organizersDefaultApp'

/** Reads a location of an event type. */
export function locationOf(given: unknown): Location {
  const { type, address, link, phone, integration } = membersOf(given)
  switch (type) {
    case 'address':
      return { kind: 'in_person', address: textOf(address) }
    case 'attendeeAddress':
      return { kind: 'attendee_place', address: null }
    case 'attendeeDefined':
      return { kind: 'attendee_decides', text: null }
    case 'attendeePhone':
      return { kind: 'host_calls', phone: null }
    case 'phone':
      return { kind: 'attendee_calls', phone: textOf(phone) }
    case organizersApp:
      return { kind: 'video', service: organizersApp }
  }
  const word = type === 'integration' ? textOf(integration) : null
  if (word !== null) return { kind: 'video', service: integrations.get(word) ?? word }
  const url = type === 'link' ? textOf(link) : null
  return url === null ? { kind: 'unknown', raw: given ?? null } : { kind: 'link', url }
}

export interface TakesPlace {
  readonly location: Location
  readonly joinUrl: string | null
}

/**
 * Reads where a booking takes place. A text does not say whether it is the host's address or the attendee's, and so it
 * stays a text; a telephone number is the host's call where it is the attendee's own.
 *
 * @param meetingUrl a link that the booking names besides.
 */
export function placeOf(
  { uid, location, meetingUrl }: { readonly uid: string; readonly location?: unknown; readonly meetingUrl?: unknown },
  attendees: readonly Pick<Attendee, 'phone'>[],
): TakesPlace {
  const text = textOf(location)
  const url = [text, textOf(meetingUrl)].find((one) => one !== null && isLink(one)) ?? null
  const conference = /^integrations:(.+)$/.exec(text ?? '')?.[1]
  if (conference !== undefined) {
    return { location: { kind: 'video', service: conferences.get(conference) ?? conference }, joinUrl: url }
  }
  if (text === null) return { location: { kind: 'unknown', raw: location ?? null }, joinUrl: url }
  if (!isLink(text)) return { location: spoken(text, attendees), joinUrl: null }
  const service = serviceAt(new URL(text), uid)
  return { location: service === null ? { kind: 'link', url: text } : { kind: 'video', service }, joinUrl: text }
}

function spoken(text: string, attendees: readonly Pick<Attendee, 'phone'>[]): Location {
  const number = digitsOf(text)
  const isTheirs = number !== null && attendees.some(({ phone }) => phone !== null && digitsOf(phone) === number)
  return isTheirs ? { kind: 'host_calls', phone: text } : { kind: 'text', text }
}

/** Cal.com's own video is at `/video/{uid}` of any host; a moved booking keeps the address of the first. */
function serviceAt({ hostname, pathname }: URL, uid: string): VideoService | null {
  const isCalcoms = /(^|\.)cal\.(com|eu)$/.test(hostname) && pathname.startsWith('/video/')
  if (isCalcoms || pathname.endsWith(`/video/${uid}`)) return 'cal_video'
  return hosts.find(([host]) => host.test(hostname))?.[1] ?? null
}

/** What is sent with a booking, `null`: nothing; or what is wrong, beginning with the field's name. */
export type LocationToSend =
  | { readonly location: Readonly<Record<string, string>> | null }
  | { readonly problem: string }

/**
 * Returns the attendee's choice as Cal.com takes it: by its kind, of the event type's locations. Without a choice
 * nothing is sent, and Cal.com chooses; but the only location of an event type may need the attendee's word.
 */
export function locationToSend({
  eventType,
  location: choice,
  attendee,
}: Pick<CheckedBooking, 'eventType' | 'location' | 'attendee'>): LocationToSend {
  if (choice === null) return withoutChoice(eventType.locations, attendee.phone)
  if (choice.kind === 'text') return { problem: 'location.kind "text" has no twin at Cal.com' }
  const offers = eventType.locations
  const fitting = offers.filter((offer) => fits(offer, choice))
  // A location that this version cannot read may be the chosen one: Cal.com decides.
  if (fitting.length === 0 && !offers.some(({ kind }) => kind === 'unknown')) {
    const all = offers.map(described).join(', ')
    return {
      problem: `location must be ${all ? `one of the event type's: ${all}` : 'left out: the event type has none'}`,
    }
  }
  const alike = offers.filter(({ kind }) => kind === choice.kind)
  if (choice.kind === 'in_person' && choice.address !== undefined && alike.length > 1) {
    return { problem: 'location.address cannot be chosen: Cal.com takes no address of the host with a booking' }
  }
  const [offer] = fitting
  return filledIn(choice, offer, attendee.phone)
}

function withoutChoice([only, ...others]: readonly Location[], attendeesPhone: string | undefined): LocationToSend {
  if (others.length > 0) return { location: null }
  switch (only?.kind) {
    case 'host_calls':
      return filledIn({ kind: 'host_calls' }, only, attendeesPhone)
    case 'attendee_place':
      return { problem: 'location must be { kind: "attendee_place", address }: the attendee says where' }
    case 'attendee_decides':
      return { problem: 'location must be { kind: "attendee_decides", text }: the attendee says where' }
    default:
      return { location: null }
  }
}

/** Whether the choice is of that kind, and names nothing that differs. */
function fits(offer: Location, choice: LocationChoice): boolean {
  if (offer.kind === 'in_person' && choice.kind === 'in_person') return agrees(choice.address, offer.address)
  if (offer.kind === 'video' && choice.kind === 'video') return agrees(choice.service, offer.service)
  return offer.kind === choice.kind
}

function agrees(chosen: string | undefined, offered: string | null): boolean {
  return chosen === undefined || offered === null || chosen === offered
}

function filledIn(
  choice: LocationChoice,
  offer: Location | undefined,
  attendeesPhone: string | undefined,
): LocationToSend {
  switch (choice.kind) {
    case 'in_person':
      return { location: { type: 'address' } }
    case 'attendee_place':
      return { location: { type: 'attendeeAddress', address: choice.address } }
    case 'attendee_calls':
      return { location: { type: 'phone' } }
    case 'attendee_decides':
      return { location: { type: 'attendeeDefined', location: choice.text } }
    case 'host_calls': {
      const phone = choice.phone ?? attendeesPhone
      if (phone === undefined) return { problem: 'attendee.phone must be given: the host calls the attendee' }
      return { location: { type: 'attendeePhone', phone } }
    }
    case 'video':
      return videoToSend(choice.service ?? (offer?.kind === 'video' ? offer.service : undefined))
    default:
      return { location: { type: 'link' } }
  }
}

function videoToSend(service: VideoService | undefined): LocationToSend {
  if (service === undefined) return { problem: 'location.service must be given: the event type does not name one' }
  if (service === organizersApp) return { location: { type: organizersApp } }
  const [word = service] = [...integrations].find(([, name]) => name === service) ?? []
  return { location: { type: 'integration', integration: word } }
}

function described(location: Location): string {
  if (location.kind === 'video') return `video (${location.service})`
  return location.kind === 'in_person' && location.address !== null ? `in_person (${location.address})` : location.kind
}

function isLink(text: string): boolean {
  return /^https?:\/\/\S+$/i.test(text) && URL.canParse(text)
}

/** The digits of a telephone number; `null` for any other text. */
function digitsOf(text: string): string | null {
  return /^\+?[\d\s().-]{5,}$/.test(text) ? text.replaceAll(/\D/g, '') : null
}
