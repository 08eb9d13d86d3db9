// A store that is opened by whoever needs it first, and again after a failed opening.

import type { Clock } from './core/clock.ts'
import type { Store } from './core/store.ts'

export interface OpenedStore extends Omit<Store, 'open'> {}

/** The same store, each operation waiting until it is open. Closing it lets the next use open it again. */
export function openedOnUse(store: Store, clock: Clock): OpenedStore {
  let opened: Promise<void> | null = null
  const open = () => {
    opened ??= store.open(clock).catch((error: unknown) => {
      opened = null
      throw error
    })
    return opened
  }
  const waiting = <Table extends object>(table: Table): Table =>
    new Proxy(table, {
      get(target, name) {
        const operation = Reflect.get(target, name) as unknown
        if (typeof operation !== 'function') return operation
        return async (...values: unknown[]) => {
          await open()
          return Reflect.apply(operation, target, values)
        }
      },
    })
  return {
    attempts: waiting(store.attempts),
    grants: waiting(store.grants),
    connections: waiting(store.connections),
    clients: waiting(store.clients),
    history: waiting(store.history),
    outbox: waiting(store.outbox),
    subscriptions: waiting(store.subscriptions),
    announce: store.announce,
    async ping() {
      await open()
      await store.ping()
    },
    async close() {
      const last = opened
      opened = null
      if (last) await last.then(store.close, () => {})
    },
  }
}
