// Webhooks as a log: what was sent where, what the receiver answered each time, and a button that sends one again.

import { html } from 'hono/html'
import type { ShownDelivery } from '../control/webhooks.ts'
import type { Html } from '../pages/layout.ts'
import { facts, type Tone, tag } from './elements.ts'
import { form } from './fields.ts'
import { personName, providerName } from './names.ts'
import { distanceText, stampText } from './times.ts'
import type { Visit } from './visit.ts'

const tones: Readonly<Record<ShownDelivery['state'], Tone>> = {
  waiting: 'warn',
  delivered: 'good',
  given_up: 'bad',
  lost: 'bad',
  refused: 'bad',
  dropped: '',
}

/** The webhooks, each with a part that unfolds. */
export function deliveryLines(visit: Visit, deliveries: readonly ShownDelivery[]): Html {
  return html`<div class="card flush">${deliveries.map((one) => line(visit, one))}</div>`
}

function line(visit: Visit, one: ShownDelivery): Html {
  const { world, clock } = visit.context
  const why = one.why ?? one.attempts.at(-1)?.why ?? null
  const next = nextText(one, clock.now())
  const about = [
    stampText(Date.parse(one.createdAt)),
    providerName(one.provider),
    personName(world, one.provider, one.account),
    next,
  ]
  return html`<details class="fold" id="webhook-${one.id}" data-row="${one.id}-${one.attempts.length}">
<summary><span class="grow"><span class="row"><strong>${one.event}</strong>${tag(one.state.replace('_', ' '), tones[one.state])}${one.fault === null ? '' : tag('a scenario', 'accent')}</span>
<span class="hint">${about.filter((part) => part !== '').join(' · ')}</span>
<span class="hint">${one.url}</span>
${why === null ? '' : html`<span class="why hint">${why.charAt(0).toUpperCase()}${why.slice(1)}</span>`}</span></summary>
<div>
${facts([
  [
    'Sent',
    one.attempts.length === 0
      ? 'not yet'
      : html`<ul class="plain">${one.attempts.map((attempt) => html`<li>${stampText(Date.parse(attempt.at))}: ${attempt.why ?? `the receiver answered ${attempt.status}`}</li>`)}</ul>`,
  ],
  ['Fault', one.fault],
  ['Subscription', html`<code>${one.subscription}</code>`],
])}
<div><p class="label">Body</p><pre tabindex="0" aria-label="Body of ${one.event}">${pretty(one.body)}</pre></div>
${form(visit, { id: `again-${one.id}`, to: `webhooks/${one.id}/redeliver`, button: one.state === 'waiting' ? 'Send it now' : 'Send again', about: one.event, done: 'sent' })}
</div>
</details>
`
}

function nextText({ nextAt, attempts }: ShownDelivery, now: number): string {
  if (nextAt === null) return ''
  const at = Date.parse(nextAt)
  if (at <= now) return 'due now'
  return `sent ${attempts.length === 0 ? '' : 'again '}${distanceText(at, now)}`
}

function pretty(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2)
  } catch {
    return body
  }
}
