// Ends this process with SIGKILL at one chosen seam: before or after any operation of the store or any request.

import type { Fetch } from '../../src/core/http.ts'
import type { Store } from '../../src/core/store.ts'

export interface Seams {
  readonly store: Store
  readonly fetch: Fetch
  /** How many seams have been passed. */
  passed(): number
}

/** Wraps a store and `fetch`; the process dies at seam number `fatal` (0: the first) counted from `arm()`. */
export function killingAt(fatal: number, store: Store): Seams & { arm(): void } {
  let count = -1
  const seam = () => {
    if (count < 0) return
    if (count++ === fatal) process.kill(process.pid, 'SIGKILL')
  }
  const around =
    <Values extends unknown[], Result>(operation: (...values: Values) => Promise<Result>) =>
    async (...values: Values): Promise<Result> => {
      seam()
      const result = await operation(...values)
      seam()
      return result
    }
  const table = <Table extends object>(operations: Table): Table =>
    Object.fromEntries(Object.entries(operations).map(([name, operation]) => [name, around(operation)])) as Table
  return {
    store: {
      open: (clock) => store.open(clock),
      close: () => store.close(),
      ping: () => store.ping(),
      attempts: table(store.attempts),
      grants: table(store.grants),
      connections: table(store.connections),
      clients: table(store.clients),
      history: table(store.history),
      outbox: table(store.outbox),
      subscriptions: table(store.subscriptions),
      announce: (types) => store.announce(types),
    },
    fetch: around((input: string | URL, init?: RequestInit) => fetch(input, init)),
    passed: () => Math.max(0, count),
    arm() {
      count = 0
    },
  }
}
