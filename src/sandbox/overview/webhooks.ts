// The part of the overview about webhooks: the subscriptions, and the state of every message.

import { html } from 'hono/html'
import { type ShownDelivery, shownDeliveries, shownSubscriptions } from '../control/webhooks.ts'
import type { Html } from '../pages/layout.ts'
import type { World } from '../world/world.ts'
import { button, type Cell, momentText, table } from './elements.ts'

/** Subscriptions and the newest messages. */
export function webhookSection(world: World): Html {
  const { state } = world
  const nameOf = (provider: string, id: string): string =>
    state.accounts.find((one) => one.provider === provider && one.id === id)?.name ?? id
  const subscriptions = shownSubscriptions(state).map((one) => [
    one.provider,
    nameOf(one.provider, one.account),
    one.url,
    one.events.join(' '),
    one.state,
  ])
  const messages = shownDeliveries(state)
    .slice(-50)
    .reverse()
    .map((one) => [momentText(one.createdAt), one.event, one.url, stateText(one), why(one), again(one)])
  return html`<h2>Webhooks</h2>
${table(['Provider', 'Account', 'Address', 'Events', 'State'], subscriptions)}
<h2>Latest webhooks sent</h2>
${table(['Time', 'Event', 'To', 'State', 'Why', ''], messages)}`
}

function stateText(one: ShownDelivery): string {
  const attempts = one.attempts.length === 1 ? '1 attempt' : `${one.attempts.length} attempts`
  const next = one.nextAt === null ? '' : `, next at ${momentText(one.nextAt)}`
  return `${one.state.replace('_', ' ')}, ${attempts}${next}`
}

function why(one: ShownDelivery): Cell {
  const fault = one.fault === null ? '' : `fault: ${one.fault}. `
  return html`<span class="why">${fault}${one.why ?? one.attempts.at(-1)?.why ?? ''}</span>`
}

function again(one: ShownDelivery): Cell {
  return one.state === 'waiting' ? '' : button(`/control/webhooks/${one.id}/redeliver`, 'Send again')
}
