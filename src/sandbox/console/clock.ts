// The clock: what it shows, what would happen if it moved, and how to move it.

import { html } from 'hono/html'
import { type Forecast, forecast } from '../control/forecast.ts'
import { findScenario } from '../faults/scenarios.ts'
import type { Html } from '../pages/layout.ts'
import { count, notice, section } from './elements.ts'
import { form } from './fields.ts'
import { accountOf, appName, nameOf, personName, providerName } from './names.ts'
import { spanText, whenText } from './times.ts'
import type { Page, Visit } from './visit.ts'

const steps = [
  { span: '30m', seconds: 1800, title: '30 minutes' },
  { span: '1h', seconds: 3600, title: '1 hour' },
  { span: '1d', seconds: 86_400, title: '1 day' },
] as const

/** How far apart receivers let the clocks be. */
const toleratedMs = 300_000

/** The page of the clock. */
export function clock(visit: Visit): Page {
  const { world } = visit.context
  const { offset } = world.state
  const now = world.now()
  const content = html`<h1>Clock</h1>
<p class="lead">Tokens, limits, open times, retries and scenarios follow this clock. Move it instead of waiting.</p>
<section aria-label="What it shows" id="shows" data-live><div class="card">
<h2 class="figures">${whenText(now, 'UTC')}:${new Date(now).toISOString().slice(17, 19)} UTC</h2>
<p class="quiet">${offset === 0 ? 'Real time.' : `${spanText(offset / 1000)} ${offset > 0 ? 'ahead of' : 'behind'} real time.`}</p>
</div>
${Math.abs(offset) > toleratedMs ? notice('warn', html`An app that keeps real time refuses webhooks now, as too old or from the future. Let it follow this clock: it can read <code>GET /control/clock</code>.`) : ''}</section>
${section('ahead', 'If it moved ahead', html`<div class="grid">${steps.map((step) => ahead(visit, step))}</div>`, { live: true })}
${section('set', 'Move it somewhere else', others(visit))}
${section('reset', 'Begin again', html`<div class="card"><p>Sets the clock, tokens, bookings, webhooks, scenarios, switches, people and apps back to how they were at the beginning.</p>${form(visit, { id: 'reset-all', to: 'reset', button: 'Reset everything', tone: 'danger', done: 'reset' })}</div>`)}`
  return { title: 'Clock', under: '/clock', content }
}

function ahead(visit: Visit, { span, seconds, title }: (typeof steps)[number]): Html {
  const to = forecast(visit.context.world, seconds)
  return html`<div class="card">
<div><h3>${title}</h3><p class="quiet">until ${whenText(Date.parse(to.to), 'UTC')} UTC</p></div>
<ul class="outcomes">${outcomes(visit, to).map((one) => html`<li>${one}</li>`)}</ul>
${form(visit, { id: `move-${span}`, to: 'clock', button: `Move by ${title}`, done: 'clock', fields: [{ name: 'advance', label: '', kind: 'hidden', initial: span }] })}
</div>`
}

function outcomes(visit: Visit, to: Forecast): Html[] {
  const { world } = visit.context
  const tokens = to.tokens.map(
    ({ provider, account, client, token }) =>
      html`${token === 'access' ? 'access token' : 'refresh token'} of ${personName(world, provider, account)} at ${providerName(provider)}, ${appName(world, provider, client)}`,
  )
  const starts = to.bookings.filter(({ what }) => what === 'begins').length
  const kinds = Map.groupBy(to.webhooks, ({ event, url }) => `${event} ${url}`)
  const webhooks = [...kinds.values()].map((same) => {
    const times = same.length === 1 ? '' : `${same.length} × `
    return html`${times}<code>${same[0]?.event}</code> to ${same[0]?.url}`
  })
  const faults = world.state.faults.filter(({ id }) => to.faults.some((one) => one.id === id))
  return [
    several(count(tokens.length, 'token ends', 'tokens end'), tokens),
    slots(visit, to),
    ...(to.bookings.length === 0
      ? []
      : [
          html`${count(starts, 'booking begins', 'bookings begin')}, ${count(to.bookings.length - starts, 'is over', 'are over')}`,
        ]),
    several(count(to.webhooks.length, 'webhook is sent', 'webhooks are sent'), webhooks),
    ...(faults.length === 0
      ? []
      : [
          several(
            count(faults.length, 'scenario ends', 'scenarios end'),
            faults.map(({ scenario, kind }) => html`${findScenario(scenario)?.title ?? kind}`),
          ),
        ]),
  ]
}

function slots({ context: { world } }: Visit, to: Forecast): Html {
  const total = to.slots.reduce((sum, one) => sum + one.count, 0)
  const people = to.slots.map(({ provider, account, count: passed }) => {
    const person = accountOf(world, provider, account)
    return html`${passed} of ${person === null ? account : nameOf(person)} at ${providerName(provider)}`
  })
  return several(count(total, 'open time passes', 'open times pass'), people)
}

/** A sentence, and the things that it counts. */
function several(text: string, list: readonly Html[]): Html {
  const shown = `${text.charAt(0).toUpperCase()}${text.slice(1)}`
  if (list.length === 0) return html`<span class="quiet">${shown}</span>`
  return html`${shown}<ul class="plain quiet">${list.slice(0, 6).map((one) => html`<li>${one}</li>`)}${list.length > 6 ? html`<li>and ${list.length - 6} more</li>` : ''}</ul>`
}

function others(visit: Visit): Html {
  const { offset } = visit.context.world.state
  const span = form(visit, {
    id: 'by',
    to: 'clock',
    button: 'Move it',
    done: 'clock',
    fields: [{ name: 'advance', label: 'By', hint: 'Such as 90s, 45m, 3h or 30d. With a minus it goes back.' }],
  })
  const date = form(visit, {
    id: 'to',
    to: 'clock',
    button: 'Set it',
    done: 'clock',
    fields: [{ name: 'set', label: 'To', hint: 'Such as 2027-01-01T09:00:00Z.' }],
  })
  const back = form(visit, {
    id: 'back',
    to: 'clock',
    button: 'Back to real time',
    done: 'clock',
    fields: [{ name: 'advance', label: '', kind: 'hidden', initial: String(-offset / 1000) }],
  })
  return html`<div class="grid"><div class="card"><h3>By a span</h3>${span}</div><div class="card"><h3>To a date</h3>${date}</div>
${offset === 0 ? '' : html`<div class="card"><h3>To now</h3><p class="quiet">What ended while the clock was ahead stays ended.</p>${back}</div>`}</div>`
}
