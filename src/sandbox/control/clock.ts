// Moves the virtual clock: `{"advance": seconds | "3h" | "30m" | "2d"}` or `{"set": ISO}`.

import { type Answer, jsonAnswer } from '../http/exchange.ts'
import { parseSpan } from '../time/clock.ts'
import { badInput, type ControlCall, type ControlRoute } from './call.ts'

/** The endpoints of the clock. */
export const clockRoutes: readonly ControlRoute[] = [
  { method: 'GET', path: '/control/clock', answer: showClock },
  { method: 'POST', path: '/control/clock', answer: moveClock },
]

// Later dates cannot be written as ISO dates.
const latest = Date.UTC(9999, 0)

function showClock({ clock, world }: ControlCall): Answer {
  return jsonAnswer(200, { now: new Date(clock.now()).toISOString(), offset: world.state.offset / 1000 })
}

function moveClock(call: ControlCall): Answer {
  const { clock, exchange, body } = call
  const { advance, set, ...rest } = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>
  const wanted = 'The clock takes {"advance": seconds or a span such as "3h"}, or {"set": an ISO date}'
  if ((advance === undefined) === (set === undefined) || Object.keys(rest).length > 0) {
    return badInput(exchange, `${wanted}, and nothing else.`)
  }
  const seconds = parseSpan(advance)
  const target = advance === undefined ? Date.parse(String(set)) : clock.now() + (seconds ?? Number.NaN) * 1000
  if (!(target >= 0 && target < latest)) return badInput(exchange, `${wanted}: this one cannot be read.`)
  if (seconds === null) clock.set(target)
  else clock.advance(seconds)
  return showClock(call)
}
