// The webhooks part of a card: what the connection is subscribed to and what stands in the way of it, or a button that
// subscribes to bookings.

import { html } from 'hono/html'
import type { Connection } from '../connection.ts'
import { isLoopback } from '../core/loopback.ts'
import type { Client } from '../core/provider.ts'
import type { ProviderWebhooks } from '../core/webhooks.ts'
import type { Punctual } from '../punctual.ts'
import type { Frame, Html } from './layout.ts'
import { titleOf } from './notice.ts'

export type WebhookSubscription = Awaited<ReturnType<Punctual['webhooks']['list']>>[number]

export interface Subscribed {
  readonly connection: Connection
  readonly client: Client
  readonly subscriptions: readonly WebhookSubscription[]
  /** Whether a person has to reconnect first. */
  readonly ended: boolean
}

const states: Readonly<Record<string, readonly [tone: string, text: string]>> = {
  creating: ['warn', 'Being made'],
  active: ['good', 'Active'],
  removing: ['warn', 'Being taken away'],
}

/** Empty where there is nothing to say. */
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
<p><span class="tag ${tone}">${text}</span> ${events.map((event) => html`<code>${event}</code> `)}<span class="quiet">of the ${scope}</span></p>
${state === 'removing' ? '' : html`<form method="post" action="${base}/connections/${connection}/webhooks/end"><input type="hidden" name="scope" value="${scope}"><button>Stop</button></form>`}
</div>
${detail === null ? '' : html`<p class="why">${detail}</p>`}`
}

/** The button, or the one thing that has to be done before it can be there. */
function drawOffer(frame: Frame, { connection, client }: Subscribed, webhooks: ProviderWebhooks): Html {
  const { base, own } = frame
  const title = titleOf(client)
  if (isLoopback(own) && !isLoopback(new URL(client.provider.apiBase))) {
    return html`<p class="quiet">${title} sends webhooks to addresses on the internet, and ${own.origin} is on this machine alone.</p>`
  }
  if (webhooks.signedBy === 'client' && client.webhookKeys.length === 0) {
    return html`<p class="quiet">${title} signs webhooks with a key of the app, which it showed when the app was created: give it to the client as <code>webhookKeys</code>.</p>`
  }
  const missing = webhooks.missingScopes(connection.scopes, webhooks.bookings)
  if (missing.length > 0) {
    const names = missing.map((scope) => html`<code>${scope}</code> `)
    return missing.every((scope) => client.scopes.includes(scope))
      ? html`<div class="hook"><p class="quiet">To hear of bookings the account has to grant ${names}as well.</p>
<form method="post" action="${base}/connections"><input type="hidden" name="client" value="${client.id}"><input type="hidden" name="connection" value="${connection.id}"><button>Ask for it</button></form></div>`
      : html`<p class="quiet">To hear of bookings the account has to grant ${names}as well: enable them on the OAuth app at ${title}, ask for them in the client’s <code>scopes</code>, and connect again.</p>`
  }
  return html`<div class="hook"><p class="quiet">Nobody is told when this account is booked.</p>
<form method="post" action="${base}/connections/${connection.id}/webhooks"><button>Hear of bookings</button></form></div>`
}
