// The first page: the buttons that connect, what has just happened, and a card for each connected account.

import { html } from 'hono/html'
import { type Client, titleOf } from '../core/provider.ts'
import { type Card, drawCard } from './card.ts'
import { drawEvents, type EventFacts } from './events.ts'
import { type Frame, type Html, page } from './layout.ts'
import { drawNote, type Note } from './note.ts'
import { drawNotice } from './notice.ts'
import type { Notice } from './sentences.ts'

export interface Overview {
  readonly clients: readonly Client[]
  readonly cards: readonly Card[]
  readonly notice: Notice | null
  readonly note: Note | undefined
  /** `null` on a page of older accounts. */
  readonly events: EventFacts | null
  readonly eventsNote: Note | undefined
  readonly now: number
  /** The cursor of the next page. */
  readonly older: string | null
}

export function overviewPage(frame: Frame, overview: Overview): Promise<Response> {
  const { clients, cards, notice, note, events, eventsNote, now, older } = overview
  const content = html`<div class="head">
<h1>Connected accounts</h1>
${events ? html`<p class="jump"><a href="#events">Latest events</a></p>` : ''}
${note ? drawNote(note) : ''}
</div>
${notice ? drawNotice(notice) : ''}
${events && events.dead.length > 0 ? drawGivenUp(events) : ''}
<section class="connect" aria-label="Connect an account">
${clients.map((client) => connectForm(frame, client))}
</section>
${cards.length === 0 ? html`<p class="empty">No account is connected yet. Choose a provider: it asks for your consent, then you come back here.</p>` : ''}
${cards.map((card) => drawCard(frame, card, now))}
${older === null ? '' : html`<p class="more"><a href="${frame.base}/?after=${encodeURIComponent(older)}">More accounts</a></p>`}
${events ? drawEvents({ frame, clients, now }, events, eventsNote) : ''}`
  return page(frame, 200, notice ? `${notice.title} · Punctual` : 'Connected accounts · Punctual', content)
}

function connectForm({ base }: Frame, client: Client): Html {
  return html`<form method="post" action="${base}/connections">
<input type="hidden" name="client" value="${client.id}">
<button class="primary">Connect ${titleOf(client)}</button>
</form>`
}

function drawGivenUp({ dead, moreDead }: EventFacts): Html {
  const count = `${moreDead ? 'More than ' : ''}${dead.length} ${dead.length === 1 ? 'event was' : 'events were'}`
  return html`<div class="notice bad" role="alert">
<p><strong>${count} given up.</strong> ${dead.length === 1 && !moreDead ? 'It was' : 'They were'} not acknowledged for a day. <a href="#events">See the events</a></p>
</div>`
}
