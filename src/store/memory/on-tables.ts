// The memory store over given tables. Every operation reads and writes without an await between, so it is atomic; rows are
// copied in and out, so that no caller can change one from outside.

import { type Clock, randomId, systemRandom } from '../../core/clock.ts'
import { PunctualError } from '../../core/errors.ts'
import type { Store } from '../../core/store/store.ts'
import { activityLog } from './activity-log.ts'
import { apiKeys } from './api-keys.ts'
import { attempts } from './attempts.ts'
import { bookingKeys } from './booking-keys.ts'
import { bookingLinks } from './booking-links.ts'
import { clients } from './clients.ts'
import { connectSessions } from './connect-sessions.ts'
import { connections } from './connections.ts'
import { ended } from './ended.ts'
import type { Tables, Times } from './engine/tables.ts'
import { errorGroups } from './error-groups.ts'
import { feed } from './feed.ts'
import { grants } from './grants.ts'
import { history } from './history.ts'
import { outbox } from './outbox.ts'
import { personalData } from './personal-data.ts'
import { sealed } from './sealed.ts'
import { statistics } from './statistics.ts'
import { subscriptions } from './subscriptions.ts'
import { tallies } from './tallies.ts'

/** `given`: the store's clock; `undefined`: the one that the first `open` gets. */
export function storeOnTables(tables: Tables, given: Clock | undefined): Store {
  let clock = given
  const opened = () => {
    if (clock) return clock
    throw new PunctualError('store_unavailable', 'The store has not been opened; call open(clock) first.', {
      reason: 'not_open',
      retryable: true,
    })
  }
  const now = () => Math.floor(opened().now())
  const times: Times = { now, leaseNow: () => Math.floor(opened().monotonic()) }
  const identity = randomId(systemRandom, 'db')
  return Object.freeze({
    async open(clockOfProcess: Clock) {
      clock ??= clockOfProcess
    },
    async close() {},
    async ping() {
      now()
    },
    async check() {},
    statistics: statistics(tables, now),
    identity: async () => identity,
    hasEscrow: async () => tables.escrow.isNoted,
    async noteEscrow() {
      tables.escrow.isNoted = true
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
