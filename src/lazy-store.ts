// A store that is opened by the first operation, and again after it could not be opened. Once it is open, an operation goes
// straight through. Every failure of the store passes here, and is reported.

import type { Clock } from './core/clock.ts'
import { PunctualError } from './core/errors.ts'
import { faultOf, type Reporter } from './core/reporter.ts'
import { isReported } from './core/set-aside.ts'
import { openedByUse } from './core/store/opening.ts'
import type { Store } from './core/store/store.ts'

export interface LazyStore extends Omit<Store, 'open'> {}

type TableName = Exclude<
  keyof Store,
  'open' | 'close' | 'ping' | 'check' | 'statistics' | 'identity' | 'hasEscrow' | 'noteEscrow' | 'folder' | 'announce'
>
/** Every table by its name: the compiler reports one that is missing. */
const tableNames = Object.keys({
  attempts: 1,
  grants: 1,
  connections: 1,
  clients: 1,
  history: 1,
  outbox: 1,
  feed: 1,
  subscriptions: 1,
  bookingKeys: 1,
  bookingLinks: 1,
  connectSessions: 1,
  apiKeys: 1,
  tallies: 1,
  errorGroups: 1,
  activityLog: 1,
  ended: 1,
  personalData: 1,
  sealed: 1,
} satisfies Record<TableName, 1>) as TableName[]

type Operation = (...values: unknown[]) => Promise<unknown>

/**
 * Returns the same store; each operation waits until it is open. `close` waits for the operations in hand; one that comes
 * during it or after it opens the store again, once it is closed.
 */
export function lazyStore(store: Store, clock: Clock, reporter: Reporter): LazyStore {
  const { run, close } = openedByUse(
    () => store.open(clock),
    () => store.close(),
  )

  function reported(place: string, operation: Operation): Operation {
    return async (...values) => {
      try {
        const result = await run(() => operation(...values))
        reporter.worked(place)
        return result
      } catch (error) {
        if (error instanceof PunctualError && error.code === 'store_unavailable') report(place, error)
        throw error
      }
    }
  }

  /** Reports a moment later: a failure of one record alone is reported where that record is set aside. */
  const report = (place: string, error: PunctualError) =>
    setImmediate(() => {
      if (!isReported(error)) reporter.failed(place, faultOf(error))
    })

  function table<Name extends TableName>(name: Name): Store[Name] {
    const operations = store[name] as unknown as Record<string, Operation>
    return Object.fromEntries(
      Object.keys(operations).map((operation) => [
        operation,
        reported(`store ${name}.${operation}`, async (...values) => operations[operation]?.(...values)),
      ]),
    ) as unknown as Store[Name]
  }

  const tables = Object.fromEntries(tableNames.map((name) => [name, table(name)])) as unknown as Pick<Store, TableName>
  return {
    ...tables,
    announce: store.announce,
    folder: store.folder,
    identity: reported('store identity', store.identity) as Store['identity'],
    hasEscrow: reported('store hasEscrow', store.hasEscrow) as Store['hasEscrow'],
    noteEscrow: reported('store noteEscrow', store.noteEscrow) as Store['noteEscrow'],
    ping: reported('store ping', store.ping) as Store['ping'],
    check: reported('store check', store.check) as Store['check'],
    statistics: reported('store statistics', store.statistics) as Store['statistics'],
    close,
  }
}
