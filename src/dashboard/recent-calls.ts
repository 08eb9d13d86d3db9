// The last calls of a connection by this process.

import { html } from 'hono/html'
import type { CallOutcome } from '../core/measure.ts'
import type { RecentCall } from '../core/operator.ts'
import { drawEmpty, drawTag, drawTime, type Tone } from './elements.ts'
import type { Html } from './layout.ts'

const outcomes: Readonly<Record<CallOutcome, readonly [tone: Tone, text: string]>> = {
  ok: ['good', 'Answered'],
  refused: ['warn', 'Refused'],
  limited: ['warn', 'Rate limited'],
  unavailable: ['bad', 'No usable answer'],
  unknown: ['bad', 'Outcome unknown'],
  needs_reconnect: ['bad', 'Must be reconnected'],
  insufficient_scope: ['warn', 'Scope missing'],
  misconfigured: ['bad', 'Client refused'],
  disconnected: ['plain', 'Disconnected'],
  store_unavailable: ['bad', 'Database away'],
  invalid: ['warn', 'Not sent: invalid'],
  aborted: ['plain', 'Given up by its caller'],
  fault: ['bad', 'Fault'],
}

export function drawCalls(calls: readonly RecentCall[], now: number): Html {
  if (calls.length === 0)
    return drawEmpty(
      'No calls by this process',
      'Calls of other processes are not shown here; the first page counts all.',
    )
  return html`<div class="card flush"><table class="stack">
<caption class="hidden">Recent calls</caption>
<thead><tr><th scope="col">When</th><th scope="col">Method</th><th scope="col">Outcome</th><th scope="col" class="number">Took</th><th scope="col" class="number wide">Waited</th></tr></thead>
<tbody>${calls.map(
    ({ at, method, outcome, status, durationMs, waitMs }) => html`<tr>
<td class="keep main">${drawTime(at, now)}</td><td><code>${method}</code></td>
<td>${drawTag(...outcomes[outcome])}${status === null ? '' : html` <span class="quiet">${status}</span>`}</td>
<td class="number keep">${Math.round(durationMs)} ms</td><td class="number keep wide">${Math.round(waitMs)} ms</td></tr>`,
  )}</tbody>
</table></div>`
}
