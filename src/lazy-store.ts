// A store that is opened by whoever needs it first, and again after a failed opening. Every failure of the store passes
// here, and is reported.

import type { Clock } from './core/clock.ts'
import { PunctualError } from './core/errors.ts'
import { faultOf, type Reporter } from './core/reporter.ts'
import { isToldOf } from './core/set-aside.ts'
import type { Store } from './core/store/store.ts'

export interface LazyStore extends Omit<Store, 'open'> {}

/** The same store, each operation waiting until it is open. Closing it lets the next use open it again. */
export function lazyStore(store: Store, clock: Clock, reporter: Reporter): LazyStore {
  let opened: Promise<void> | null = null
  const open = () => {
    opened ??= store.open(clock).catch((error: unknown) => {
      opened = null
      throw error
    })
    return opened
  }
  async function reported<Result>(place: string, work: () => Promise<Result>): Promise<Result> {
    try {
      await open()
      const result = await work()
      reporter.worked(place)
      return result
    } catch (error) {
      if (error instanceof PunctualError && error.code === 'store_unavailable') report(place, error)
      throw error
    }
  }
  /** A moment later: what fails for one record alone is told of by whoever sets that aside. */
  const report = (place: string, error: PunctualError) =>
    setImmediate(() => {
      if (!isToldOf(error)) reporter.failed(place, faultOf(error))
    })
  const waiting = <Table extends object>(table: Table): Table =>
    new Proxy(table, {
      get(target, name) {
        const operation = Reflect.get(target, name) as unknown
        if (typeof operation !== 'function') return operation
        const place = `store ${placeOf(table)}.${String(name)}`
        return (...values: unknown[]) => reported(place, async () => Reflect.apply(operation, target, values))
      },
    })
  const placeOf = (table: object) => Object.entries(store).find(([, value]) => value === table)?.[0] ?? ''
  return {
    attempts: waiting(store.attempts),
    grants: waiting(store.grants),
    connections: waiting(store.connections),
    clients: waiting(store.clients),
    history: waiting(store.history),
    outbox: waiting(store.outbox),
    subscriptions: waiting(store.subscriptions),
    announce: store.announce,
    folder: store.folder,
    identity: () => reported('store identity', store.identity),
    ping: () => reported('store ping', store.ping),
    check: () => reported('store check', store.check),
    async close() {
      const last = opened
      opened = null
      if (last) await last.then(store.close, () => {})
    },
  }
}
