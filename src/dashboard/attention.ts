// What needs a person, first on the first page: since when, what it means, what to do, and the page that helps.

import { html } from 'hono/html'
import type { Attention, AttentionKind } from '../core/attention.ts'
import { addressOf, drawSpan } from './elements.ts'
import type { Frame, Html } from './layout.ts'

/** How urgent it is, and which page helps. */
interface Help {
  readonly tone: 'bad' | 'warn'
  readonly link?: { readonly text: string; hrefOf(subject: Attention['subject']): string }
}

const pending = { text: 'Show what waits', hrefOf: () => '/events?state=pending' }
const errors = { text: 'Show the errors', hrefOf: () => '/errors' }
const client = {
  text: 'Show the client',
  hrefOf: ({ client }: Attention['subject']) => `/clients#client-${encodeURIComponent(client ?? '')}`,
}

const helps: Readonly<Record<AttentionKind, Help>> = {
  disk_full: { tone: 'bad' },
  store: { tone: 'bad' },
  database_moved: { tone: 'bad' },
  keys: { tone: 'bad', link: errors },
  journal: { tone: 'bad', link: errors },
  client_misconfigured: { tone: 'bad', link: client },
  provider_away: { tone: 'bad', link: client },
  needs_reconnect: {
    tone: 'warn',
    link: {
      text: 'Show the connections',
      hrefOf: ({ client }) => addressOf('/connections', { client, status: 'needs_reconnect' }),
    },
  },
  events_stuck: { tone: 'bad', link: pending },
  handler_fails: { tone: 'bad', link: pending },
  events_dead: { tone: 'warn', link: { text: 'Show and replay them', hrefOf: () => '/events?state=dead' } },
  webhook_broken: {
    tone: 'warn',
    link: {
      text: 'Show the connection',
      hrefOf: ({ connection }) => `/connections/${encodeURIComponent(connection ?? '')}`,
    },
  },
  webhooks_refused: {
    tone: 'warn',
    link: { text: 'Show the refused webhooks', hrefOf: ({ client }) => addressOf('/deliveries', { client }) },
  },
  outcome_unknown: {
    tone: 'warn',
    link: {
      text: 'Show the connections',
      hrefOf: ({ client, error }) => addressOf('/connections', error === null ? { client } : { error }),
    },
  },
  clock: { tone: 'warn' },
}

export function drawAttention({ base }: Frame, attention: readonly Attention[], now: number): Html {
  if (attention.length === 0)
    return html`<p class="calm"><span class="dot good" aria-hidden="true"></span>Nothing needs you. Refreshes, webhooks and events go their way.</p>`
  return html`<ul class="card rows attention">${attention.map(({ kind, sentence, fix, since, subject }) => {
    const { tone, link } = helps[kind]
    return html`<li>
<div><p><span class="dot ${tone}" aria-hidden="true"></span><strong>${sentence}</strong></p><p>${fix}</p>${since === null ? '' : html`<p class="quiet">For ${drawSpan(since, now)}</p>`}</div>
${link ? html`<p><a class="button" href="${base}${link.hrefOf(subject)}">${link.text}</a></p>` : ''}
</li>`
  })}</ul>`
}
