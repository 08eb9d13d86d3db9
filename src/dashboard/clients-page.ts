// The clients: whether the provider accepts them, since when not and why, how what is sent to it has gone lately, and how their
// connections stand. The circuit breaker of a client stops its refreshes while the provider refuses it.

import { html } from 'hono/html'
import type { ClientOverview, Overview } from '../core/operator.ts'
import { type Client, type ClientHealth, titleOf } from '../core/provider.ts'
import { figure } from './chart.ts'
import { statusTexts } from './connections-page.ts'
import { addressOf, drawEmpty, drawFacts, drawTag, drawTime, type Tone } from './elements.ts'
import { drawHead, type Frame, type Html, page } from './layout.ts'
import { drawCodes } from './scopes.ts'

const healths: Readonly<Record<ClientHealth, readonly [tone: Tone, text: string, breaker: string]>> = {
  accepted: ['good', 'Accepted', 'Closed: refreshes go through.'],
  suspected: [
    'warn',
    'Suspected',
    'Half open: one grant was refused, which may be about that grant alone. The next one tells.',
  ],
  misconfigured: [
    'bad',
    'Refused',
    'Open: no grant of it is refreshed but one now and then, to find out. It closes by itself.',
  ],
}

export interface ShownClients {
  readonly overview: Overview
  readonly clients: readonly Client[]
  readonly now: number
}

export function clientsPage(frame: Frame, shown: ShownClients): Promise<Response> {
  const { overview, clients } = shown
  const forgotten = Object.keys(overview.connections ?? {}).filter((id) => !clients.some((client) => client.id === id))
  const content = html`${drawHead('Clients', { note: 'Your OAuth apps at the providers.' })}
<div id="clients" data-live>
${clients.length === 0 ? drawEmpty('No client is configured', 'Give createPunctual its clients.') : clients.map((client) => drawClient(frame, shown, client))}
${forgotten.map((id) => drawForgotten(frame, shown, id))}
</div>`
  return page(frame, 200, 'Clients', content)
}

function drawClient(frame: Frame, { overview, now }: ShownClients, client: Client): Html {
  const {
    health = null,
    since = null,
    reason = null,
    recent,
  } = overview.clients[client.id] ?? ({} as Partial<ClientOverview>)
  const [tone, text, breaker] =
    health === null ? (['plain', 'Unknown', 'The database is away.'] as const) : healths[health]
  const heading = `client-${client.id}`
  return html`<article class="card pad client" id="${heading}" aria-labelledby="${heading}-title">
<div class="part-head"><h2 id="${heading}-title">${titleOf(client)}</h2>${drawTag(tone, text)}</div>
${drawFacts([
  ['Circuit breaker', breaker],
  ['Since', since === null ? null : drawTime(since, now)],
  ['The provider says', reason === null ? null : html`<code class="why">${reason}</code>`],
  ['Last 20 minutes', recentText(recent)],
  ['Connections', drawStates(frame, overview, client.id)],
  ['Client id', html`<code>${client.clientId}</code>`],
  ['Kind', client.clientSecret ? 'confidential' : 'public, without a secret'],
  ['Webhooks', webhooksText(client)],
])}
${drawCodes(client.scopes)}
${health === 'misconfigured' ? html`<div class="notice bad"><p><strong>What to do:</strong> compare the id, the secret and the scopes with those of the OAuth app at ${client.provider.title}, then restart with the right ones. No owner needs to reconnect.</p></div>` : ''}
</article>`
}

function recentText(recent: ClientOverview['recent'] | undefined): string {
  if (!recent || recent.answered + recent.unanswered === 0) return 'nothing was sent'
  return `${figure(recent.answered)} answered, ${figure(recent.unanswered)} without a usable answer`
}

function webhooksText({ provider, webhookKeys }: Client): string {
  if (!provider.webhooks) return 'not known of this provider'
  if (provider.webhooks.signedBy === 'subscription') return 'each subscription has a secret of its own'
  if (webhookKeys.length === 0) return 'cannot be checked: the webhook key is missing'
  return webhookKeys.length === 1
    ? 'signed with the key of the app'
    : `${webhookKeys.length} keys, while one is changed`
}

function drawForgotten(frame: Frame, { overview }: ShownClients, id: string): Html {
  return html`<article class="card pad client"><div class="part-head"><h2>${id}</h2>${drawTag('warn', 'Not configured')}</div>
${drawFacts([['Connections', drawStates(frame, overview, id)]])}</article>`
}

function drawStates({ base }: Frame, { connections }: Overview, client: string): Html | string {
  if (connections === null) return 'unknown: the database is away'
  const counts = Object.entries(connections[client] ?? {}).filter(([, count]) => count > 0)
  if (counts.length === 0) return 'none'
  return html`${counts.map(
    ([status, count], index) =>
      html`${index > 0 ? ', ' : ''}<a href="${base}${addressOf('/connections', { client, status })}">${figure(count)} ${statusTexts[status as keyof typeof statusTexts][1].toLowerCase()}</a>`,
  )}`
}
