// One connected account: whose it is, what was granted, whether it works, and how the provider responds right now.

import { html } from 'hono/html'
import type { Connection } from '../connection.ts'
import type { PunctualError } from '../core/errors.ts'
import { type Client, titleOf } from '../core/provider.ts'
import { drawFailure } from './failure.ts'
import { drawJson } from './json-view.ts'
import type { Frame, Html } from './layout.ts'
import type { LiveAnswer, LiveFacts, LiveFailure } from './live.ts'
import { nameOf } from './names.ts'
import { drawSubscriptions, type WebhookSubscription } from './subscriptions.ts'
import { dateText, distanceText } from './time.ts'

export interface Card {
  readonly connection: Connection
  /** `null`: its client is no longer configured. */
  readonly client: Client | null
  readonly live: LiveFacts
  readonly subscriptions: readonly WebhookSubscription[]
}

/** Why a person must consent again. */
const ends: Readonly<Record<string, string>> = {
  refused: 'access was revoked there, or has expired.',
  outcome_unknown: 'a response was lost while access was being refreshed.',
  no_refresh_token: 'access has expired, and it was granted without a refresh token.',
}

export function drawCard(frame: Frame, { connection, client, live, subscriptions }: Card, now: number): Html {
  const { account, id } = connection
  const title = client ? titleOf(client) : connection.client
  const name = nameOf(connection)
  const ended = endOf(connection, live)
  const heading = `name-${id}`
  return html`<article class="card" aria-labelledby="${heading}">
<header>
<div><h2 id="${heading}">${name}</h2><p class="quiet">${account.email ?? account.id}</p></div>
<p class="tags"><span class="tag">${title}</span>${statusTag(ended !== null, live.failure)}</p>
</header>
${ended === null ? '' : html`<p class="why" role="alert">${title} no longer accepts this connection: ${ends[ended] ?? 'access has expired.'} Reconnect to continue. <code>needs_reconnect${ended && ` · ${ended}`}</code></p>`}
${ended === null && live.failure ? drawFailure(live.failure, title) : ''}
<dl class="facts">
<div><dt>Time zone</dt><dd>${account.timeZone ?? 'unknown'}</dd></div>
<div><dt>Access token expires</dt><dd>${ended === null ? tokenText(live.endsAt, now) : 'expired'}</dd></div>
<div><dt>Connected</dt><dd>${when(connection.createdAt, now)}</dd></div>
<div class="wide"><dt>Scopes</dt><dd>${connection.scopes.length > 0 ? connection.scopes.map((scope) => html`<code>${scope}</code> `) : 'none'}</dd></div>
</dl>
${client ? drawSubscriptions(frame, { connection, client, subscriptions, ended: ended !== null }) : ''}
${ended === null ? live.answers.map((answer) => drawLive(answer, title)) : ''}
<footer>
${ended !== null && client ? reconnectForm(frame, connection, heading) : ''}
<form method="post" action="${frame.base}/connections/${id}/disconnect"><button aria-describedby="${heading}">Disconnect</button></form>
<p class="quiet id">${id}</p>
</footer>
</article>`
}

/** Why a person must reconnect, known before or found just now; `null` when nobody must. */
function endOf(connection: Connection, live: LiveFacts): string | null {
  if (connection.status === 'needs_reconnect') return connection.reason ?? ''
  const failures = live.answers.flatMap((answer) => ('failure' in answer ? [answer.failure] : []))
  const found = [live.failure, ...failures].find((failure) => failure?.code === 'needs_reconnect')
  return found ? (found.reason ?? '') : null
}

function statusTag(over: boolean, failure: PunctualError | null): Html {
  if (over) return html`<span class="tag bad">Needs reconnecting</span>`
  if (failure) return html`<span class="tag warn">Connected, no response</span>`
  return html`<span class="tag good">Connected</span>`
}

function tokenText(endsAt: Date | null, now: number): Html {
  return endsAt === null ? html`unknown right now` : html`${when(endsAt, now)}, refreshed automatically`
}

function when(date: Date, now: number): Html {
  return html`<time datetime="${date.toISOString()}">${dateText(date)}</time> (${distanceText(date, now)})`
}

function reconnectForm({ base }: Frame, { client, id }: Connection, heading: string): Html {
  return html`<form method="post" action="${base}/connections">
<input type="hidden" name="client" value="${client}">
<input type="hidden" name="connection" value="${id}">
<button class="primary" aria-describedby="${heading}">Reconnect</button>
</form>`
}

function drawLive(answer: LiveAnswer | LiveFailure, title: string): Html {
  const { sample, path } = answer
  const result =
    'failure' in answer
      ? html`<span class="result bad">${answer.failure.code}</span>`
      : html`<span class="result ${answer.status < 400 ? 'good' : 'bad'}">${answer.status}</span> <span class="quiet">${Math.round(answer.tookMs)} ms</span>`
  return html`<section class="live">
<h3>${sample.title} <span class="call"><code>GET ${path.replace(/\?.*$/, '')}</code> ${result}</span></h3>
${'failure' in answer ? drawFailure(answer.failure, title) : drawBody(answer, title)}
</section>`
}

function drawBody({ status, json, sample, goesOn }: LiveAnswer, title: string): Html {
  if (json === undefined) return html`<p class="quiet">${title} did not respond with JSON.</p>`
  if (status < 400) return drawJson(json, sample.fields, goesOn)
  return html`<p class="why">${title} refused this call.</p>${drawJson(json)}`
}
