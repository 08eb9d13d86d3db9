// The providers' webhooks that came in and were refused, with what each reason means and what to do.

import { html } from 'hono/html'
import type { WebhookRefusal } from '../core/events.ts'
import type { Page, Refusal, Series } from '../core/operator.ts'
import { type Client, titleOf } from '../core/provider.ts'
import { charts, drawChart } from './chart.ts'
import { addressOf, drawDotted, drawEmpty, drawPager, drawPart, drawRows, drawTabs, drawTime } from './elements.ts'
import { drawHead, type Frame, page } from './layout.ts'
import { clientTitle } from './names.ts'

/** What a refusal means, and what to do. */
const meanings: Readonly<Record<WebhookRefusal, string>> = {
  body_read_before: 'A body parser has read the request before Punctual. Mount Punctual in front of every parser.',
  too_long: 'It was longer than any webhook of a provider.',
  incomplete: 'The request ended before its body did. The provider sends it again.',
  no_secret: 'There is no key to check it with. Set the client’s webhook key, or subscribe again.',
  not_signed:
    'It had no signature. A provider signs each one, so another program sent it, or a proxy removed the header.',
  bad_signature:
    'Its signature does not fit. Compare the webhook key with the provider’s; a proxy must not change the body.',
  another_account: 'It is about another account than the one that subscribed.',
  too_old: 'It was signed too long ago. Check this machine’s clock, or it was sent a second time by somebody else.',
  in_the_future: 'It was signed in the future. Check this machine’s clock.',
  malformed: 'It was not JSON.',
  unknown_shape: 'It was not a message that is known of this provider.',
  not_subscribed: 'It came to the address of a subscription that does not exist any more.',
}

export interface ShownRefusals {
  readonly refusals: Page<Refusal>
  readonly series: Series | null
  readonly client: string
  readonly after: string
  readonly clients: readonly Client[]
  readonly now: number
}

export function deliveriesPage(frame: Frame, shown: ShownRefusals): Promise<Response> {
  const { refusals, series, client, after, clients, now } = shown
  const path = `${frame.base}/deliveries`
  const pager = drawPager({
    first: after === '' ? null : addressOf(path, { client }),
    next: refusals.cursor === null ? null : addressOf(path, { client, after: refusals.cursor }),
    word: 'Older',
  })
  const chart = charts.find(({ kind }) => kind === 'webhook')
  const tabs = [['', 'All clients'] as const, ...clients.map((one) => [one.id, titleOf(one)] as const)]
  const content = html`${drawHead('Webhooks', { note: 'What the providers delivered here. What was accepted is among the events.' })}
${chart ? drawPart({ id: 'chart', title: 'In the last day', isLive: true }, html`<div class="charts">${drawChart(chart, series, now)}</div>`) : ''}
${drawPart(
  { id: 'refused', title: 'Refused', isLive: true, aside: 'at most 20 a minute and client are noted' },
  html`${drawTabs('Client', path, { name: 'client', chosen: client, tabs })}
${refusals.items.length === 0 ? drawEmpty('No webhook was refused', 'Refusals are kept for 7 days.') : drawRows(refusals.items.map((refusal) => rowOf(frame, shown, refusal)))}`,
)}
${pager}`
  return page(frame, 200, 'Webhooks', content)
}

function rowOf({ base }: Frame, { clients, now }: ShownRefusals, { at, client, connection, reason }: Refusal) {
  return {
    key: `${at.getTime()} ${client} ${connection} ${reason}`,
    title: html`<code>${reason}</code>`,
    details: [
      meanings[reason] ?? 'This version does not know the reason.',
      drawDotted([
        clientTitle(clients, client),
        connection === null ? '' : html`<a href="${base}/connections/${connection}">connection</a>`,
        drawTime(at, now),
      ]),
    ],
  }
}
