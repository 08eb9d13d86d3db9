// The latest events: which were dispatched to the host application, which it has acknowledged, and which were given up. They
// show nothing of what a provider has sent.

import { html } from 'hono/html'
import type { Connection } from '../connection.ts'
import { PunctualError } from '../core/errors.ts'
import { type Client, titleOf } from '../core/provider.ts'
import type { BookingEventType } from '../core/scheduling/provider.ts'
import type { Punctual } from '../punctual.ts'
import { foldWebhooks } from './fold.ts'
import type { Frame, Html } from './layout.ts'
import { nameOf } from './names.ts'
import { drawNote, type Note } from './note.ts'
import { bookingSentences } from './sentences.ts'
import { dateText, distanceText } from './time.ts'

/** Rows in each of the two lists. */
const shown = 20

type EventRecord = Awaited<ReturnType<Punctual['events']['list']>>['events'][number]

export interface ShownEvent extends EventRecord {
  /** The name of the account that it is about; `null` when it is about none, or the connection is gone. */
  readonly account: string | null
  /** For a booking event: the webhook that told it, if that is acknowledged and so needs no row of its own. */
  readonly toldBy: string | null
}

export interface EventFacts {
  readonly dead: readonly ShownEvent[]
  /** Whether more were given up than are shown. */
  readonly moreDead: boolean
  /** The newest, without those above. */
  readonly latest: readonly ShownEvent[]
}

export interface EventContext {
  readonly frame: Frame
  readonly clients: readonly Client[]
  readonly now: number
}

/** Returns the events of an owner. `known` are connections that have been read before. */
export async function eventFacts(
  { events, connections }: Pick<Punctual, 'events' | 'connections'>,
  owner: string,
  known: readonly Connection[],
): Promise<EventFacts> {
  const [dead, all] = await Promise.all([
    events.list({ owner, state: 'dead', limit: shown }),
    // Two for each row: a booking event and its webhook.
    events.list({ owner, limit: 2 * shown }),
  ])
  const living = all.events.filter((event) => !dead.events.some((one) => isSame(one, event)))
  const latest = foldWebhooks(living).slice(0, shown)
  const accounts = new Map<string, string | null>(known.map((one) => [one.id, nameOf(one)]))
  const unknown = [...dead.events, ...latest].flatMap(({ connection }) =>
    connection !== null && !accounts.has(connection) ? connection : [],
  )
  await Promise.all(
    [...new Set(unknown)].map(async (id) => {
      const found = await connections.get(id, { owner }).catch(ifGone)
      accounts.set(id, found && nameOf(found))
    }),
  )
  const named = (event: EventRecord & { readonly toldBy?: string | null }): ShownEvent => ({
    toldBy: null,
    ...event,
    account: accounts.get(event.connection ?? '') ?? null,
  })
  return { dead: dead.events.map(named), moreDead: dead.cursor !== null, latest: latest.map(named) }
}

export function drawEvents(
  context: EventContext,
  { dead, moreDead, latest }: EventFacts,
  note: Note | undefined,
): Html {
  return html`<section class="events" id="events" aria-labelledby="events-title">
<h2 id="events-title">Events</h2>
${note ? drawNote(note) : ''}
${dead.length > 0 ? html`<h3>Given up: not acknowledged for a day</h3>${drawList(context, dead)}` : ''}
${moreDead ? html`<p class="quiet">There are more. <code>punctual events --dead</code> lists all of them, <code>punctual events replay --all</code> replays them.</p>` : ''}
${dead.length > 0 && latest.length > 0 ? html`<h3>Latest</h3>` : ''}
${latest.length > 0 ? drawList(context, latest) : ''}
${dead.length + latest.length === 0 ? html`<p class="empty">Nothing has happened yet.</p>` : ''}
</section>`
}

function drawList(context: EventContext, events: readonly ShownEvent[]): Html {
  return html`<ol class="card list">${events.map((event) => drawEvent(context, event))}</ol>`
}

function drawEvent({ frame, clients, now }: EventContext, event: ShownEvent): Html {
  const { id, destination, connection, createdAt, error } = event
  const client = clients.find((one) => one.id === event.client)
  const title = client ? titleOf(client) : event.client
  const account = event.account ?? connection
  return html`<li>
<div><p>${drawWhat(event)}</p>
<p class="quiet">${account === null ? title : `${account} at ${title}`}, <time datetime="${createdAt.toISOString()}" title="${dateText(createdAt)}">${distanceText(createdAt, now)}</time>${event.toldBy === null ? '' : html`, with <code>${event.toldBy}</code> as webhook.received`}${destination === '' ? '' : html`, to <code>${destination}</code>`}</p>
${error === null || event.state === 'done' ? '' : html`<p class="why">${error}</p>`}</div>
<div class="state">${drawState(event, now)}
${event.state === 'dead' ? html`<form method="post" action="${frame.base}/events/${id}/replay"><input type="hidden" name="destination" value="${destination}"><button aria-label="Replay ${wordFor(event)}">Replay</button></form>` : ''}</div>
</li>`
}

/** Whether two rows are of one event and one destination. */
function isSame(one: EventRecord, other: EventRecord): boolean {
  return one.id === other.id && one.destination === other.destination
}

function drawWhat(event: EventRecord): Html {
  const { type } = event
  const more = type === 'webhook.received' ? type : bookingSentences[type as BookingEventType]
  return html`<code>${wordFor(event)}</code>${more === undefined ? '' : html` <span class="quiet">${more}</span>`}`
}

/** A webhook has the provider's word for it. */
function wordFor({ type, name }: EventRecord): string {
  return type === 'webhook.received' ? (name ?? type) : type
}

function drawState({ state, attempts, dueAt }: EventRecord, now: number): Html {
  const times = attempts === 1 ? '1 dispatch' : `${attempts} dispatches`
  switch (state) {
    case 'done':
      return html`<span class="tag good">Acknowledged</span>${attempts > 1 ? html` <span class="quiet">${times}</span>` : ''}`
    case 'dead':
      return html`<span class="tag bad">Given up</span> <span class="quiet">${times}</span>`
    case 'pending': {
      if (attempts === 0 || dueAt === null) return html`<span class="tag">Waiting</span>`
      const next = dueAt.getTime() > now ? `, next ${distanceText(dueAt, now)}` : ''
      return html`<span class="tag warn">Not acknowledged yet</span> <span class="quiet">${times}${next}</span>`
    }
  }
}

function ifGone(error: unknown): null {
  if (error instanceof PunctualError && error.code === 'connection_not_found') return null
  throw error
}
