// Takes due events from the store under a lease, as long as there are events and free slots.

import { type Clock, type Random, randomId } from '../core/clock.ts'
import { fewPerTurn } from '../core/each.ts'
import type { OutboxRecords } from '../records/outbox.ts'
import type { Dispatch } from './dispatch.ts'
import { leaseMs } from './lease-times.ts'
import type { Slots } from './slots.ts'

export interface Take {
  /** Fills the slots. A second call in the meantime joins the first one. */
  fillSlots(): Promise<void>
  /** The filling that is running, if any. */
  running(): readonly Promise<void>[]
}

export interface TakeInit {
  readonly outbox: OutboxRecords
  readonly clock: Clock
  readonly random: Random
  readonly slots: Slots
  readonly dispatch: Dispatch
  readonly isStopping: () => boolean
}

export function createTake({ outbox, clock, random, slots, dispatch, isStopping }: TakeInit): Take {
  const process = randomId(random, 'outbox')
  let leases = 0
  let running: Promise<void> | null = null
  let again = false
  // A store and a handler may answer at once, for as long as there are events.
  const turn = fewPerTurn(4)

  async function takeDue(): Promise<void> {
    try {
      do {
        again = false
        await turn()
        const lease = { owner: `${process}.${++leases}`, requestedAt: clock.monotonic() }
        const { limit, exceptConnections } = slots.room()
        const events = await outbox.take(lease.owner, limit, leaseMs, exceptConnections)
        for (const event of events) slots.add(dispatch(event, lease), event.connection)
        // The limit may have been smaller than the number of free slots.
        again ||= events.length === limit
      } while (again && !slots.isFull() && !isStopping())
    } finally {
      running = null
    }
  }

  return {
    fillSlots() {
      again = true
      if (slots.isFull() || isStopping()) return Promise.resolve()
      running ??= takeDue()
      return running
    },
    running: () => (running ? [running] : []),
  }
}
