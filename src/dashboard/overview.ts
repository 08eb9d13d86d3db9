// The first page: the buttons that connect, what has just happened, and a card for each connected account.

import { html } from 'hono/html'
import type { Client } from '../core/provider.ts'
import { type Card, drawCard } from './card.ts'
import { type Frame, type Html, page } from './layout.ts'
import { type Notice, titleOf } from './notice.ts'

/** A remark, and where it leads. */
export interface Note {
  readonly text: string
  readonly link?: { readonly text: string; readonly href: string }
}

export interface Overview {
  readonly clients: readonly Client[]
  readonly cards: readonly Card[]
  readonly notice: Notice | null
  readonly note: Note | undefined
  readonly now: number
  /** The cursor of the next page. */
  readonly older: string | null
}

export function overviewPage(frame: Frame, { clients, cards, notice, note, now, older }: Overview): Promise<Response> {
  const content = html`<div class="head">
<h1>Connected accounts</h1>
${note ? drawNote(note) : ''}
</div>
${notice ? drawNotice(notice) : ''}
<section class="connect" aria-label="Connect an account">
${clients.map((client) => connectForm(frame, client))}
</section>
${cards.length === 0 ? html`<p class="empty">No account is connected yet. Press a button: you are asked for your consent, and come back here.</p>` : ''}
${cards.map((card) => drawCard(frame, card, now))}
${older === null ? '' : html`<p class="more"><a href="${frame.base}/?after=${encodeURIComponent(older)}">More accounts</a></p>`}`
  return page(frame, 200, notice ? `${notice.title} · Punctual` : 'Connected accounts · Punctual', content)
}

function connectForm({ base }: Frame, client: Client): Html {
  return html`<form method="post" action="${base}/connections">
<input type="hidden" name="client" value="${client.id}">
<button class="primary">Connect ${titleOf(client)}</button>
</form>`
}

function drawNotice({ tone, title, text }: Notice): Html {
  return html`<div class="notice ${tone}" role="${tone === 'bad' ? 'alert' : 'status'}">
<p><strong>${title}</strong>${text ? html` ${text}` : ''}</p>
</div>`
}

function drawNote({ text, link }: Note): Html {
  return html`<p class="note">${text}${link ? html` <a href="${link.href}">${link.text}</a>` : ''}</p>`
}
