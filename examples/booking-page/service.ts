// What a visitor sees of a service before the booking: its facts, as a card, a line and a summary.

import { html } from 'hono/html'
import type { EventType, Recurrence } from 'punctual/scheduling'
import type { Html } from './page.ts'
import { capitalized, placeName } from './place.ts'
import { lengthOf, zoneName } from './times.ts'

/** `address`: where it is booked; `null`: not on these pages. */
export function serviceCard(service: EventType, lengths: readonly number[], address: string | null): Html {
  return html`<li class="card">
<h2>${address === null ? service.name : html`<a href="${address}">${service.name}</a>`}</h2>
${service.description ? html`<p>${service.description}</p>` : ''}
${address === null ? html`<p class="quiet">Please contact us to book this.</p>` : ''}
${facts(service, lengths)}
</li>`
}

/** Length, price and place. `lengths`: those that can be chosen, in minutes. */
export function facts(service: EventType, lengths: readonly number[]): Html {
  const { capacity, recurrence, needsApproval } = service
  const shown = [
    lengths.map(lengthOf).join(' or '),
    priceOf(service),
    placesOf(service),
    recurrence && repeats(recurrence),
    capacity !== null && capacity > 1 && `Up to ${capacity} people`,
    needsApproval && 'We confirm each booking',
  ].filter((fact) => fact)
  return html`<ul class="facts">${shown.map((fact) => html`<li>${fact}</li>`)}</ul>`
}

/** What the visitor is about to book. */
export function summary(service: EventType, minutes: number, when: string | null, timeZone: string): Html {
  const price = priceOf(service)
  const place = placesOf(service)
  return html`<dl class="panel">
${when === null ? '' : html`<div><dt>When</dt><dd>${when} <span class="quiet">${zoneName(timeZone)}</span></dd></div>`}
<div><dt>Length</dt><dd>${lengthOf(minutes)}</dd></div>
${place ? html`<div><dt>Where</dt><dd>${place}</dd></div>` : ''}
${price ? html`<div><dt>Price</dt><dd>${price}</dd></div>` : ''}
</dl>`
}

function placesOf({ locations }: EventType): string {
  return locations.length > 1 ? 'As you choose' : locations.map(placeName).join('')
}

function repeats({ frequency, occurrences }: Recurrence): string {
  return [capitalized(frequency), occurrences && `${occurrences} times`].filter(Boolean).join(', ')
}

function priceOf({ price }: EventType): string | null {
  if (!price) return null
  const format = new Intl.NumberFormat('en-GB', { style: 'currency', currency: price.currency })
  const digits = format.resolvedOptions().maximumFractionDigits ?? 2
  return format.format(price.amount / 10 ** digits)
}
