// The webhooks part of a card: what the connection is subscribed to and what prevents it, or a button that subscribes to
// bookings.

import { html } from 'hono/html'
import type { Connection } from '../connection.ts'
import { isLoopback } from '../core/loopback.ts'
import { type Client, titleOf } from '../core/provider.ts'
import type { ProviderWebhooks } from '../core/webhooks.ts'
import type { Punctual } from '../punctual.ts'
import type { Frame, Html } from './layout.ts'

export type WebhookSubscription = Awaited<ReturnType<Punctual['webhooks']['list']>>[number]

export interface Subscribed {
  readonly connection: Connection
  readonly client: Client
  readonly subscriptions: readonly WebhookSubscription[]
  /** Whether a person must reconnect first. */
  readonly ended: boolean
}

const states: Readonly<Record<string, readonly [tone: string, text: string]>> = {
  creating: ['warn', 'Being created'],
  active: ['good', 'Active'],
  removing: ['warn', 'Being removed'],
}

/** Returns an empty text when there is nothing to show. */
export function drawSubscriptions(frame: Frame, subscribed: Subscribed): Html | '' {
  const { client, subscriptions, ended } = subscribed
  const { webhooks } = client.provider
  if (!webhooks) return ''
  const living = subscriptions.filter(({ state }) => state !== 'removing')
  const offer = living.length === 0 && !ended && webhooks.bookings.length > 0
  if (subscriptions.length === 0 && !offer) return ''
  return html`<section class="live">
<h3>Webhooks</h3>
${subscriptions.map((one) => drawSubscription(frame, one))}
${offer ? drawOffer(frame, subscribed, webhooks) : ''}
</section>`
}

function drawSubscription({ base }: Frame, { connection, events, scope, state, detail }: WebhookSubscription): Html {
  const [tone, text] = states[state] ?? ['', state]
  return html`<div class="hook">
<p><span class="tag ${tone}">${text}</span> ${events.map((event) => html`<code>${event}</code> `)}<span class="quiet">scope: ${scope}</span></p>
${state === 'removing' ? '' : html`<form method="post" action="${base}/connections/${connection}/webhooks/end"><input type="hidden" name="scope" value="${scope}"><button>Unsubscribe</button></form>`}
</div>
${detail === null ? '' : html`<p class="why">${detail}</p>`}`
}

/** Draws the button, or what must be done before it can work. */
function drawOffer(frame: Frame, { connection, client }: Subscribed, webhooks: ProviderWebhooks): Html {
  const { base, own } = frame
  const title = titleOf(client)
  if (isLoopback(own) && !isLoopback(new URL(client.provider.apiBase))) {
    return html`<p class="quiet">${title} sends webhooks only to addresses on the internet, and ${own.origin} exists only on this machine.</p>`
  }
  if (webhooks.signedBy === 'client' && client.webhookKeys.length === 0) {
    return html`<p class="quiet">${title} signs webhooks with a key of the app, which it showed when the app was created. Set it as <code>webhookKeys</code> of the client.</p>`
  }
  const missing = webhooks.missingScopes(connection.scopes, webhooks.bookings)
  if (missing.length > 0) {
    const names = missing.map((scope, index) => html`${index > 0 ? ', ' : ''}<code>${scope}</code>`)
    return missing.every((scope) => client.scopes.includes(scope))
      ? html`<div class="hook"><p class="quiet">To receive bookings, this account must also grant ${names}.</p>
<form method="post" action="${base}/connections"><input type="hidden" name="client" value="${client.id}"><input type="hidden" name="connection" value="${connection.id}"><button>Request permission</button></form></div>`
      : html`<p class="quiet">To receive bookings, this account must also grant ${names}. Enable them on the OAuth app at ${title}, add them to the client’s <code>scopes</code>, and connect again.</p>`
  }
  return html`<div class="hook"><p class="quiet">Bookings of this account are not reported yet.</p>
<form method="post" action="${base}/connections/${connection.id}/webhooks"><button>Subscribe to bookings</button></form></div>`
}
