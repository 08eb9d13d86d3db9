// What can go wrong, by name: the scenarios that are on with a button that ends each, and all others with the fields of
// their own kind alone.

import { html } from 'hono/html'
import { type ShownFault, shownFaults } from '../control/faults.ts'
import type { Amount, Scenario, ScenarioField } from '../faults/scenario.ts'
import { findScenario, type ScenarioGroup, scenarios } from '../faults/scenarios.ts'
import type { Html } from '../pages/layout.ts'
import { type Cell, count, empty, facts, notice, section, table } from './elements.ts'
import { type Field, form } from './fields.ts'
import { appName, personName, personOptions, providerName } from './names.ts'
import { distanceText, whenText } from './times.ts'
import type { Page, Visit } from './visit.ts'

const groups: Readonly<Record<ScenarioGroup, string>> = {
  tokens: 'Tokens',
  outages: 'Outages and limits',
  answers: 'Wrong answers',
  webhooks: 'Webhooks',
}

/** The page of the scenarios. */
export function scenarioPage(visit: Visit): Page {
  const { world } = visit.context
  const on = shownFaults(world)
  const { draft, made, query } = visit
  const open = draft?.form ?? query.get('open')
  const content = html`<h1>Scenarios</h1>
<p class="lead">Bad days on demand. Choose what goes wrong, and see what your app does about it. Programs start the same scenarios by <code>POST /control/scenarios</code>, and single faults by <code>POST /control/faults</code>.</p>
${made === null ? '' : newSecret(made)}
${section('on', 'On now', on.length === 0 ? empty('Nothing goes wrong at present') : onNow(visit, on), { live: true })}
${(Object.keys(groups) as ScenarioGroup[]).map((group) => section(group, groups[group], html`<div class="card flush">${scenarios[group].map((one) => fold(visit, one, open === one.name))}</div>`))}`
  return { title: 'Scenarios', under: '/scenarios', content }
}

function newSecret({ client, secret }: Readonly<Record<string, unknown>>): Html {
  return notice(
    'good',
    html`<p>The client has a new secret, and the old one no longer works. It is shown this once.</p>
${facts([
  ['Client', html`<code>${String(client)}</code>`],
  ['Secret', html`<code>${String(secret)}</code>`],
])}`,
  )
}

function onNow(visit: Visit, on: readonly ShownFault[]): Html {
  const now = visit.context.clock.now()
  const rows = on.map((fault): Cell[] => {
    const title = findScenario(fault.scenario)?.title ?? `A fault: ${fault.kind}`
    return [
      title,
      whom(visit, fault),
      fault.endsAt === null
        ? leftText(fault)
        : `until ${whenText(Date.parse(fault.endsAt), 'UTC')} UTC, ${distanceText(Date.parse(fault.endsAt), now)}`,
      count(fault.hits, 'time'),
      form(visit, {
        id: `end-${fault.id}`,
        to: `faults/${fault.id}/remove`,
        button: 'End it',
        about: title,
        done: 'ended',
      }),
    ]
  })
  const columns = ['Scenario', 'Meets', 'Ends', 'Has struck'].map((head) => ({ head }))
  return table('Scenarios that are on', [...columns, { head: 'End', is: 'act' }], rows)
}

function leftText({ remaining }: ShownFault): string {
  return remaining === null ? 'when you end it' : `after ${count(remaining, 'more time', 'more times')}`
}

function whom({ context: { world } }: Visit, fault: ShownFault): string {
  const { provider, account, client, endpoint, grantType, event, probability } = fault
  const parts = [
    provider === undefined ? 'both providers' : providerName(provider),
    account === undefined ? '' : personName(world, provider ?? null, account),
    client === undefined ? '' : appName(world, provider ?? null, client),
    grantType === 'refresh_token'
      ? 'refreshes'
      : grantType === 'authorization_code'
        ? 'code exchanges'
        : endpointText(endpoint),
    event ?? '',
    probability === undefined ? '' : `${Math.round(probability * 100)} %`,
  ]
  return parts.filter((part) => part !== '').join(', ')
}

function endpointText(endpoint: string | undefined): string {
  const known: Record<string, string> = { token: 'token requests', api: 'API calls' }
  return endpoint === undefined ? '' : (known[endpoint] ?? endpoint)
}

function fold(visit: Visit, scenario: Scenario, open: boolean): Html {
  const { name, title, what, fields, defaults = {}, fault } = scenario
  return html`<details class="fold" id="scenario-${name}"${open ? ' open' : ''}>
<summary><span class="grow">${title}<span class="hint clip">${what}</span></span></summary>
<div><p class="quiet">${what}</p>
${form(visit, {
  id: name,
  to: 'scenarios',
  button: fault === null ? 'Do it' : 'Start',
  about: title,
  tone: 'primary',
  done: fault === null ? 'changed' : 'started',
  fields: [
    { name: 'name', label: '', kind: 'hidden', initial: name },
    ...fields.map((field) => fieldOf(visit, field, defaults)),
  ],
})}</div>
</details>`
}

const amounts: Readonly<Record<Amount, Omit<Field, 'name'>>> = {
  times: { label: 'How many times', hint: 'Empty: until you end it.' },
  minutes: { label: 'Minutes', hint: 'Empty: until you end it.' },
  seconds: { label: 'Seconds' },
  percent: { label: 'Percent of the calls' },
}

function fieldOf(visit: Visit, field: ScenarioField, defaults: Partial<Record<Amount, number>>): Field {
  const { world } = visit.context
  const both = ['calendly', 'calcom'].map((value) => ({ value, label: providerName(value) }))
  const people = personOptions(world)
  const apps = world.state.clients.map(({ provider, id, name }) => ({
    value: `${provider}/${id}`,
    label: `${name} (${id.slice(0, 8)}…)`,
    group: providerName(provider),
  }))
  switch (field) {
    case 'provider':
      return { name: 'provider', label: 'Which provider', kind: 'choice', options: both }
    case 'who':
      return {
        name: 'who',
        label: 'For whom',
        kind: 'choice',
        alias: ['provider', 'account'],
        options: [
          { value: '', label: 'Everyone' },
          ...both.map((one) => ({ ...one, label: `Everyone at ${one.label}` })),
          ...people,
        ],
      }
    case 'person':
      return { name: 'who', label: 'Whose', kind: 'choice', alias: ['provider', 'account'], options: people }
    case 'app':
      return { name: 'app', label: 'Which app', kind: 'choice', alias: ['provider', 'client'], options: apps }
    case 'client': {
      const options = world.state.clients.map(({ id, name, provider }) => ({
        value: id,
        label: name,
        group: providerName(provider),
      }))
      return {
        name: 'client',
        label: 'For which app',
        kind: 'choice',
        options: [{ value: '', label: 'All apps' }, ...options],
      }
    }
    case 'endpoint': {
      const options = [
        { value: 'api', label: 'API calls' },
        { value: 'token', label: 'Token requests' },
      ]
      return { name: 'endpoint', label: 'Which requests', kind: 'choice', options }
    }
    default:
      return { name: field, kind: 'number', size: 'small', initial: String(defaults[field] ?? ''), ...amounts[field] }
  }
}
