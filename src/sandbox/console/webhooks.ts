// The subscriptions of all apps, and the webhooks that were sent, newest first.

import { html } from 'hono/html'
import { shownDeliveries, shownSubscriptions } from '../control/webhooks.ts'
import type { Html } from '../pages/layout.ts'
import { count, empty, paged, section, table, tag } from './elements.ts'
import { type Field, filter } from './fields.ts'
import { personLink, personOptions, providerName, providerTag } from './names.ts'
import type { Page, Visit } from './visit.ts'
import { deliveryLines } from './webhook-lines.ts'

const states = [
  ['', 'Any state'],
  ['delivered', 'Delivered'],
  ['waiting', 'Waiting'],
  ['given_up', 'Given up'],
  ['lost', 'Lost by a scenario'],
  ['refused', 'Not for this machine'],
  ['dropped', 'Dropped'],
] as const

/** Subscriptions and messages. */
export function webhooks(visit: Visit): Page {
  const { world } = visit.context
  const [provider, account] = (visit.query.get('who') ?? '').split('/', 2)
  const state = visit.query.get('state')
  const all = shownDeliveries(world.state)
  const found = all
    .filter((one) => !provider || (one.provider === provider && (!account || one.account === account)))
    .filter((one) => !state || one.state === state)
  const { rows, pager, total } = paged(found.reverse(), visit.query)
  const list =
    rows.length > 0
      ? deliveryLines(visit, rows)
      : all.length > 0
        ? empty('No webhook fits', html`<a class="button" href="/webhooks">Show all</a>`)
        : empty('No webhook has been sent', 'Subscribe with an app, then book, move or cancel a meeting.')
  const content = html`<h1>Webhooks</h1>
<p class="lead">What the providers report to apps. The sandbox sends to addresses of this machine only, and retries by its own clock.</p>
${section('subscriptions', 'Subscriptions', subscriptions(visit), { live: true })}
<section aria-labelledby="sent-title"><h2 id="sent-title">Sent</h2>
${filter(visit, 'Webhooks', fields(visit))}
<div id="sent" role="group" aria-label="${count(total, 'webhook')}" data-live>${list}${pager}</div></section>`
  return { title: 'Webhooks', under: '/webhooks', content }
}

function subscriptions({ context: { world } }: Visit): Html {
  const rows = shownSubscriptions(world.state).map((one) => [
    html`<code>${one.url}</code>`,
    html`${personLink(world, one.provider, one.account)} ${providerTag(one.provider)}`,
    one.events.join(', '),
    tag(one.state, one.state === 'active' ? 'good' : one.state.startsWith('active') ? 'warn' : 'bad'),
  ])
  if (rows.length === 0) return empty('No app has subscribed', 'An app subscribes through the provider’s API.')
  const columns = ['Address', 'Person', 'Events'].map((head) => ({ head }))
  return table('Subscriptions', [...columns, { head: 'State', is: 'keep' }], rows)
}

function fields({ context }: Visit): Field[] {
  const both = ['calendly', 'calcom'].map((value) => ({ value, label: providerName(value) }))
  const options = [{ value: '', label: 'Both providers' }, ...both, ...personOptions(context.world)]
  return [
    { name: 'who', label: 'Provider or person', kind: 'choice', options },
    { name: 'state', label: 'State', kind: 'choice', options: states.map(([value, label]) => ({ value, label })) },
  ]
}
