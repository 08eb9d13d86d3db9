// A host application that consumes events: it records them in order, and a test can wait for more without a clock.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'

import type { DeliveredEvent, Delivery, Store } from '../../src/index.ts'
import { memory } from '../../src/store/memory.ts'
import { sqlite } from '../../src/store/sqlite.ts'

export interface Consumer {
  readonly events: DeliveredEvent[]
  readonly handler: (event: DeliveredEvent, delivery: Delivery) => Promise<void>
  /** Resolves once that many events have been dispatched. */
  until(count: number): Promise<void>
  /** The types of the dispatched events, in order. */
  types(of?: string): string[]
}

/** `then` is what the handler does after it has recorded an event. */
export function createConsumer(then: (event: DeliveredEvent, delivery: Delivery) => unknown = () => {}): Consumer {
  const events: DeliveredEvent[] = []
  const waiting: { count: number; resolve: () => void }[] = []
  return {
    events,
    async handler(event, delivery) {
      events.push(event)
      for (const { count, resolve } of waiting) if (events.length >= count) resolve()
      await then(event, delivery)
    },
    until: (count) =>
      new Promise((resolve) => {
        waiting.push({ count, resolve })
        if (events.length >= count) resolve()
      }),
    types: (of) =>
      events
        .filter((event) => of === undefined || ('connection' in event ? event.connection : event.client) === of)
        .map(({ type }) => type),
  }
}

/** The stores that need no server. `open` returns a new one. */
export const stores: readonly { name: string; open: (t: TestContext) => Promise<Store> }[] = [
  { name: 'memory', open: async () => memory() },
  {
    name: 'SQLite',
    async open(t) {
      const folder = await mkdtemp(join(tmpdir(), 'punctual-'))
      t.after(() => rm(folder, { recursive: true }))
      return sqlite(join(folder, 'punctual.db'))
    },
  },
]

/** An outbox in which every acknowledgement is recorded by that function. */
export function acknowledgedBy(outbox: Store['outbox'], acknowledge: Store['outbox']['acknowledge']): Store['outbox'] {
  return {
    ...outbox,
    acknowledge,
    async take(owner, limit, leaseMs, exceptConnections, done = []) {
      for (const id of done) await acknowledge(id)
      return outbox.take(owner, limit, leaseMs, exceptConnections)
    },
  }
}

/** Lets the event loop turn until everything that needs no clock has settled. */
export async function settle(turns: number = 60): Promise<void> {
  for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve))
}
