// Hands one event to the host application. An acknowledgement is kept as given from the moment that it is asked for:
// it is recorded as soon as the store can, and this process does not hand that event over again until then. Durations are
// those of the monotonic clock: nobody can set it, and it runs on while the process is stopped.

import type { Clock, Random } from '../core/clock.ts'
import { isStoreAway } from '../core/each.ts'
import { PunctualError } from '../core/errors.ts'
import { type DeliveredEvent, type DeliveredType, type DeliveryHandler, deliveredTypes } from '../core/events.ts'
import { TransportError, withDeadline } from '../core/http.ts'
import { wordFor } from '../core/reporter.ts'
import { createSetAside } from '../core/set-aside.ts'
import { longestSpans } from '../core/store/longest-spans.ts'
import type { Outbox, OutboxEvent } from '../records/outbox.ts'
import { NotAcknowledgedError } from './http-destination.ts'
import { endsItsTakers, retryIn } from './retry-schedule.ts'

/** Ms that an event stays with the process that has taken it, should that end without a word. */
export const lease: number = longestSpans.handOver
/** Ms that a handling may take. */
const deadline = 30_000
/** Ms that may pass between the asking for an event and its handing over, so that no two hands hold it. */
const latest = lease - deadline - 5000

/** Ms after which an event may be handed over again that was given back for no fault of its own. */
const soon = 1000
const stopped = 'the process that had it in hand was stopped'

export interface DispatchParts {
  readonly outbox: Outbox
  readonly clock: Clock
  readonly random: Random
  readonly handler: DeliveryHandler
  readonly types: readonly DeliveredType[]
  readonly report: OutboxReport
}

/** What the pump tells whoever reports events. */
export interface OutboxReport {
  dead(event: OutboxEvent, error: string): void
  /** A handling failed; `reason` is a word for it. `taken`: after the event had been acknowledged. */
  failed(event: OutboxEvent, error: string, reason: string | null, taken: boolean): void
  fault(error: unknown): void
  /** A record was set aside. */
  aside(error: unknown): void
}

/** One taking of events from the outbox. */
export interface Taking {
  /** Names it in the leases: what an earlier taking of the same event gives back late must not end the lease of a later one. */
  readonly owner: string
  /** When it was asked for, by the monotonic clock. */
  readonly askedAt: number
}

export interface Dispatch {
  /**
   * Hands over an event of that taking. Never rejects; resolves when it is out of hand: recorded as taken, given back, or left to its lease.
   */
  hand(event: OutboxEvent, taking: Taking): Promise<void>
  /** The acknowledgements that the store does not have yet. */
  recording(): readonly Promise<void>[]
}

/** What a handling is ended with when its process stops. */
export class StoppedError extends Error {
  override readonly name = 'StoppedError'
}

/** What a handling ends with that did not begin in time: another process may take the event before it would end. */
class LateError extends Error {
  override readonly name = 'LateError'
}

/** An acknowledgement on its way to the store. */
interface Recording {
  /** Resolves once the store has it and nobody can hand it over any more. */
  readonly recorded: Promise<void>
  /** Resolves when no hand need wait for it: it is recorded, or the store takes this one alone not. */
  readonly outOfHand: Promise<void>
}

/** How it is told to come to an end. */
export interface Endings {
  /** Ends the waiting for a store that is away: one more try, then the acknowledgement is given up. */
  stopping(): AbortSignal
  /** Ends what is in hand, with a {@link StoppedError}: it is given back. */
  ending(): AbortSignal
}

export function createDispatch(parts: DispatchParts, { stopping, ending }: Endings): Dispatch {
  const { outbox, clock, handler } = parts
  /** Taken, and not known to be recorded. */
  const taken = new Set<string>()
  const records = new Map<string, Recording>()
  /** Those of them that the store does not have yet. */
  const unwritten = new Set<Promise<void>>()
  const aside = createSetAside(clock, parts.report.aside)

  /** `held`: whether no other process can have taken it yet. */
  function record(id: string, held: () => boolean): Recording {
    const running = records.get(id)
    if (running) return running
    taken.add(id)
    const refused = Promise.withResolvers<void>()
    const written = untilWritten(id, refused.resolve).finally(() => unwritten.delete(written))
    unwritten.add(written)
    const recorded = untilRecorded(id, written, held).finally(() => records.delete(id))
    const recording = { recorded, outOfHand: Promise.race([recorded, refused.promise]) }
    // Those who acknowledge need not wait.
    for (const promise of Object.values(recording)) promise.catch(() => {})
    records.set(id, recording)
    return recording
  }

  async function untilWritten(id: string, refused: () => void): Promise<void> {
    for (let pause = 250; ; pause = Math.min(pause * 2, 30_000)) {
      const last = stopping().aborted
      try {
        await outbox.acknowledge(id)
        return
      } catch (error) {
        if (last) throw error
        if (!isStoreAway(error)) {
          aside.add(nameOf(id), error)
          refused()
        }
        await clock.sleep(pause, stopping()).catch(() => {})
      }
    }
  }

  async function untilRecorded(id: string, written: Promise<void>, held: () => boolean): Promise<void> {
    await written
    // A process that took it before it was written hands it over by then, or not at all.
    if (!held()) await clock.sleep(latest)
    taken.delete(id)
    aside.delete(nameOf(id))
  }

  async function handle(event: OutboxEvent, taking: Taking): Promise<void> {
    const { askedAt } = taking
    const elapsed = event.readAt - (event.firstAt ?? event.readAt)
    if (endsItsTakers({ attempts: event.attempts, elapsed }))
      return giveBack(event, taking, 'every process that had it in hand ended before it was taken', null)
    const began = clock.monotonic()
    const said: { recording: Recording | null; tooLate: boolean } = { recording: null, tooLate: false }
    let isOpen = false
    const acknowledge = () => {
      said.recording ??= record(event.id, () => !said.tooLate && clock.monotonic() - askedAt < lease)
      return said.recording.recorded
    }
    try {
      const opened = openedOf(event)
      isOpen = true
      await withDeadline(clock, deadline, ending(), async (signal) => {
        if (clock.monotonic() - askedAt > latest) throw new LateError()
        await handler(opened, Object.freeze({ acknowledge, signal }))
        // One that comes to its end after the deadline has taken the event all the same.
        void acknowledge()
      })
    } catch (error) {
      const cutShort = error instanceof StoppedError || error instanceof LateError
      // What could not be opened has been told of.
      if (isOpen && !cutShort) parts.report.failed(event, sentenceOf(error), reasonOf(error), said.recording !== null)
      if (!said.recording) {
        said.tooLate = true
        if (error instanceof StoppedError) return giveBack(event, taking, stopped, soon)
        if (error instanceof LateError)
          return giveBack(event, taking, 'the process or its store was too slow to hand it over', soon)
        const retryAfterMs = error instanceof NotAcknowledgedError ? error.retryAfterMs : null
        const failed = { attempts: event.attempts, elapsed: elapsed + clock.monotonic() - began, retryAfterMs }
        return giveBack(event, taking, sentenceOf(error), retryIn(parts.random, failed))
      }
    }
    await said.recording?.outOfHand
  }

  /** What cannot be opened is told of once, and comes again like what was not taken: others may have the key. */
  function openedOf(event: OutboxEvent): DeliveredEvent {
    try {
      return event.open()
    } catch (error) {
      aside.add(nameOf(event.id), error)
      throw error
    }
  }

  /** A type that this version does not know may be wanted by the version that wrote it. */
  function isUnwanted(type: DeliveredType): boolean {
    return deliveredTypes.includes(type) && !parts.types.includes(type)
  }

  async function giveBack(event: OutboxEvent, { owner }: Taking, error: string, pause: number | null): Promise<void> {
    const given = await outbox.fail(event.id, owner, error, pause)
    if (given && pause === null) parts.report.dead(event, error)
  }

  return {
    async hand(event, taking) {
      try {
        if (ending().aborted) await giveBack(event, taking, stopped, soon)
        else if (taken.has(event.id) || isUnwanted(event.type as DeliveredType))
          await record(event.id, () => clock.monotonic() - taking.askedAt < lease).outOfHand
        else await handle(event, taking)
      } catch (error) {
        // It could not be given back: the lease ends by itself.
        if (isStoreAway(error)) parts.report.fault(error)
        else aside.add(nameOf(event.id), error)
      }
    },
    recording: () => [...unwritten],
  }
}

function nameOf(id: string): string {
  return `The event ${id}`
}

function reasonOf(error: unknown): string | null {
  if (error instanceof NotAcknowledgedError) return 'not_taken'
  return error instanceof TransportError ? error.reason : wordFor(error)
}

/** In our own words: what a handler says of its error may hold what nobody is to read. */
function sentenceOf(error: unknown): string {
  if (error instanceof NotAcknowledgedError) return error.message
  if (error instanceof TransportError) return `it was not taken within ${deadline / 1000} s`
  if (error instanceof PunctualError && error.code === 'value_unreadable') {
    if (error.reason === 'unknown_type') return 'it was written by a later version, which has to hand it over'
    return `it cannot be opened with the keys at hand (${error.reason})`
  }
  if (!(error instanceof Error)) return 'the handler threw what is no error'
  const code = wordFor({ code: (error as { code?: unknown }).code })
  return `the handler threw (${wordFor({ name: error.name }) ?? 'Error'}${code ? `, ${code}` : ''})`
}
