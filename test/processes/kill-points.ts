// Kills this process with SIGKILL at one chosen point: before or after an operation of the store or a request. Or performs
// something else there.

import type { Fetch } from '../../src/core/http.ts'
import type { Store } from '../../src/core/store/store.ts'

type Table = Exclude<keyof Store, 'open' | 'close' | 'ping' | 'announce' | 'check' | 'identity' | 'folder'>

export interface KillPoints {
  readonly store: Store
  readonly fetch: Fetch
  /** How many kill points have been passed. */
  passed(): number
}

/**
 * Wraps a store and `fetch`; the process dies at kill point `fatal` (0: the first), counted from `arm()`. `counts` says which
 * operations have kill points: `subscriptions.update`, `POST https://…`. Default: all.
 */
export function killAtPoint(
  fatal: number,
  store: Store,
  counts: (operation: string) => boolean = () => true,
  act: () => void = () => process.kill(process.pid, 'SIGKILL'),
): KillPoints & { arm(at?: number): void } {
  let count = -1
  const pass = (operation: string) => {
    if (count < 0 || !counts(operation)) return
    if (count++ === fatal) act()
  }
  const around =
    <Values extends unknown[], Result>(
      nameOf: (...values: Values) => string,
      operation: (...values: Values) => Promise<Result>,
    ) =>
    async (...values: Values): Promise<Result> => {
      const name = nameOf(...values)
      pass(name)
      const result = await operation(...values)
      pass(name)
      return result
    }
  const table = <Name extends Table>(name: Name): Store[Name] =>
    Object.fromEntries(
      Object.entries(store[name]).map(([key, operation]) => [key, around(() => `${name}.${key}`, operation)]),
    ) as unknown as Store[Name]
  return {
    store: {
      open: (clock) => store.open(clock),
      close: () => store.close(),
      ping: () => store.ping(),
      check: () => store.check(),
      statistics: () => store.statistics(),
      attempts: table('attempts'),
      grants: table('grants'),
      connections: table('connections'),
      clients: table('clients'),
      history: table('history'),
      outbox: table('outbox'),
      feed: table('feed'),
      subscriptions: table('subscriptions'),
      bookingKeys: table('bookingKeys'),
      bookingLinks: table('bookingLinks'),
      connectSessions: table('connectSessions'),
      apiKeys: table('apiKeys'),
      tallies: table('tallies'),
      errorGroups: table('errorGroups'),
      activityLog: table('activityLog'),
      ended: table('ended'),
      personalData: table('personalData'),
      sealed: table('sealed'),
      announce: (types) => store.announce(types),
      identity: () => store.identity(),
      hasEscrow: () => store.hasEscrow(),
      noteEscrow: () => store.noteEscrow(),
      folder: store.folder,
    },
    fetch: around(
      (input: string | URL, init?: RequestInit) => `${init?.method ?? 'GET'} ${input}`,
      (input: string | URL, init?: RequestInit) => fetch(input, init),
    ),
    passed: () => Math.max(0, count),
    arm(at = fatal) {
      fatal = at
      count = 0
    },
  }
}
