// A store that is opened by the first operation, and again after it could not be opened. Every failure of the store passes
// here, and is reported.

import type { Clock } from './core/clock.ts'
import { PunctualError } from './core/errors.ts'
import { faultOf, type Reporter } from './core/reporter.ts'
import { isReported } from './core/set-aside.ts'
import type { Store } from './core/store/store.ts'

export interface LazyStore extends Omit<Store, 'open'> {}

/** Returns the same store; each operation waits until it is open. After `close` the next operation opens it again. */
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
  /** Reports a moment later: a failure of one record alone is reported where that record is set aside. */
  const report = (place: string, error: PunctualError) =>
    setImmediate(() => {
      if (!isReported(error)) reporter.failed(place, faultOf(error))
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
