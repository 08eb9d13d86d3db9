// The sandbox's own page: the clock, the grants and what is left of them, the latest requests with the reason of
// every refusal, webhooks, faults, switches, clients and people. Works without JavaScript; with it, it stays live.

import { html } from 'hono/html'
import type { ControlContext } from '../control/call.ts'
import { shownGrants } from '../control/grants.ts'
import type { Answer } from '../http/exchange.ts'
import type { RecordedRequest } from '../http/journal.ts'
import { pageAnswer } from '../pages/layout.ts'
import { handleOf } from '../world/accounts.ts'
import { clockControls, faultControls, switchControls } from './controls.ts'
import { button, type Cell, lifeText, momentText, table } from './elements.ts'
import { webhookSection } from './webhooks.ts'

/** The page at the root. */
export function overview(context: ControlContext): Answer {
  const { world, journal } = context
  const { state } = world
  const requests = journal.list().slice(-50).reverse()
  const content = html`<h1>Calendly and Cal.com in a box</h1>
<p class="hint">Nothing here is real. Send an app to <code>${world.base()}/calendly</code> and <code>${world.base()}/calcom</code>.</p>
<h2>Clock</h2>
${clockControls(context)}
<h2>Grants</h2>
${table(['Provider', 'Account', 'App', 'Access token', 'Refresh token', 'State', ''], grantRows(world))}
<h2>Latest requests</h2>
${table(
  ['Time', 'Request', 'App', 'Account', 'Status', 'Why'],
  requests.map((one) => requestRow(world, one)),
)}
${webhookSection(world)}
<h2>Faults</h2>
${faultControls(context)}
<h2>Switches</h2>
${switchControls(context)}
<h2>Clients</h2>
${table(
  ['Provider', 'Name', 'Client id', 'Kind', 'Status', 'Returns to'],
  state.clients.map((client) => [
    client.provider,
    client.name,
    client.id,
    client.confidential ? 'with a secret' : 'without a secret',
    client.status,
    client.redirectUris === 'loopback' ? 'any http address on this machine' : client.redirectUris.join(' '),
  ]),
)}
<h2 id="people">People</h2>
${table(
  ['Provider', 'Name', 'Account', 'Id', 'Time zone', 'Plan', ''],
  state.accounts.map((account) => [
    account.provider,
    account.name ?? '',
    handleOf(account),
    account.id,
    account.timeZone,
    account.provider === 'calendly' ? `${account.plan}, ${account.role}` : '',
    button('/control/bookings', 'Book a meeting', { provider: account.provider, account: account.id }),
  ]),
)}`
  return pageAnswer(200, 'Sandbox', content, true)
}

function grantRows(world: ControlContext['world']): Cell[][] {
  return shownGrants(world.state, world.now()).map((grant) => {
    const account = world.state.accounts.find((one) => one.provider === grant.provider && one.id === grant.account)
    const client = world.state.clients.find((one) => one.id === grant.client)
    return [
      grant.provider,
      account?.name ?? grant.account,
      client?.name ?? grant.client,
      lifeText(grant.accessExpiresIn),
      grant.refreshExpiresIn === null ? 'until it is used' : lifeText(grant.refreshExpiresIn),
      grant.status === 'active' ? 'active' : `ended: ${grant.reason ?? ''}`,
      grant.status === 'active' ? button(`/control/grants/${grant.id}/revoke`, 'Revoke') : '',
    ]
  })
}

function requestRow(world: ControlContext['world'], request: RecordedRequest): Cell[] {
  const what = `${request.provider ?? ''} ${request.method} ${request.path}${request.grantType === null ? '' : ` (${request.grantType})`}`
  const account = world.state.accounts.find((one) => one.provider === request.provider && one.id === request.account)
  const fault = request.fault === null ? '' : `fault: ${request.fault}. `
  return [
    momentText(request.at),
    what,
    request.client === null ? '' : `${request.client.slice(0, 8)}…`,
    account?.name ?? request.account ?? '',
    request.status === null ? 'no answer' : String(request.status),
    html`<span class="why">${fault}${request.why ?? ''}</span>`,
  ]
}
