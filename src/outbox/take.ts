// Exchanges events with the store, as long as there are events and free slots: one transaction records the
// acknowledgements that have come in since the last one, and leases what takes their place. So the next event of an
// ordering key costs no transaction of its own.

import { type Clock, type Random, randomId } from '../core/clock.ts'
import { fewPerTurn, isStoreAway } from '../core/each.ts'
import { markAsReported } from '../core/set-aside.ts'
import type { OutboxEvent, OutboxRecords } from '../records/outbox.ts'
import type { Dispatch } from './dispatch.ts'
import { leaseMs } from './lease-times.ts'
import type { Slots } from './slots.ts'

export interface Take {
  /** Fills the slots. A second call in the meantime joins the first one. */
  fillSlots(): Promise<void>
  /** Resolves once the acknowledgement of that event is recorded: with the next exchange, or else by itself. */
  acknowledge(id: string): Promise<void>
  /** The filling that is running, if any. */
  running(): readonly Promise<void>[]
}

export interface TakeInit {
  /** The name of the destination. */
  readonly destination: string
  readonly outbox: Pick<OutboxRecords, 'take' | 'acknowledge'>
  readonly clock: Clock
  readonly random: Random
  readonly slots: Slots
  readonly dispatch: Dispatch
  readonly isStopping: () => boolean
  /** Called when an exchange for acknowledgements has ended: other events may be due now. */
  readonly ended: () => void
  /** Called when it has failed. */
  readonly wake: () => void
}

interface Waiting {
  readonly id: string
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

export function createTake({
  destination,
  outbox,
  clock,
  random,
  slots,
  dispatch,
  isStopping,
  ended,
  wake,
}: TakeInit): Take {
  const process = randomId(random, 'outbox')
  let leases = 0
  let running: Promise<void> | null = null
  let again = false
  const waiting: Waiting[] = []
  // A store and a handler may answer at once, for as long as there are events.
  const turn = fewPerTurn(4)

  /** Whether there is nothing to do for now. Acknowledgements are recorded also while the process stops. */
  const rests = () => waiting.length === 0 && (!again || slots.isFull() || isStopping())

  async function exchange(): Promise<void> {
    try {
      do {
        again = false
        await turn()
        const acknowledged = waiting.splice(0)
        const ids = acknowledged.map(({ id }) => id)
        const occupyAgain = slots.leave(ids)
        const lease = { owner: `${process}.${++leases}`, requestedAt: clock.monotonic() }
        const { limit, exceptConnections } = isStopping() ? { limit: 0, exceptConnections: [] } : slots.room()
        let events: OutboxEvent[] = []
        try {
          events = await outbox.take(lease.owner, limit, leaseMs, exceptConnections, ids, destination)
          for (const { resolve } of acknowledged) resolve()
        } catch (error) {
          if (acknowledged.length + waiting.length === 0) throw error
          // One of them may be the cause: each by itself, and each that fails is reported.
          if (!isStoreAway(error)) markAsReported(error)
          occupyAgain()
          for (const { id, resolve, reject } of acknowledged) outbox.acknowledge(id).then(() => resolve(), reject)
          again = true
        }
        for (const event of events) slots.add(event, (handled) => dispatch(event, lease, handled))
        // The limit may have been smaller than the number of free slots.
        again ||= limit > 0 && events.length === limit
      } while (!rests())
    } finally {
      running = null
    }
  }

  return {
    fillSlots() {
      again = true
      if (rests()) return Promise.resolve()
      running ??= exchange()
      return running
    },
    acknowledge(id) {
      const { promise, resolve, reject } = Promise.withResolvers<void>()
      waiting.push({ id, resolve, reject })
      if (!running) {
        running = exchange()
        running.then(ended, wake)
      }
      return promise
    },
    running: () => (running ? [running] : []),
  }
}
