// Moves the virtual clock: `{"advance": seconds | "3h" | "30m" | "2d"}` or `{"set": ISO}`.

import { type Answer, jsonAnswer } from '../http/exchange.ts'
import { parseSpan } from '../time/clock.ts'
import { badInput, type ControlAnswer, type ControlCall, type ControlRoute } from './call.ts'
import { forecast } from './forecast.ts'

/** The endpoints of the clock. */
export const clockRoutes: readonly ControlRoute[] = [
  { method: 'GET', path: '/control/clock', answer: readClock },
  { method: 'POST', path: '/control/clock', answer: moveClock },
]

// Later dates cannot be written as ISO dates.
const latest = Date.UTC(9999, 0)

/** `?ahead=3h`: with what would happen if the clock moved so far. */
function readClock(call: ControlCall): ControlAnswer {
  const ahead = call.exchange.query.get('ahead')
  if (ahead === null) return showClock(call)
  const seconds = parseSpan(ahead)
  const wanted = 'Give "ahead" as a span such as 30m, 3h or 2d, at most 31d.'
  if (seconds === null || seconds <= 0 || seconds > 31 * 86_400) {
    return badInput(call.exchange, wanted, { field: 'ahead', wanted })
  }
  return jsonAnswer(200, { ...shownClock(call), ahead: forecast(call.world, seconds) })
}

function showClock(call: ControlCall): Answer {
  return jsonAnswer(200, shownClock(call))
}

function shownClock({ clock, world }: ControlCall): { now: string; offset: number } {
  return { now: new Date(clock.now()).toISOString(), offset: world.state.offset / 1000 }
}

function moveClock(call: ControlCall): ControlAnswer {
  const { clock, exchange, body } = call
  const { advance, set, ...rest } = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>
  const wanted = 'The clock takes {"advance": seconds or a span such as "3h"}, or {"set": an ISO date}'
  if ((advance === undefined) === (set === undefined) || Object.keys(rest).length > 0) {
    const how = 'Give a span such as 30m, 3h or 2d, or a date.'
    return badInput(exchange, `${wanted}, and nothing else.`, { field: null, wanted: how })
  }
  const seconds = parseSpan(advance)
  const target = advance === undefined ? Date.parse(String(set)) : clock.now() + (seconds ?? Number.NaN) * 1000
  if (!(target >= 0 && target < latest)) {
    const problem =
      set === undefined
        ? { field: 'advance', wanted: 'Give a span such as 30m, 3h or 2d; -1h moves the clock back.' }
        : { field: 'set', wanted: 'Give a date such as 2027-01-01T09:00:00Z.' }
    return badInput(exchange, `${wanted}: this one cannot be read.`, problem)
  }
  if (seconds === null) clock.set(target)
  else clock.advance(seconds)
  return showClock(call)
}
