// The webhook subscriptions of a connection with their real health, and what prevents them; or a button that subscribes to
// bookings.

import { html } from 'hono/html'
import type { Connection } from '../connection.ts'
import { isLoopback } from '../core/loopback.ts'
import { type Client, titleOf } from '../core/provider.ts'
import type { ProviderWebhooks } from '../core/webhooks.ts'
import type { Punctual } from '../punctual.ts'
import type { DrawConsent } from './consent.ts'
import { drawEmpty, drawTag, drawTime, type Tone } from './elements.ts'
import type { Html } from './layout.ts'
import { drawCodes } from './scopes.ts'
import type { Visit } from './visit.ts'

export type WebhookSubscription = Awaited<ReturnType<Punctual['webhooks']['list']>>[number]

export interface Subscribed {
  readonly connection: Connection
  readonly client: Client | null
  readonly subscriptions: readonly WebhookSubscription[]
  readonly drawConsent: DrawConsent
  readonly now: number
}

const states: Readonly<Record<string, readonly [tone: Tone, text: string]>> = {
  creating: ['warn', 'Being created'],
  active: ['good', 'Active'],
  removing: ['warn', 'Being removed'],
}

/** A subscription of a grant that is over, or with a problem, is not active, whatever the provider was asked for. */
function healthOf({ status }: Connection, { state, detail }: WebhookSubscription): readonly [tone: Tone, text: string] {
  if (state !== 'removing' && status === 'needs_reconnect') return ['bad', 'Stopped: reconnect first']
  if (state === 'active' && detail !== null) return ['bad', 'Failing']
  return states[state] ?? ['plain', state]
}

export function drawSubscriptions(visit: Visit, subscribed: Subscribed): Html {
  const { client, subscriptions, connection } = subscribed
  const webhooks = client?.provider.webhooks ?? null
  const living = subscriptions.filter(({ state }) => state !== 'removing')
  const isOffered = living.length === 0 && connection.status === 'active' && (webhooks?.bookings.length ?? 0) > 0
  const offer = client && webhooks && isOffered ? drawOffer(visit, subscribed, client, webhooks) : ''
  if (subscriptions.length === 0 && offer === '')
    return drawEmpty(
      'No webhooks',
      webhooks ? 'This account is not subscribed to any.' : 'This provider has none, as far as is known.',
    )
  return html`<div class="card pad">
${subscriptions.map((one) => drawSubscription(visit, subscribed, one))}
${offer}
</div>`
}

function drawSubscription({ base, person }: Visit, { connection, now }: Subscribed, one: WebhookSubscription): Html {
  const { events, scope, state, detail, createdAt } = one
  return html`<div class="hook">
<div><p>${drawTag(...healthOf(connection, one))}</p>${drawCodes(events)}
<p class="quiet">For <code>${scope}</code>, since ${drawTime(createdAt, now)}</p>
${detail === null ? '' : html`<p class="why">${detail}</p>`}</div>
${state === 'removing' || !person.mayAct ? '' : html`<form method="post" action="${base}/connections/${connection.id}/webhooks/end"><input type="hidden" name="scope" value="${scope}"><button>Unsubscribe</button></form>`}
</div>`
}

/** Draws the button, or what must be done before it can work. */
function drawOffer(
  { base, own, person }: Visit,
  subscribed: Subscribed,
  client: Client,
  webhooks: ProviderWebhooks,
): Html {
  const { connection, drawConsent } = subscribed
  const title = titleOf(client)
  if (isLoopback(own) && !isLoopback(new URL(client.provider.apiBase)))
    return html`<p class="quiet">${title} sends webhooks only to addresses on the internet, and ${own.origin} exists only on this machine.</p>`
  if (webhooks.signedBy === 'client' && client.webhookKeys.length === 0)
    return html`<p class="quiet">${title} signs webhooks with a key of the app, which it showed when the app was created. Set it as <code>webhookKeys</code> of the client (<code>${client.provider.name.toUpperCase()}_WEBHOOK_KEY</code>).</p>`
  const missing = webhooks.missingScopes(connection.scopes, webhooks.bookings)
  if (missing.length > 0) {
    const names = missing.map((scope, index) => html`${index > 0 ? ', ' : ''}<code>${scope}</code>`)
    return missing.every((scope) => client.scopes.includes(scope))
      ? html`<div class="hook"><p class="quiet">To receive bookings, this account must also grant ${names}.</p>${person.mayAct ? drawConsent('webhooks') : ''}</div>`
      : html`<p class="quiet">To receive bookings, this account must also grant ${names}. Enable them on the OAuth app at ${title}, add them to the client’s <code>scopes</code>, and connect again.</p>`
  }
  return html`<div class="hook"><p class="quiet">Bookings of this account are not reported yet.</p>
${person.mayAct ? html`<form method="post" action="${base}/connections/${connection.id}/webhooks"><button>Subscribe to bookings</button></form>` : ''}</div>`
}
