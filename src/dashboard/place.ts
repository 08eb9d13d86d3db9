// Where a meeting takes place: as words, and as a choice of the booking form.

import { html } from 'hono/html'
import type { Location } from '../core/scheduling/model.ts'
import type { LocationChoice } from '../core/scheduling/requests.ts'
import type { Html } from './layout.ts'

/** Returns `null` where there is nothing to say. */
export function placeText(location: Location): string | null {
  switch (location.kind) {
    case 'in_person':
      return location.address ?? 'In person'
    case 'attendee_place':
      return location.address ?? 'At an address of the attendee'
    case 'host_calls':
      return location.phone === null ? 'By phone: the host calls' : `By phone: the host calls ${location.phone}`
    case 'attendee_calls':
      return location.phone === null ? 'By phone: the attendee calls' : `By phone: the attendee calls ${location.phone}`
    case 'video':
      return `Video: ${location.service.replaceAll('_', ' ')}`
    case 'link':
      return location.url
    case 'attendee_decides':
      return location.text ?? 'Where the attendee says'
    case 'text':
      return location.text
    default:
      return null
  }
}

/** The kinds for which the attendee must say more, and what. */
const details: Partial<Record<Location['kind'], string>> = {
  attendee_place: 'address',
  attendee_decides: 'place',
  host_calls: 'phone number',
}

/** Draws the choice of a place, where there is a choice. */
export function drawPlaceFields(offered: readonly Location[], given: (name: string) => string): Html | '' {
  const wanted = offered.flatMap(({ kind }) => details[kind] ?? [])
  if (offered.length < 2 && wanted.length === 0) return ''
  const choice = html`<label>Place <select name="place">${offered.map(
    (location, index) =>
      html`<option value="${index}"${given('place') === String(index) ? html` selected` : ''}>${placeText(location) ?? 'As the host says'}</option>`,
  )}</select></label>`
  const more = html`<label>The attendee’s ${[...new Set(wanted)].join(' or ')}${offered.length > 1 ? ', if the place needs it' : ''}
<input name="detail" value="${given('detail')}"${offered.length > 1 ? '' : html` required`}></label>`
  return html`${offered.length > 1 ? choice : ''}${wanted.length > 0 ? more : ''}`
}

/** Reads the choice; `undefined`: the event type's own place. */
export function placeChosen(offered: readonly Location[], given: (name: string) => string): LocationChoice | undefined {
  const [chosen, detail] = [offered[Number(given('place'))], given('detail')]
  if (!chosen || (offered.length < 2 && detail === '')) return undefined
  switch (chosen.kind) {
    case 'attendee_place':
      return { kind: chosen.kind, address: detail }
    case 'attendee_decides':
      return { kind: chosen.kind, text: detail }
    case 'host_calls':
      return { kind: chosen.kind, phone: detail }
    case 'video':
      return { kind: chosen.kind, service: chosen.service }
    case 'unknown':
      return undefined
    default:
      return { kind: chosen.kind }
  }
}
