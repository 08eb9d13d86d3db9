// Acknowledgements on their way to the store. An acknowledgement counts from the moment that the handler gives it: it is
// recorded as soon as the store can, and until then this process does not dispatch the event again.

import type { Clock } from '../core/clock.ts'
import { isStoreAway } from '../core/each.ts'
import type { SetAside } from '../core/set-aside.ts'
import type { OutboxEvent, OutboxRecords } from '../records/outbox.ts'
import { recordName } from './dispatch-errors.ts'
import { latestStartMs } from './lease-times.ts'

export interface Acknowledgement {
  /** Resolves once the store has it and no process can dispatch the event any more. */
  readonly recorded: Promise<void>
  /** Resolves when no slot need wait for it: it is recorded, or the store refuses this one alone. */
  readonly released: Promise<void>
}

export interface Acknowledgements {
  /** Whether the event was acknowledged and is not known to be recorded. */
  has(id: string): boolean
  /** `isLeaseHeld`: whether no other process can have leased the event yet. */
  record(event: Acknowledged, isLeaseHeld: () => boolean): Acknowledgement
  /** Those that the store does not have yet. */
  unwritten(): readonly Promise<void>[]
}

type Acknowledged = Pick<OutboxEvent, 'id' | 'event'>

export interface AcknowledgementsInit {
  readonly outbox: Pick<OutboxRecords, 'acknowledge'>
  /** Records it together with others. */
  readonly acknowledge: (id: string) => Promise<void>
  readonly clock: Clock
  readonly aside: SetAside
  /** Aborted when the process stops: one more try, then the acknowledgement is given up. */
  readonly stopping: () => AbortSignal
}

export function createAcknowledgements(init: AcknowledgementsInit): Acknowledgements {
  const { outbox, clock, aside, stopping } = init
  const unrecorded = new Set<string>()
  const running = new Map<string, Acknowledgement>()
  const unwritten = new Set<Promise<void>>()

  async function write({ id, event }: Acknowledged, refused: () => void): Promise<void> {
    // After a failure by itself, so that it delays no others.
    for (let pauseMs = 250, acknowledge: (id: string) => Promise<unknown> = init.acknowledge; ; ) {
      const isLast = stopping().aborted
      try {
        await acknowledge(id)
        return
      } catch (error) {
        if (isLast) throw error
        if (!isStoreAway(error)) {
          aside.add(recordName(event), error)
          refused()
        }
        await clock.sleep(pauseMs, stopping()).catch(() => {})
        pauseMs = Math.min(pauseMs * 2, 30_000)
        acknowledge = outbox.acknowledge
      }
    }
  }

  async function untilRecorded(
    { id, event }: Acknowledged,
    written: Promise<void>,
    isLeaseHeld: () => boolean,
  ): Promise<void> {
    await written
    // A process that leased it before it was written dispatches it within this time, or not at all.
    if (!isLeaseHeld()) await clock.sleep(latestStartMs)
    unrecorded.delete(id)
    aside.delete(recordName(event))
  }

  return {
    has: (id) => unrecorded.has(id),
    record(event, isLeaseHeld) {
      const { id } = event
      const earlier = running.get(id)
      if (earlier) return earlier
      unrecorded.add(id)
      const refused = Promise.withResolvers<void>()
      const written = write(event, refused.resolve).finally(() => unwritten.delete(written))
      unwritten.add(written)
      const recorded = untilRecorded(event, written, isLeaseHeld).finally(() => running.delete(id))
      const acknowledgement = { recorded, released: Promise.race([recorded, refused.promise]) }
      // A handler need not wait for what it acknowledges.
      for (const promise of Object.values(acknowledgement)) promise.catch(() => {})
      running.set(id, acknowledgement)
      return acknowledgement
    },
    unwritten: () => [...unwritten],
  }
}
