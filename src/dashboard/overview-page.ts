// The first page: what needs a person, how the connections stand, what has happened in the last day, and what failed. It asks
// no provider, and shows what it can while the database is away.

import { html } from 'hono/html'
import type { ConnectionStatus } from '../core/connection.ts'
import type { ErrorGroup, Overview, Series } from '../core/operator.ts'
import { type Client, titleOf } from '../core/provider.ts'
import { drawAttention } from './attention.ts'
import { charts, drawChart, figure } from './chart.ts'
import { addressOf, drawPart, drawSpan } from './elements.ts'
import { drawErrorGroups } from './errors-page.ts'
import { drawHead, type Frame, type Html, page } from './layout.ts'
import { clientTitle } from './names.ts'
import { drawNote, type Note } from './note.ts'
import { drawNotice } from './notice.ts'
import type { Notice } from './sentences.ts'

export interface ShownOverview {
  readonly overview: Overview
  /** In the order of the charts; `null`: it cannot be read. */
  readonly series: readonly (Series | null)[]
  readonly errors: readonly ErrorGroup[] | null
  readonly clients: readonly Client[]
  /** Those through which an account can be connected here. */
  readonly connectable: readonly Client[]
  readonly notice: Notice | null
  readonly note: Note | undefined
  readonly now: number
}

export function overviewPage(frame: Frame, shown: ShownOverview): Promise<Response> {
  const { overview, series, errors, clients, connectable, notice, note, now } = shown
  const { attention, runningSince } = overview
  const content = html`${drawHead('Overview')}
${note ? drawNote(note) : ''}
${notice ? drawNotice(notice) : ''}
${drawPart(
  {
    id: 'attention',
    title: 'Needs attention',
    isLive: true,
    aside: html`This process has run for ${drawSpan(runningSince, now)}`,
  },
  drawAttention(frame, attention, now),
)}
${drawPart({ id: 'connections', title: 'Connections', isLive: true }, hasNone(overview) ? drawFirst(frame, connectable) : drawStates(frame, shown))}
${hasNone(overview) ? '' : drawConnect(frame, connectable, '')}
${drawPart(
  { id: 'activity', title: 'The last day', isLive: true, aside: eventsText(frame, overview) },
  html`<div class="charts">${charts.map((chart, index) => drawChart(chart, series[index] ?? null, now))}</div>`,
)}
${drawPart(
  { id: 'errors', title: 'Errors', isLive: true, aside: html`<a href="${frame.base}/errors">All errors</a>` },
  errors === null ? unread : drawErrorGroups({ frame, clients, now }, errors),
)}`
  return page(frame, 200, notice ? notice.title : 'Overview', content)
}

const unread = html`<p class="empty">It cannot be read right now: the database is away.</p>`

const states: readonly (readonly [status: ConnectionStatus, text: string, tone: string])[] = [
  ['active', 'Connected', 'good'],
  ['needs_reconnect', 'Must be reconnected', 'bad'],
  ['disconnected', 'Disconnected', 'plain'],
]

/** A client that is no longer configured is shown while it has connections. */
function drawStates({ base }: Frame, { overview, clients }: ShownOverview): Html {
  const { connections } = overview
  if (connections === null) return unread
  const ids = Object.keys(connections)
  return html`<div class="counts">${ids.map(
    (id) => html`<div class="card count"><h3>${clientTitle(clients, id)}</h3>
<ul>${states.map(([status, text, tone]) => {
      const count = connections[id]?.[status] ?? 0
      const shade = count === 0 ? 'plain' : tone
      return html`<li><a href="${base}${addressOf('/connections', { client: id, status })}"><strong class="figure">${figure(count)}</strong> <span><span class="dot ${shade}" aria-hidden="true"></span>${text}</span></a></li>`
    })}</ul></div>`,
  )}</div>`
}

/** Whether no account has ever been connected. */
function hasNone({ connections }: Overview): boolean {
  return (
    connections !== null &&
    Object.values(connections).every((counts) => states.every(([status]) => counts[status] === 0))
  )
}

/** What a person sees on the first day. */
function drawFirst(frame: Frame, connectable: readonly Client[]): Html {
  const how =
    connectable.length > 0
      ? 'Choose a provider: it asks for your consent, then you come back here.'
      : 'An account appears here as soon as its owner has given consent.'
  return html`<div class="empty"><p><strong>No account is connected yet</strong></p><p>${how}</p>${drawConnect(frame, connectable, 'primary')}</div>`
}

function drawConnect({ base }: Frame, clients: readonly Client[], kind: 'primary' | ''): Html | '' {
  if (clients.length === 0) return ''
  return html`<section class="connect" aria-label="Connect an account">
${clients.map(
  (client) => html`<form method="post" action="${base}/connections">
<input type="hidden" name="client" value="${client.id}">
<button class="${kind}">Connect ${titleOf(client)}</button>
</form>`,
)}
</section>`
}

function eventsText({ base }: Frame, { events }: Overview): Html | string {
  if (events === null) return ''
  const { pending, dead } = events
  return html`<a href="${base}/events?state=pending">${figure(pending)} waiting</a>, <a href="${base}/events?state=dead">${figure(dead)} given up</a>`
}
