// The dispatches of one event: when, how each ended, why, and how long it took.

import { html } from 'hono/html'
import type { DispatchOutcome } from '../core/measure.ts'
import type { EventDispatch } from '../core/operator.ts'
import { drawEmpty, drawTag, drawTime, type Tone } from './elements.ts'
import type { EventRecord } from './events-page.ts'
import type { Html } from './layout.ts'

const outcomes: Readonly<Record<DispatchOutcome, readonly [tone: Tone, text: string]>> = {
  acknowledged: ['good', 'Acknowledged'],
  failed: ['warn', 'Not acknowledged'],
  interrupted: ['plain', 'Interrupted'],
  dead: ['bad', 'Given up'],
}

export function drawDispatches(
  { state, attempts }: Pick<EventRecord, 'state' | 'attempts'>,
  dispatches: readonly EventDispatch[],
  now: number,
): Html {
  if (dispatches.length === 0) return drawNone(state, attempts)
  return html`<div class="card flush"><table class="stack">
<caption class="hidden">Dispatches of this event</caption>
<thead><tr><th scope="col" class="number">Dispatch</th><th scope="col">When</th><th scope="col">Outcome</th><th scope="col" class="number">Took</th></tr></thead>
<tbody>${dispatches.map(
    ({ at, outcome, attempt, error, durationMs }) => html`<tr>
<td class="number keep">${attempt}</td><td class="keep main">${drawTime(at, now)}</td>
<td>${drawTag(...(outcomes[outcome] ?? ['plain', outcome]))}${error === null ? '' : html` <span class="why">${error}</span>`}</td>
<td class="number keep">${durationMs} ms</td></tr>`,
  )}</tbody>
</table></div>`
}

function drawNone(state: EventRecord['state'], attempts: number): Html {
  if (attempts === 0) return drawEmpty('Not dispatched yet')
  if (state === 'done' && attempts === 1)
    return drawEmpty(
      'Acknowledged at its first dispatch',
      'Only dispatches that failed, and what came after them, are kept one by one.',
    )
  return drawEmpty(
    'Nothing is kept of them',
    'The last 10,000 dispatches that failed are kept, for 30 days, at most 300 a minute and client.',
  )
}
