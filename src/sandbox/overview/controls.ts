// The parts of the overview that a person sets something with: the clock, the faults, the switches.

import { html } from 'hono/html'
import type { ControlContext } from '../control/call.ts'
import type { Html } from '../pages/layout.ts'
import { faultKinds } from '../world/fault.ts'
import { switchSentences } from '../world/switch-sentences.ts'
import { type Switches, switchChoices, switchDefaults } from '../world/switches.ts'
import { button, type Cell, choice, lifeText, table } from './elements.ts'

/** The clock, with buttons and a field. */
export function clockControls({ world, clock }: ControlContext): Html {
  const spans: [string, string][] = [
    ['1m', '+1 min'],
    ['30m', '+30 min'],
    ['1h', '+1 h'],
    ['3h', '+3 h'],
    ['1d', '+1 day'],
    ['30d', '+30 days'],
  ]
  return html`<div class="row">
<strong>${new Date(clock.now()).toISOString()}</strong>
<span class="hint">${offsetText(world.state.offset)}</span>
${spans.map(([span, label]) => button('/control/clock', label, { advance: span }))}
<form method="post" action="/control/clock"><input name="set" aria-label="Set the clock to" placeholder="2027-01-01T09:00:00Z" required><button>Set</button></form>
${button('/control/reset', 'Reset everything')}
</div>`
}

/** The faults that are set, and a form for another. */
export function faultControls({ world }: ControlContext): Html {
  const rows = world.state.faults.map((fault) => [
    fault.kind,
    [fault.provider, fault.endpoint, fault.grantType, fault.event, fault.account, fault.client]
      .filter((one) => one !== undefined)
      .join(' ') || 'everything',
    fault.probability === undefined ? '' : `${fault.probability * 100} %`,
    fault.remaining === null ? 'always' : String(fault.remaining),
    button(`/control/faults/${fault.id}/remove`, 'Remove'),
  ])
  const field = (name: string, hint: string) =>
    html`<input name="${name}" aria-label="${name}" placeholder="${hint}" size="${Math.max(hint.length, 6)}">`
  return html`${table(['Kind', 'Meets', 'Chance', 'Left', ''], rows)}
<form method="post" action="/control/faults" class="row">
${choice('kind', 'Kind of fault', faultKinds)}
${choice('provider', 'Provider', ['', 'calendly', 'calcom'])}
${field('endpoint', 'token, api or /path')}
${choice('grantType', 'Grant type', ['', 'authorization_code', 'refresh_token'])}
${field('event', 'webhook event')}
${field('account', 'account id')}
${field('client', 'client id')}
${field('count', 'times')}
${field('probability', 'chance 0–1')}
${field('seed', 'seed')}
${field('status', 'status')}
${field('ms', 'ms')}
${field('seconds', 'seconds')}
${field('fields', 'fields')}
${field('body', 'body')}
<label><input type="checkbox" name="after" value="true"> after the commit</label>
<button>Set this fault</button>
</form>
<p class="hint">“times”: a number, or “null” for always. “fields”: names for “missing”, JSON for “set”.</p>`
}

/** Every switch with its value and what it decides; those that differ from their default come first. */
export function switchControls({ world }: ControlContext): Html {
  const { switches } = world.state
  const names = Object.keys(switchDefaults) as (keyof Switches)[]
  const moved = names.filter((name) => switches[name] !== switchDefaults[name])
  const rowOf = (name: keyof Switches): Cell[] => [
    html`<code>${name}</code>`,
    html`<form method="post" action="/control/switches" class="row">${input(name, String(switches[name]))}<button>Set</button></form>`,
    switches[name] === switchDefaults[name] ? '' : `default: ${switchDefaults[name]}`,
    sentence(switchSentences[name]),
  ]
  const heads = ['Switch', 'Value', '', 'What it decides, and why it is open']
  const rest = names.filter((name) => !moved.includes(name))
  return html`<p class="hint">Where the facts come from: docs/providers/calendly.md and docs/providers/calcom.md.</p>
${moved.length === 0 ? html`<p>All at their defaults.</p>` : table(heads, moved.map(rowOf))}
<details id="switches"><summary>${rest.length} at their defaults</summary>
${table(heads, rest.map(rowOf))}
</details>`
}

/** Shows text between backticks as code. */
function sentence(text: string): Html {
  return html`${text.split('`').map((part, at) => (at % 2 === 1 ? html`<code>${part}</code>` : part))}`
}

function input(name: keyof Switches, value: string): Html {
  const choices = switchChoices(name)
  return choices === null
    ? html`<input name="${name}" aria-label="${name}" value="${value}" size="8">`
    : choice(name, name, choices, value)
}

function offsetText(offset: number): string {
  if (offset === 0) return 'real time'
  return `${lifeText(Math.abs(offset) / 1000)} ${offset > 0 ? 'ahead of' : 'behind'} real time`
}
