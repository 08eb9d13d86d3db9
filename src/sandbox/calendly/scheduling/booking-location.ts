// Where a meeting takes place: what a booking may ask for, and what the meeting then shows.
// An event type that offers places takes none but those. One that offers none takes what is given (guessed).

import { objectOf, textOf } from '../../http/json.ts'
import type { Switches } from '../../world/switches.ts'
import type { EventType } from '../resources/event-types-of.ts'
import type { LocationConfiguration } from '../resources/services.ts'

/** A location as a meeting shows it; a video conference gets its address when the meeting is made. */
export type Place = { readonly type: string } & Record<string, unknown>

type Wrong = { parameter: string; message: string }

const kinds: readonly string[] = [
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
]
/** The kinds that need a `location` beside them. */
const placed: readonly string[] = ['physical', 'outbound_call', 'ask_invitee', 'custom']
/** A meeting calls two kinds by other names than an event type does. */
const types: Readonly<Record<string, string>> = { zoom_conference: 'zoom', gotomeeting_conference: 'gotomeeting' }

/** What the body asks for, checked by itself. */
export interface RequestedPlace {
  readonly kind: string
  readonly location: string | null
}

/** Reads `location` of a booking; null when it is not given. */
export function readLocation(given: unknown, wrong: Wrong[]): RequestedPlace | null {
  if (given === undefined || given === null) return null
  const { kind, location } = objectOf(given)
  if (typeof kind !== 'string' || !kinds.includes(kind)) {
    wrong.push({ parameter: 'location.kind', message: kind === undefined ? 'is missing' : 'is invalid' })
  } else if (placed.includes(kind) && textOf(location) === null) {
    wrong.push({ parameter: 'location.location', message: 'is missing' })
  }
  return { kind: String(kind), location: textOf(location) }
}

/** The place of the meeting, or what is wrong with the request. A round robin takes no location (documented). */
export function choosePlace(
  { locations, pooling_type }: EventType,
  requested: RequestedPlace | null,
  whenOmitted: Switches['calendlyLocationOmitted'],
): { place: Place } | { wrong: Wrong } {
  const [first] = locations
  if (first === undefined) return { place: requested === null ? nowhere : shown({ kind: requested.kind }, requested) }
  if (pooling_type === 'round_robin') {
    return requested === null
      ? { place: shown(first, null) }
      : { wrong: { parameter: 'location', message: 'is invalid' } }
  }
  if (requested === null) {
    const isFree = whenOmitted === 'first' && (first.location !== undefined || !placed.includes(first.kind))
    return isFree ? { place: shown(first, null) } : { wrong: { parameter: 'location', message: 'is missing' } }
  }
  const offered = locations.filter((one) => one.kind === requested.kind)
  if (offered.length === 0) return { wrong: { parameter: 'location.kind', message: 'is invalid' } }
  const fits = offered.find((one) => one.location === undefined || one.location === requested.location)
  if (fits === undefined) return { wrong: { parameter: 'location.location', message: 'is invalid' } }
  return { place: shown(fits, requested) }
}

/** The place as the meeting of that id shows it. */
export function placeOf(place: Place, event: string): Place {
  return 'join_url' in place ? { ...place, join_url: `https://video.example/${event}` } : place
}

const nowhere: Place = { type: 'custom', location: null }

function shown(
  { kind, location, phone_number, additional_info }: LocationConfiguration,
  requested: RequestedPlace | null,
): Place {
  const type = types[kind] ?? kind
  if (type === 'zoom' || type === 'gotomeeting' || kind.endsWith('_conference')) {
    return { type, status: 'pushed', join_url: null, ...(type === 'google_conference' ? {} : { data: {} }) }
  }
  const info = additional_info === undefined ? {} : { additional_info }
  return { type, location: location ?? phone_number ?? requested?.location ?? null, ...info }
}
