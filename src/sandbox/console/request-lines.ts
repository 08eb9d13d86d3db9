// Requests as a log that a person can read: what was asked, by whom, what came of it, and why.

import { html } from 'hono/html'
import { outcomeOf } from '../control/request-filter.ts'
import type { RecordedRequest } from '../http/journal.ts'
import type { Html } from '../pages/layout.ts'
import { facts, type Tone, tag } from './elements.ts'
import { appName, personName, providerName } from './names.ts'
import { stampText } from './times.ts'
import type { Visit } from './visit.ts'

const tones: Readonly<Record<ReturnType<typeof outcomeOf>, Tone>> = {
  ok: 'good',
  refused: 'warn',
  failed: 'bad',
  no_answer: 'bad',
}

/** The requests, each with a part that unfolds. */
export function requestLines(visit: Visit, requests: readonly RecordedRequest[]): Html {
  return html`<div class="card flush">${requests.map((one) => line(visit, one))}</div>`
}

function line({ context: { world } }: Visit, one: RecordedRequest): Html {
  const person = personName(world, one.provider, one.account)
  const app = appName(world, one.provider, one.client)
  const parameters = Object.entries(one.parameters)
  return html`<details class="fold" id="request-${one.id}" data-row="${one.id}">
<summary><span class="grow"><span class="row"><strong>${whatText(one)}</strong>${tag(one.status === null ? 'no answer' : String(one.status), tones[outcomeOf(one)])}${one.fault === null ? '' : tag('a scenario', 'accent')}</span>
<span class="hint">${[stampText(Date.parse(one.at)), providerName(one.provider), person, app].filter((part) => part !== '').join(' · ')}</span>
${one.why === null ? '' : html`<span class="why hint">${sentenceOf(one.why)}</span>`}</span></summary>
<div>${facts([
    ['Request', html`<code>${one.method} ${one.path}</code>`],
    [
      'Parameters',
      parameters.length === 0
        ? null
        : html`<ul class="plain">${parameters.map(([name, value]) => html`<li><code>${name}=${value}</code></li>`)}</ul>`,
    ],
    ['Grant type', one.grantType],
    ['Client', one.client === null ? null : html`<code>${one.client}</code>`],
    ['Fault', one.fault],
    ['Number', String(one.id)],
  ])}</div>
</details>
`
}

/** Such as “Refresh of a token”, or the method and path of an API call. */
function whatText({ endpoint, grantType, method, path, parameters }: RecordedRequest): string {
  if (endpoint === 'token') {
    const grants: Record<string, string> = {
      refresh_token: 'Refresh of a token',
      authorization_code: 'Exchange of a code',
    }
    return grants[grantType ?? ''] ?? 'Request for a token'
  }
  if (endpoint === 'authorize') {
    if (method === 'GET') return 'Consent page opened'
    return parameters.decision === 'deny' ? 'Consent denied' : 'Consent given'
  }
  if (endpoint === 'revoke') return 'Token revoked by the app'
  if (endpoint === 'introspect') return 'Question about a token'
  return `${method} ${path}`
}

function sentenceOf(why: string): string {
  return `${why.charAt(0).toUpperCase()}${why.slice(1)}${/[.!?]$/.test(why) ? '' : '.'}`
}
