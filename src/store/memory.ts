// The store in the memory of this process: for tests, simulations and trials. Every operation reads and writes without
// an await between, so it is atomic; rows are copied in and out, so that no caller can change one from outside.

import { anything, type Checks, checkOptions, optional } from '../core/check.ts'
import { type Clock, randomId, systemRandom } from '../core/clock.ts'
import { PunctualError } from '../core/errors.ts'
import type { Store } from '../core/store/store.ts'
import { activityLog } from './memory/activity-log.ts'
import { apiKeys } from './memory/api-keys.ts'
import { attempts } from './memory/attempts.ts'
import { bookingKeys } from './memory/booking-keys.ts'
import { bookingLinks } from './memory/booking-links.ts'
import { clients } from './memory/clients.ts'
import { connectSessions } from './memory/connect-sessions.ts'
import { connections } from './memory/connections.ts'
import { ended } from './memory/ended.ts'
import { emptyTables, type Times } from './memory/engine/tables.ts'
import { errorGroups } from './memory/error-groups.ts'
import { feed } from './memory/feed.ts'
import { grants } from './memory/grants.ts'
import { history } from './memory/history.ts'
import { outbox } from './memory/outbox.ts'
import { personalData } from './memory/personal-data.ts'
import { sealed } from './memory/sealed.ts'
import { statistics } from './memory/statistics.ts'
import { subscriptions } from './memory/subscriptions.ts'
import { tallies } from './memory/tallies.ts'

export interface MemoryOptions {
  /** The store's clock. Default: the one that the first `open` gets. */
  readonly clock?: Clock
}

/** A store without a file. It ends with the process; closing it keeps its rows, so that it can be opened again. @throws {PunctualError} `invalid_argument` */
export function memory(options: MemoryOptions = {}): Store {
  checkOptions('memory', options, { clock: optional(anything) } satisfies Checks<MemoryOptions>)
  let clock = options.clock
  const opened = () => {
    if (clock) return clock
    throw new PunctualError('store_unavailable', 'The store has not been opened; call open(clock) first.', {
      reason: 'not_open',
      retryable: true,
    })
  }
  const now = () => Math.floor(opened().now())
  const times: Times = { now, leaseNow: () => Math.floor(opened().monotonic()) }
  const tables = emptyTables()
  const identity = randomId(systemRandom, 'db')
  let hasEscrow = false
  return Object.freeze({
    async open(given: Clock) {
      clock ??= given
    },
    async close() {},
    async ping() {
      now()
    },
    async check() {},
    statistics: statistics(tables, now),
    identity: async () => identity,
    hasEscrow: async () => hasEscrow,
    async noteEscrow() {
      hasEscrow = true
    },
    folder: null,
    announce(types: readonly string[]) {
      for (const type of types) tables.announced.add(type)
    },
    attempts: attempts(tables, now),
    grants: grants(tables, times),
    connections: connections(tables, times),
    clients: clients(tables, now),
    history: history(tables, now),
    outbox: outbox(tables, now),
    feed: feed(tables, now),
    subscriptions: subscriptions(tables, now),
    bookingKeys: bookingKeys(tables, times),
    bookingLinks: bookingLinks(tables, now),
    connectSessions: connectSessions(tables, now),
    apiKeys: apiKeys(tables, now),
    tallies: tallies(tables, now),
    errorGroups: errorGroups(tables, now),
    activityLog: activityLog(tables, now),
    ended: ended(tables, times),
    personalData: personalData(tables, times),
    sealed: sealed(tables),
  })
}
