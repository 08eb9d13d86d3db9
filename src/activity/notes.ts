// Notes what happens in this process: each measurement and each event becomes a count. It runs on the path of every
// call, so it looks up a number and adds one.

import type { PunctualEvent } from '../core/events.ts'
import type { Measure, Measurement } from '../core/measure.ts'
import type { NoteError } from '../core/noted-error.ts'
import type { StoreFailure } from './attention.ts'
import type { Counts } from './counts.ts'
import type { Bounds } from './keep-bounded.ts'
import type { RecentCalls } from './recent-calls.ts'

export interface Notes {
  readonly measure: Measure
  readonly error: NoteError
  readonly event: (event: PunctualEvent) => void
  /** How the store has failed in this process, since it worked the last time. */
  storeFailure(): StoreFailure | null
  storeWorked(): void
}

export interface NotesDependencies {
  readonly counts: Counts
  readonly calls: RecentCalls
  readonly bounds: Pick<Bounds, 'wrote'>
  readonly clock: { monotonic(): number }
  /** Has what was counted written soon. */
  readonly soon: () => void
}

/** Refusals, and dispatches, of a client that are noted one by one in a minute. All are counted. */
const mostRefusalsAMinute = 20
const mostDispatchesAMinute = 300
const minuteMs = 60_000

export function createNotes({ counts, calls, bounds, clock, soon }: NotesDependencies): Notes {
  const isRareRefusal = createLimit(clock, mostRefusalsAMinute)
  const isRareDispatch = createLimit(clock, mostDispatchesAMinute)
  let storeFailure: StoreFailure | null = null

  function error(noted: Parameters<NoteError>[0]): void {
    counts.error(noted)
    soon()
  }

  function fault(event: Extract<PunctualEvent, { type: 'fault' }>): void {
    const { at, code, reason, message } = event
    if (code === 'store_unavailable') storeFailure = { since: storeFailure?.since ?? at, reason, message }
    // A dispatch that failed has been noted with its client.
    if (code === 'deliver_to_failed') return
    // The message of a foreign error may hold a secret.
    const sentence = code === 'unexpected' ? `Something failed (${reason ?? 'unknown'}).` : message
    // Not soon: where the store has failed, what is counted next finds it again.
    counts.error({ code, reason, client: null, connection: null, message: sentence })
  }

  /** Of an event that is acknowledged at once, its own row says all. */
  function dispatch({ event, client, destination, outcome, attempt, error, durationMs }: MeasuredDispatch): void {
    if ((outcome === 'acknowledged' && attempt === 1) || !isRareDispatch(client)) return
    counts.log('dispatch', client, { destination, outcome, attempt, error, durationMs: Math.round(durationMs) }, event)
  }

  return {
    measure(measurement) {
      const { kind, outcome, client } = measurement
      counts.tally(kind, outcome, client)
      if (kind === 'call') calls.add(measurement)
      else if (kind === 'dispatch') dispatch(measurement)
      else if (kind === 'refresh' && outcome !== 'renewed' && outcome !== 'current')
        bounds.wrote(measurement.grant, null)
      soon()
    },
    error,
    event(event) {
      switch (event.type) {
        case 'fault':
          return fault(event)
        case 'grant.renewed':
          return bounds.wrote(event.grant, event.generation)
        case 'webhook.refused': {
          const { client, connection, reason } = event
          if (isRareRefusal(client)) counts.log('refusal', client, { connection, reason })
          return soon()
        }
        case 'webhook.failing': {
          const { client, connection, reason } = event
          return error({ ...failureOf(reason), client, connection, message: 'A webhook subscription is refused.' })
        }
        case 'attempt.refused': {
          const { client, owner, reason } = event
          counts.log('attempt', client, { owner, reason })
          return soon()
        }
      }
    },
    storeFailure: () => storeFailure,
    storeWorked() {
      storeFailure = null
    },
  }
}

type MeasuredDispatch = Extract<Measurement, { kind: 'dispatch' }>
type FailingEvent = Extract<PunctualEvent, { type: 'webhook.failing' }>

function failureOf(reason: FailingEvent['reason']): Pick<Parameters<NoteError>[0], 'code' | 'reason'> {
  if (reason === 'insufficient_scope' || reason === 'not_identified')
    return { code: 'insufficient_scope', reason: null }
  return { code: 'provider_refused', reason: reason === 'provider_refused' ? null : reason }
}

/** Anybody can send to an address of ours, as often as they like; and a receiver that is away gets everything again. */
function createLimit(clock: { monotonic(): number }, mostAMinute: number): (client: string) => boolean {
  let minute = 0
  const noted = new Map<string, number>()
  return (client) => {
    const now = Math.floor(clock.monotonic() / minuteMs)
    if (now !== minute) noted.clear()
    minute = now
    const count = noted.get(client) ?? 0
    if (count >= mostAMinute) return false
    noted.set(client, count + 1)
    return true
  }
}
