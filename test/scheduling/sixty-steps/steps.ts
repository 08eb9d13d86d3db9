// Runs a program of steps with the verbs of a connection. Each step ends in an outcome of a few words, so that two runs of one
// program can be laid side by side.

import assert from 'node:assert/strict'
import type { BookingEvent } from '../../../src/index.ts'
import type { Booking, Capability, EventType, Scheduling } from '../../../src/scheduling/index.ts'
import { refused } from '../../typed/person.ts'

/** The host application in which a program runs, and the people around it. */
export interface Surroundings {
  readonly calendar: Scheduling
  now(): number
  /** Moves the clock. */
  advance(ms: number): void
  /** The requests that the provider has received. */
  requests(): number
  /** Subscribes to the events of bookings. */
  subscribe(): Promise<void>
  /** Resolves with that many events, once they have been dispatched. */
  events(count: number): Promise<readonly BookingEvent[]>
  /** The guest moves a booking on the provider's page. */
  moveAsGuest(booking: Booking, start: string): Promise<void>
}

export interface Step<State> {
  readonly name: string
  run(state: State): Promise<Ended>
}

/** What came of a step: a few words, and what the verb returned. */
export interface Ended {
  readonly outcome: string
  readonly value: unknown
  /** The capability that the account lacks. */
  readonly lacks?: Capability
}

export interface Row extends Ended {
  readonly number: number
  readonly name: string
  readonly failed: boolean
}

/** Runs the steps in order, up to the first that fails. */
export async function runSteps<State>(steps: readonly Step<State>[], state: State): Promise<readonly Row[]> {
  const rows: Row[] = []
  for (const { name, run } of steps) {
    const place = { number: rows.length + 1, name }
    try {
      rows.push({ ...place, ...(await run(state)), failed: false })
    } catch (error) {
      rows.push({ ...place, outcome: `FAILED: ${error}`, value: null, failed: true })
      break
    }
  }
  return rows
}

/** A step that works at every provider. */
export function step<State>(name: string, act: (state: State) => Promise<unknown>): Step<State> {
  return { name, run: async (state) => ({ outcome: 'done', value: await act(state) }) }
}

/** What a step needs: a capability, and the event type or booking that it is about. */
export interface Need<State> {
  readonly can: Capability
  readonly on?: (state: State) => EventType | Booking
}

/**
 * A step for what not every provider offers: it is done where `can` says so. Elsewhere the same call is refused with the same
 * cause, and nothing is sent.
 */
export function stepIf<State extends Surroundings>(
  name: string,
  { can: what, on }: Need<State>,
  act: (state: State) => Promise<unknown>,
): Step<State> {
  return {
    name,
    async run(state) {
      const can = state.calendar.can(what, on?.(state))
      if (can.yes) return { outcome: 'done', value: await act(state) }
      const outcome = await refusedUnsent(state, 'not_supported', () => act(state), { reason: can.because })
      return { outcome, value: null, lacks: what }
    },
  }
}

/** A step with a mistake in it: it is refused with a sentence that fits, and nothing is sent. */
export function mistake<State extends Surroundings>(
  name: string,
  message: RegExp,
  act: (state: State) => PromiseLike<unknown> | AsyncIterable<unknown>,
): Step<State> {
  return {
    name,
    run: async (state) => ({
      outcome: await refusedUnsent(state, 'invalid_argument', () => act(state), { message }),
      value: null,
    }),
  }
}

async function refusedUnsent(
  { requests }: Surroundings,
  code: 'invalid_argument' | 'not_supported',
  call: () => PromiseLike<unknown> | AsyncIterable<unknown>,
  how: { readonly reason?: string; readonly message?: RegExp },
): Promise<string> {
  const before = requests()
  const error = await refused(call, code, how)
  assert.match(error.message, /^[\w.]+: .{10,}[^.]?$/s, error.message)
  assert.equal(requests(), before, 'something was sent')
  return `refused: ${error.code}${error.reason ? ` ${error.reason}` : ''}`
}

/** The rows of two runs side by side, for a person. */
export function tableOf(runs: ReadonlyMap<string, readonly Row[]>): string {
  const [first = []] = [...runs.values()].sort((a, b) => b.length - a.length)
  const lines = first.map(({ number, name }, index) => {
    const outcomes = [...runs].map(([title, rows]) => `${title}: ${rows[index]?.outcome ?? 'not reached'}`)
    return `${String(number).padStart(2)} ${name}\n     ${outcomes.join('\n     ')}`
  })
  return `\n${lines.join('\n')}\n`
}
