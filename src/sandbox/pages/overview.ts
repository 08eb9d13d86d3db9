// The sandbox's own page: the clock, the grants and what is left of them, the latest requests with the reason of
// every refusal, and the faults, clients and people. Works without JavaScript; with it, it stays live.

import { html } from 'hono/html'
import { handleOf } from '../accounts.ts'
import { shownGrants } from '../control/grants.ts'
import type { ControlParts } from '../control/parts.ts'
import type { Answer } from '../exchange.ts'
import type { RecordedRequest } from '../journal.ts'
import type { Html } from './layout.ts'
import { pageAnswer } from './layout.ts'

/** The page at the root. */
export function overview({ world, clock, journal }: ControlParts): Answer {
  const { state } = world
  const content = html`<h1>Calendly and Cal.com in a box</h1>
<p class="hint">Nothing here is real. Send an app to <code>${world.base()}/calendly</code> and <code>${world.base()}/calcom</code>.</p>
<h2>Clock</h2>
<div class="row">
<strong>${new Date(clock.now()).toISOString()}</strong>
<span class="hint">${offsetText(state.offset)}</span>
${['1h', '3h', '1d', '30d'].map((span) => button('/control/clock', spanLabel(span), { advance: span }))}
${button('/control/reset', 'Reset everything')}
</div>
<h2>Grants</h2>
${table(['Provider', 'Account', 'App', 'Access token', 'Refresh token', 'State', ''], grantRows(world))}
<h2>Latest requests</h2>
${table(
  ['Time', 'Request', 'App', 'Account', 'Status', 'Why'],
  journal
    .list()
    .slice(-50)
    .reverse()
    .map((one) => requestRow(world, one)),
)}
<h2>Faults</h2>
${table(
  ['Kind', 'Meets', 'Left', ''],
  state.faults.map((fault) => [
    fault.kind,
    [fault.provider, fault.endpoint, fault.grantType, fault.account].filter((one) => one !== undefined).join(' ') ||
      'everything',
    fault.remaining === null ? 'always' : String(fault.remaining),
    button(`/control/faults/${fault.id}/remove`, 'Remove'),
  ]),
)}
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
<h2>People</h2>
${table(
  ['Provider', 'Name', 'Account', 'Id', 'Time zone', 'Plan'],
  state.accounts.map((account) => [
    account.provider,
    account.name ?? '',
    handleOf(account),
    account.id,
    account.timeZone,
    account.provider === 'calendly' ? `${account.plan}, ${account.role}` : '',
  ]),
)}`
  return pageAnswer(200, 'Sandbox', content, true)
}

function grantRows(world: ControlParts['world']): (string | Html)[][] {
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
      grant.status === 'active' ? button(`/control/grants/${grant.id}/revoke`, 'Take back') : '',
    ]
  })
}

function requestRow(world: ControlParts['world'], request: RecordedRequest): (string | Html)[] {
  const what = `${request.provider ?? ''} ${request.method} ${request.path}${request.grantType === null ? '' : ` (${request.grantType})`}`
  const account = world.state.accounts.find((one) => one.provider === request.provider && one.id === request.account)
  const fault = request.fault === null ? '' : `fault: ${request.fault}. `
  return [
    request.at.slice(5, 19).replace('T', ' '),
    what,
    request.client === null ? '' : `${request.client.slice(0, 8)}…`,
    account?.name ?? request.account ?? '',
    request.status === null ? 'no answer' : String(request.status),
    html`<span class="why">${fault}${request.why ?? ''}</span>`,
  ]
}

function table(heads: string[], rows: (string | Html)[][]): Html {
  if (rows.length === 0) return html`<p class="hint">None.</p>`
  return html`<div class="scroll"><table>
<thead><tr>${heads.map((head) => html`<th>${head}</th>`)}</tr></thead>
<tbody>${rows.map(
    (row) => html`<tr>${row.map((cell) => html`<td class="${widthOf(cell)}">${cell}</td>`)}</tr>
`,
  )}</tbody>
</table></div>`
}

/** Keeps short words in one line, and lets long ids break anywhere. */
function widthOf(cell: string | Html): string {
  if (typeof cell !== 'string') return ''
  return cell.length > 40 && !cell.includes(' ') ? 'long' : cell.length < 24 ? 'short' : ''
}

function button(action: string, label: string, fields: Record<string, string> = {}): Html {
  const hidden = Object.entries(fields).map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`,
  )
  return html`<form method="post" action="${action}">${hidden}<button>${label}</button></form>`
}

function spanLabel(span: string): string {
  const units: Record<string, string> = { h: 'h', d: span === '1d' ? ' day' : ' days' }
  return `+${Number.parseInt(span, 10)}${units[span.slice(-1)] === 'h' ? ' h' : units[span.slice(-1)]}`
}

function offsetText(offset: number): string {
  if (offset === 0) return 'real time'
  return `${lifeText(Math.abs(offset) / 1000)} ${offset > 0 ? 'ahead of' : 'behind'} real time`
}

function lifeText(seconds: number): string {
  if (seconds <= 0) return 'ended'
  const days = Math.floor(seconds / 86_400)
  const hours = Math.floor((seconds % 86_400) / 3600)
  const minutes = Math.floor((seconds % 3600) / 60)
  if (days > 0) return `${days} d ${hours} h`
  return hours > 0 ? `${hours} h ${minutes} min` : `${minutes} min ${Math.floor(seconds % 60)} s`
}
