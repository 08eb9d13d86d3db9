// Where a meeting takes place: in words, as fields of the form, and as the choice that is booked.

import type { Location, LocationChoice } from 'punctual/scheduling'
import { type Choice, choices, type Form, type TextField, textField } from './fields.ts'
import type { Html } from './page.ts'

/** Returns a few words for a visitor. */
export function placeName(location: Location): string {
  switch (location.kind) {
    case 'in_person':
      return location.address ?? 'At our place'
    case 'attendee_place':
      return location.address ?? 'At your place'
    case 'host_calls':
      return location.phone === null ? 'We call you' : `We call you at ${location.phone}`
    case 'attendee_calls':
      return location.phone === null ? 'You call us' : `You call us at ${location.phone}`
    case 'video':
      return `Video call (${capitalized(location.service)})`
    case 'link':
      return 'Online'
    case 'attendee_decides':
      return location.text ?? 'Where you like'
    case 'text':
      return location.text
    case 'unknown':
      return 'To be announced'
  }
}

/** The choice of a place, if there is one, and what the visitor has to say about it. */
export function drawPlaces(form: Form, locations: readonly Location[]): Html | '' {
  const [only] = locations
  if (!only) return ''
  if (locations.length === 1) return detailField(form, only, 0, true) ?? ''
  const options = locations.map((location, index): Choice => {
    const more = detailField(form, location, index, 'if_shown')
    return { value: String(index), label: placeName(location), ...(more && { more }) }
  })
  return choices(form, { name: 'place', label: 'Where?', required: true, several: false, options })
}

/** Returns what was chosen, and a sentence for what is missing. */
export function readPlace(
  locations: readonly Location[],
  typed: URLSearchParams,
): { readonly location: LocationChoice | undefined; readonly problems: ReadonlyMap<string, string> } {
  const problems = new Map<string, string>()
  const index = locations.length === 1 ? 0 : Number(typed.get('place') ?? Number.NaN)
  const chosen = locations[index]
  if (!chosen && locations.length > 0) problems.set('place', 'Please choose a place.')
  if (!chosen) return { location: undefined, problems }
  const detail = typed.get(detailName(index))?.trim() ?? ''
  if (detailOf(chosen) && detail === '') problems.set(detailName(index), 'Please fill this in.')
  if (chosen.kind === 'host_calls' && !typed.get('phone')?.trim())
    problems.set('phone', 'Please enter the number at which we call you.')
  // The only place is the event type's own: there is nothing to choose.
  const isGiven = locations.length === 1 && !detailOf(chosen)
  return { location: isGiven ? undefined : choiceOf(chosen, detail), problems }
}

function choiceOf(location: Location, detail: string): LocationChoice | undefined {
  switch (location.kind) {
    case 'in_person':
      return { kind: 'in_person', address: location.address ?? undefined }
    case 'attendee_place':
      return { kind: 'attendee_place', address: detail }
    case 'attendee_decides':
      return { kind: 'attendee_decides', text: detail }
    case 'video':
      return { kind: 'video', service: location.service }
    case 'text':
      return { kind: 'text', text: location.text }
    // At the visitor's number, which the form asks for.
    case 'host_calls':
    case 'attendee_calls':
    case 'link':
      return { kind: location.kind }
    case 'unknown':
      return undefined
  }
}

/** What the visitor has to say, for the kinds of place that depend on the visitor. */
function detailOf({ kind }: Location): Omit<TextField, 'name' | 'required'> | null {
  switch (kind) {
    case 'attendee_place':
      return { label: 'Your address', autocomplete: 'street-address' }
    case 'attendee_decides':
      return { label: 'Where shall we meet?' }
    default:
      return null
  }
}

function detailField(form: Form, location: Location, index: number, required: TextField['required']): Html | null {
  const detail = detailOf(location)
  return detail && textField(form, { ...detail, name: detailName(index), required })
}

function detailName(index: number): string {
  return `place-${index}`
}

export function capitalized(word: string): string {
  return word
    .split('_')
    .map((part) => part.charAt(0).toUpperCase() + part.slice(1))
    .join(' ')
}
