// Events to the host application, of all owners, newest first: which wait, which it has acknowledged, and which were given up.
// The list shows nothing of what a provider has sent.

import { html } from 'hono/html'
import type { Client } from '../core/provider.ts'
import type { BookingEventType } from '../core/scheduling/provider.ts'
import type { Punctual } from '../punctual.ts'
import {
  addressOf,
  drawDotted,
  drawEmpty,
  drawPager,
  drawRows,
  drawTabs,
  drawTag,
  drawTime,
  type Row,
} from './elements.ts'
import { foldWebhooks } from './fold.ts'
import { drawHead, type Html, page } from './layout.ts'
import { clientTitle } from './names.ts'
import { drawNote, type Note } from './note.ts'
import { drawNotice } from './notice.ts'
import { bookingSentences, type Notice } from './sentences.ts'
import { distanceText } from './time.ts'
import type { Visit } from './visit.ts'

export type EventRecord = Awaited<ReturnType<Punctual['events']['list']>>['events'][number]

/** For a booking event: the webhook that told it, if that is acknowledged and so needs no row of its own. */
type ShownEvent = EventRecord & { readonly toldBy: string | null }

export interface ShownEvents {
  readonly events: readonly EventRecord[]
  readonly cursor: string | null
  readonly state: string
  readonly after: string
  readonly clients: readonly Client[]
  readonly notice: Notice | null
  readonly note: Note | undefined
  readonly now: number
}

const states = [
  ['', 'All'],
  ['pending', 'Waiting'],
  ['dead', 'Given up'],
  ['done', 'Acknowledged'],
] as const

/** The spans for which what was given up can be replayed. */
export const spans: Readonly<Record<string, readonly [text: string, ms: number]>> = {
  hour: ['the last hour', 3_600_000],
  night: ['the last 12 hours', 43_200_000],
  day: ['the last day', 86_400_000],
  week: ['the last 7 days', 604_800_000],
  month: ['the last 30 days', 2_592_000_000],
}

export function eventsPage(visit: Visit, shown: ShownEvents): Promise<Response> {
  const { events, cursor, state, after, notice, note } = shown
  const path = `${visit.base}/events`
  const pager = drawPager({
    first: after === '' ? null : addressOf(path, { state }),
    next: cursor === null ? null : addressOf(path, { state, after: cursor }),
    word: 'Older',
  })
  const content = html`${drawHead('Events', { note: 'What Punctual has dispatched to your application, newest first.' })}
${note ? drawNote(note) : ''}
${notice ? drawNotice(notice) : ''}
${drawTabs('State', path, { name: 'state', chosen: state, tabs: states })}
<div id="list" data-live>
${events.length === 0 ? drawEmpty(state === '' ? 'Nothing has happened yet' : 'There are none in this state', 'An event is written for each change of a connection, and for each booking that a provider reports.') : drawRows(foldWebhooks(events).map((event) => rowOf(visit, shown, event)))}
</div>
${pager}
${visit.person.mayAct && state !== 'done' ? drawReplaySince(path) : ''}`
  return page(visit, 200, notice ? notice.title : 'Events', content)
}

function rowOf(visit: Visit, { clients, now }: ShownEvents, event: ShownEvent): Row {
  const { id, destination, owner, connection, createdAt, error, state, toldBy } = event
  const at = addressOf(`${visit.base}/events/${id}`, { destination })
  return {
    key: `${id} ${destination}`,
    title: html`<a href="${at}"><code>${wordFor(event)}</code></a> ${drawMeaning(event)}`,
    details: [
      drawDotted([
        clientTitle(clients, event.client),
        owner === null ? '' : `owner ${owner}`,
        connection === null ? '' : html`<a href="${visit.base}/connections/${connection}">connection</a>`,
        drawTime(createdAt, now),
        toldBy === null ? '' : html`with <code>${toldBy}</code> as webhook.received`,
        destination === '' ? '' : html`to <code>${destination}</code>`,
      ]),
      error === null || state === 'done' ? '' : html`<span class="why">${error}</span>`,
    ],
    side: html`${drawEventState(event, now)}${drawEventButton(visit, event)}`,
  }
}

/** What an event tells, as far as its word alone does not say it. */
export function drawMeaning({ type }: EventRecord): Html | '' {
  const meaning = type === 'webhook.received' ? type : bookingSentences[type as BookingEventType]
  return meaning === undefined ? '' : html`<span class="quiet">${meaning}</span>`
}

/** A webhook has the provider's word for it. */
export function wordFor({ type, name }: EventRecord): string {
  return type === 'webhook.received' ? (name ?? type) : type
}

/** The state of an event. */
export function drawEventTag({ state, attempts, dueAt }: EventRecord): Html {
  switch (state) {
    case 'done':
      return drawTag('good', 'Acknowledged')
    case 'dead':
      return drawTag('bad', 'Given up')
    case 'pending':
      return attempts === 0 || dueAt === null ? drawTag('plain', 'Waiting') : drawTag('warn', 'Not acknowledged yet')
  }
}

function drawEventState(event: EventRecord, now: number): Html {
  const { state, attempts, dueAt } = event
  const next = state === 'pending' && dueAt !== null && dueAt.getTime() > now ? `next ${distanceText(dueAt, now)}` : ''
  const times = attempts === 1 ? '1 dispatch' : `${attempts} dispatches`
  const isTold = attempts > 1 || (attempts === 1 && state !== 'done')
  return html`${drawEventTag(event)}${isTold ? html` <span class="quiet">${[times, next].filter(Boolean).join(', ')}</span>` : ''}`
}

/** What can be done with an event: try one that waits now, or dispatch one that was given up for another day. `from`: where the person comes back to. */
export function drawEventButton({ base, person }: Visit, event: EventRecord, from = 'list'): Html | '' {
  const { id, destination, state } = event
  if (!person.mayAct || state === 'done') return ''
  const [verb, text] = state === 'dead' ? ['replay', 'Replay'] : ['retry', 'Try now']
  return html`<form method="post" action="${base}/events/${id}/${verb}"><input type="hidden" name="destination" value="${destination}"><input type="hidden" name="from" value="${from}"><button aria-label="${text}: ${wordFor(event)}">${text}</button></form>`
}

function drawReplaySince(path: string): Html {
  const options = Object.entries(spans).map(([value, [text]]) => html`<option value="${value}">${text}</option>`)
  return html`<section class="part" id="replay" aria-labelledby="replay-title">
<div class="part-head"><h2 id="replay-title">Replay all that were given up</h2></div>
<form class="card pad search" method="post" action="${path}/replay">
<label>Written in <select name="since">${options}</select></label>
<button>Replay all</button>
<p class="quiet">Each is dispatched again for another day, the oldest first, 10,000 at most. Mend your handler or receiver first.</p>
</form>
</section>`
}
