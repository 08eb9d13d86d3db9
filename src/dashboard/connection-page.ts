// The page of one connection: whose account it is, how it is, what was granted, its life, its calls and its webhooks, and what
// can be done. It asks no provider: the parts that do have a page of their own, which a button or the script brings.

import { html } from 'hono/html'
import type { Connection } from '../connection.ts'
import type { ConnectionLimits } from '../core/connection-limits.ts'
import type { HistoryPage, RecentCall } from '../core/operator.ts'
import { type Client, titleOf } from '../core/provider.ts'
import { statusTexts } from './connections-page.ts'
import { consentOf, type DrawConsent } from './consent.ts'
import { drawFacts, drawPart, drawTag, drawTime } from './elements.ts'
import { drawHead, type Html, page } from './layout.ts'
import { drawLimits } from './limits.ts'
import { nameOf } from './names.ts'
import { drawNotice } from './notice.ts'
import { drawCalls } from './recent-calls.ts'
import { drawScopes } from './scopes.ts'
import type { Notice } from './sentences.ts'
import { drawSubscriptions, type WebhookSubscription } from './subscriptions.ts'
import { drawTimeline } from './timeline.ts'
import type { Visit } from './visit.ts'

export interface ShownConnection {
  readonly connection: Connection
  /** `null`: its client is no longer configured. */
  readonly client: Client | null
  readonly history: HistoryPage
  readonly calls: readonly RecentCall[]
  readonly limits: ConnectionLimits
  readonly subscriptions: readonly WebhookSubscription[]
  /** Whether a person who consents here is the owner; else the owner needs a link. */
  readonly isOwn: boolean
  readonly notice: Notice | null
  /** The cursor of the page of its life; '' is the first. */
  readonly after: string
  readonly now: number
}

/** Why a person must consent again. */
const ends: Readonly<Record<string, string>> = {
  refused: 'access was revoked there, or has expired.',
  outcome_unknown: 'a response was lost while access was being refreshed.',
  no_refresh_token: 'access has expired, and it was granted without a refresh token.',
}

export function connectionPage(visit: Visit, shown: ShownConnection): Promise<Response> {
  const { connection, client, history, calls, limits, subscriptions, notice, now, after } = shown
  const title = client ? titleOf(client) : connection.client
  const path = `${visit.base}/connections/${connection.id}`
  const drawConsent = consentOf(visit, connection, shown.isOwn)
  const back = { href: `${visit.base}/connections`, text: 'All connections' }
  const canAsk = client !== null && connection.status === 'active'
  const content = html`${drawHead(nameOf(connection), { back, note: html`${title} · owner ${connection.owner}` })}
${notice ? drawNotice(notice) : ''}
<div id="state" class="state-of" data-live>${drawState(visit, shown, title, drawConsent)}</div>
<div class="columns"><div>
${drawPart({ id: 'life', title: 'Life of the grant', isLive: true }, drawTimeline(history, { path, after, now }))}
${canAsk ? drawBookingsQuestion(path, client, title) : ''}
${drawPart({ id: 'calls', title: 'Recent calls', isLive: true, aside: 'by this process' }, drawCalls(calls, now))}
${canAsk ? drawAnswersQuestion(path, client, title) : ''}
</div><div>
${canAsk ? drawPart({ id: 'limits', title: 'Limits', isLive: true, aside: 'as far as this process knows' }, drawLimits(limits, title, now)) : ''}
${drawPart({ id: 'scopes', title: 'Scopes', isLive: true }, drawScopes(visit, { connection, client, drawConsent }))}
${drawPart({ id: 'webhooks', title: 'Webhooks', isLive: true }, drawSubscriptions(visit, { connection, client, subscriptions, drawConsent, now }))}
</div></div>`
  return page(visit, 200, notice ? `${notice.title} · ${nameOf(connection)}` : nameOf(connection), content)
}

function drawState(visit: Visit, shown: ShownConnection, title: string, drawConsent: DrawConsent): Html {
  const { connection, client, history, now } = shown
  const { account, status, reason, createdAt, updatedAt, id } = connection
  const isOver = status === 'needs_reconnect'
  return html`${isOver ? html`<div class="notice bad"><p><strong>${title} no longer accepts this connection:</strong> ${ends[reason ?? ''] ?? 'access has expired.'} The owner must reconnect. <code>needs_reconnect${reason === null ? '' : ` · ${reason}`}</code></p></div>` : ''}
${client === null && status !== 'disconnected' ? html`<div class="notice bad"><p>The client <code>${connection.client}</code> is not configured any more, so nothing can be called.</p></div>` : ''}
<div class="card pad">${drawFacts([
    ['State', drawTag(...statusTexts[status])],
    ['E-mail', account.email],
    ['Time zone', account.timeZone],
    ['Next refresh', nextText(history, status === 'active', now)],
    ['Connected', drawTime(createdAt, now)],
    ['Changed', drawTime(updatedAt, now)],
    ['Account', html`<code>${account.id}</code>`],
    ['Connection', html`<code>${id}</code>`],
  ])}</div>
${visit.person.mayAct && status !== 'disconnected' ? drawActions(visit, shown, isOver, drawConsent) : ''}`
}

function nextText({ nextRefreshAt, isRefreshing }: HistoryPage, isActive: boolean, now: number): Html | string | null {
  if (!isActive) return null
  if (isRefreshing) return 'under way'
  return nextRefreshAt === null ? 'when a token is needed' : drawTime(nextRefreshAt, now)
}

/** The one that helps comes first. */
function drawActions(
  { base }: Visit,
  { connection, client }: ShownConnection,
  isOver: boolean,
  drawConsent: DrawConsent,
): Html {
  const path = `${base}/connections/${connection.id}`
  const post = (verb: string, text: string) =>
    html`<form method="post" action="${path}/${verb}"><button>${text}</button></form>`
  return html`<div class="actions">
${client && isOver ? drawConsent('reconnect') : ''}
${client && !isOver ? html`${post('test', 'Test now')}${post('refresh', 'Refresh now')}${drawConsent('reconnect')}` : ''}
<a class="button danger" href="${path}/disconnect">Disconnect …</a>
</div>`
}

/** What only the provider knows is asked when a person wants to see it. */
function drawBookingsQuestion(path: string, { provider }: Client, title: string): Html | '' {
  if (!provider.scheduling) return ''
  return html`<section class="part" id="bookings" aria-labelledby="bookings-title">
<div class="part-head"><h2 id="bookings-title">Upcoming bookings</h2></div>
<div class="card pad ask"><p class="quiet">${title} is asked when you press the button.</p><a class="button" href="${path}/bookings" data-into="bookings">Show the bookings</a></div>
</section>`
}

function drawAnswersQuestion(path: string, { provider }: Client, title: string): Html | '' {
  if (provider.samples.length === 0) return ''
  return html`<section class="part" id="answers" aria-labelledby="answers-title">
<div class="part-head"><h2 id="answers-title">What ${title} answers</h2></div>
<div class="card pad ask"><p class="quiet">Calls that only read, with their answers.</p><a class="button" href="${path}/answers" data-into="answers">Ask ${title}</a></div>
</section>`
}
