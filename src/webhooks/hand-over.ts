// Hands one event to the host application. An acknowledgement is kept as given from the moment that it is asked for:
// it is recorded as soon as the store can, and this process does not hand that event over again until then.

import type { Outbox, OutboxEvent } from '../connections/events.ts'
import type { Clock, Random } from '../core/clock.ts'
import { PunctualError } from '../core/errors.ts'
import type { DeliveredType, DeliveryHandler } from '../core/events.ts'
import { TransportError, withDeadline } from '../core/http.ts'
import { endsItsTakers, retryIn } from './backoff.ts'
import { NotTakenError } from './forward.ts'

/** Ms that an event stays with the process that has taken it, should that end without a word. */
export const lease = 60_000
/** Ms that a handling may take. */
const deadline = 30_000
/** Ms that may pass between the asking for an event and its handing over, so that no two hands hold it. */
const latest = lease - deadline - 5000

/** Ms after which an event may be handed over again that was given back for no fault of its own. */
const soon = 1000
const stopped = 'the process that had it in hand was stopped'

export interface HandOverParts {
  readonly outbox: Outbox
  readonly clock: Clock
  readonly random: Random
  /** Names this process in the leases. */
  readonly owner: string
  readonly handler: DeliveryHandler
  readonly types: readonly DeliveredType[]
  readonly report: OutboxReport
}

/** What the pump tells whoever reports events. */
export interface OutboxReport {
  dead(event: OutboxEvent, error: string): void
  fault(error: unknown): void
}

export interface HandOver {
  /**
   * Hands over an event that was asked for at `askedAt`. Never rejects; resolves when it is out of hand: recorded as
   * taken, or given back.
   */
  hand(event: OutboxEvent, askedAt: number): Promise<void>
  /** The acknowledgements that are still to be recorded. */
  recording(): readonly Promise<void>[]
}

/** What a handling is ended with when its process stops. */
export class StoppedError extends Error {
  override readonly name = 'StoppedError'
}

/** How it is told to come to an end. */
export interface Endings {
  /** Ends the waiting for a store that is away: one more try, then the acknowledgement is given up. */
  stopping(): AbortSignal
  /** Ends what is in hand, with a {@link StoppedError}: it is given back. */
  ending(): AbortSignal
}

export function createHandOver(parts: HandOverParts, { stopping, ending }: Endings): HandOver {
  const { outbox, clock, handler } = parts
  /** Taken, and not known to be recorded. */
  const taken = new Set<string>()
  const records = new Map<string, Promise<void>>()
  /** Those of them that the store does not have yet. */
  const unwritten = new Set<string>()

  /**
   * Resolves once the store has it and nobody can hand it over any more. `held`: whether no other process can have taken
   * it yet.
   */
  function record(id: string, held: () => boolean): Promise<void> {
    const running = records.get(id)
    if (running) return running
    taken.add(id)
    unwritten.add(id)
    const recorded = untilRecorded(id, held).finally(() => {
      records.delete(id)
      unwritten.delete(id)
    })
    // Whoever acknowledges need not wait.
    recorded.catch(() => {})
    records.set(id, recorded)
    return recorded
  }

  async function untilRecorded(id: string, held: () => boolean): Promise<void> {
    for (let pause = 250; ; pause = Math.min(pause * 2, 30_000)) {
      const last = stopping().aborted
      try {
        await outbox.acknowledge(id)
        unwritten.delete(id)
        // Whoever took it before it was recorded hands it over by then, or not at all.
        if (!held()) await clock.sleep(latest)
        taken.delete(id)
        return
      } catch (error) {
        if (last) throw error
        await clock.sleep(pause, stopping()).catch(() => {})
      }
    }
  }

  async function handle(event: OutboxEvent, askedAt: number): Promise<void> {
    const elapsed = event.readAt - (event.firstAt ?? event.readAt)
    if (endsItsTakers({ attempts: event.attempts, elapsed }))
      return giveBack(event, 'every process that had it in hand ended before it was taken', null)
    const began = clock.now()
    const said: { recorded: Promise<void> | null; tooLate: boolean } = { recorded: null, tooLate: false }
    const acknowledge = () => {
      said.recorded ??= record(event.id, () => !said.tooLate && clock.now() - askedAt < lease)
      return said.recorded
    }
    try {
      const opened = event.open()
      await withDeadline(clock, deadline, ending(), async (signal) => {
        await handler(opened, Object.freeze({ acknowledge, signal }))
        // One that comes to its end after the deadline has taken the event all the same.
        void acknowledge()
      })
    } catch (error) {
      if (!said.recorded) {
        said.tooLate = true
        if (error instanceof StoppedError) return giveBack(event, stopped, soon)
        const retryAfter = error instanceof NotTakenError ? error.retryAfter : null
        const failed = { attempts: event.attempts, elapsed: elapsed + clock.now() - began, retryAfter }
        return giveBack(event, sentenceOf(error), retryIn(parts.random, failed))
      }
    }
    await said.recorded
  }

  async function giveBack(event: OutboxEvent, error: string, pause: number | null): Promise<void> {
    const given = await outbox.fail(event.id, parts.owner, error, pause)
    if (given && pause === null) parts.report.dead(event, error)
  }

  return {
    async hand(event, askedAt) {
      try {
        if (clock.now() - askedAt > latest) await giveBack(event, 'the store was too slow to hand it over', soon)
        else if (ending().aborted) await giveBack(event, stopped, soon)
        else if (taken.has(event.id) || !parts.types.includes(event.type as DeliveredType))
          await record(event.id, () => true)
        else await handle(event, askedAt)
      } catch (error) {
        // The store is away: the lease ends by itself.
        parts.report.fault(error)
      }
    },
    recording: () => [...unwritten].flatMap((id) => records.get(id) ?? []),
  }
}

/** In our own words: what a handler says of its error may hold what nobody is to read. */
function sentenceOf(error: unknown): string {
  if (error instanceof NotTakenError) return error.message
  if (error instanceof TransportError) return `it was not taken within ${deadline / 1000} s`
  if (error instanceof PunctualError && (error.reason === 'unknown_key' || error.reason === 'unreadable'))
    return `it cannot be opened with the keys at hand (${error.reason})`
  if (error instanceof PunctualError && error.reason === 'unknown_type')
    return 'it was written by a later version, which has to hand it over'
  if (!(error instanceof Error)) return 'the handler threw what is no error'
  const code = (error as { code?: unknown }).code
  const word = typeof code === 'string' && /^\w{1,40}$/.test(code) ? `, ${code}` : ''
  return `the handler threw (${/^\w{1,40}$/.test(error.name) ? error.name : 'Error'}${word})`
}
