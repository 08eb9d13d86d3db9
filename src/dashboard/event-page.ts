// One event: its state, its dispatches, what went wrong, what it holds, and what can be done. Its body is what a provider sent,
// so it is full of personal data: it is shown here alone, folded.

import { html } from 'hono/html'
import type { EventDispatch } from '../core/operator.ts'
import type { Client } from '../core/provider.ts'
import { drawDispatches } from './dispatches.ts'
import { drawFacts, drawPart, drawTime } from './elements.ts'
import { drawEventButton, drawEventTag, drawMeaning, type EventRecord, wordFor } from './events-page.ts'
import { asText } from './json-view.ts'
import { drawHead, type Html, page } from './layout.ts'
import { clientTitle } from './names.ts'
import { drawNotice } from './notice.ts'
import type { Notice } from './sentences.ts'
import type { Visit } from './visit.ts'

export interface ShownEvent {
  readonly event: EventRecord & { readonly body: unknown }
  readonly dispatches: readonly EventDispatch[]
  readonly clients: readonly Client[]
  readonly notice: Notice | null
  readonly now: number
}

export function eventPage(visit: Visit, { event, dispatches, clients, notice, now }: ShownEvent): Promise<Response> {
  const { base } = visit
  const { id, destination, connection, owner, client, createdAt, dueAt, error, attempts, state } = event
  const back = { href: `${base}/events`, text: 'All events' }
  const content = html`${drawHead(wordFor(event), { back, note: drawMeaning(event) })}
${notice ? drawNotice(notice) : ''}
<div id="event" data-live>
<div class="card pad">
${drawFacts([
  ['State', drawEventTag(event)],
  ['Written', drawTime(createdAt, now)],
  ['Dispatches', attempts],
  ['Next dispatch', dueAt === null ? null : drawTime(dueAt, now)],
  ['Destination', destination === '' ? null : html`<code>${destination}</code>`],
  ['Client', clientTitle(clients, client)],
  ['Owner', owner],
  [
    'Connection',
    connection === null ? null : html`<a href="${base}/connections/${connection}"><code>${connection}</code></a>`,
  ],
  ['Event', html`<code>${id}</code>`],
])}
${error === null ? '' : html`<div class="error"><h2>${state === 'done' ? 'What failed before' : 'What failed last'}</h2><p class="why">${error}</p></div>`}
</div>
${state === 'done' || !visit.person.mayAct ? '' : html`<div class="actions">${drawEventButton(visit, event, 'event')}</div>`}
</div>
${drawPart({ id: 'dispatches', title: 'Dispatches', isLive: true }, drawDispatches(event, dispatches, now))}
${drawBody(event)}`
  return page(visit, 200, notice ? notice.title : wordFor(event), content)
}

function drawBody({ body, state, name }: ShownEvent['event']): Html {
  if (body !== null)
    return html`<details class="card pad body" id="body"><summary>Body: what the provider sent</summary><pre tabindex="0">${asText(body)}</pre></details>`
  const why =
    state === 'done' && name !== null
      ? 'The body of an event is deleted when it is acknowledged.'
      : 'This event has no body: it tells of a change that Punctual made.'
  return html`<p class="note">${why}</p>`
}
