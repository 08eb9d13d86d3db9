// Where the host application has several destinations: writes each event once for each destination that takes its type.
// From then on each has its own rows, so that one that fails delays no other.

import type { Clock } from '../core/clock.ts'
import { fewPerTurn } from '../core/each.ts'
import { type DeliveredType, deliveredTypes } from '../core/events.ts'
import type { OutboxRecords } from '../records/outbox.ts'
import type { Destination } from './destination.ts'
import { createDueLoop, type DueLoop } from './due-loop.ts'

export interface ForwarderInit {
  readonly outbox: Pick<OutboxRecords, 'forward' | 'nextDue'>
  readonly clock: Clock
  readonly destinations: readonly Destination[]
  /** Called after each look: the destinations may have something to dispatch. */
  readonly looked: () => void
  readonly fault: (error: unknown) => void
}

export interface Forwarder extends Pick<DueLoop, 'wake' | 'start' | 'stop' | 'reopen'> {
  /** After `stop`: resolves when nothing is under way. */
  drain(): Promise<void>
}

/** Events that one transaction forwards. */
const atOnce = 20

export function createForwarder({ outbox, clock, destinations, looked, fault }: ForwarderInit): Forwarder {
  let running: Promise<void> | null = null
  let again = false
  const turn = fewPerTurn(4)

  /** A type that this version does not know may be wanted by the version that wrote it. */
  const destinationsOf = (type: string) =>
    destinations
      .filter(({ types }) => types.includes(type as DeliveredType) || !deliveredTypes.includes(type as DeliveredType))
      .map(({ name }) => name)

  async function forwardAll(): Promise<void> {
    try {
      do {
        again = false
        await turn()
        // The next event of an ordering key is due when the one before it has been forwarded.
        while (!loop.stopping().aborted && (await outbox.forward(destinationsOf, atOnce)) > 0) await turn()
      } while (again && !loop.stopping().aborted)
    } finally {
      running = null
      looked()
    }
  }

  function look(): Promise<void> {
    again = true
    if (loop.stopping().aborted) return Promise.resolve()
    running ??= forwardAll()
    return running
  }

  const nextDue = () => outbox.nextDue()
  const loop = createDueLoop({ clock, look, nextDue, isBusy: () => false, fault })
  return {
    wake: loop.wake,
    start: loop.start,
    stop: loop.stop,
    async drain() {
      await loop.ended()
      await running?.catch(() => {})
    },
    reopen: loop.reopen,
  }
}
