// What a store is in every SQL engine: its tables, its checks and its types of announced events. A driver adds how the
// database is opened and closed.

import type { Store } from '../../core/store/store.ts'
import { activityLog } from './activity-log.ts'
import { apiKeys } from './api-keys.ts'
import { attempts } from './attempts.ts'
import { bookingKeys } from './booking-keys.ts'
import { bookingLinks } from './booking-links.ts'
import { check } from './check.ts'
import { clients } from './clients.ts'
import { connectSessions } from './connect-sessions.ts'
import { connections } from './connections.ts'
import { ended } from './ended.ts'
import { type Engine, hasEscrow, identityOf, noteEscrow } from './engine/engine.ts'
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

/** `where`: the database in words, for error messages. */
export function storeOn(engine: Engine, where: string): Omit<Store, 'open' | 'close' | 'folder'> {
  return {
    ping: () => writeHealth(engine),
    check: () => check(engine, where),
    statistics: statistics(engine),
    identity: () => identityOf(engine),
    hasEscrow: () => hasEscrow(engine),
    noteEscrow: () => noteEscrow(engine),
    announce(types) {
      for (const type of types) engine.announced.add(type)
    },
    attempts: attempts(engine),
    grants: grants(engine),
    connections: connections(engine),
    clients: clients(engine),
    history: history(engine),
    outbox: outbox(engine),
    feed: feed(engine),
    subscriptions: subscriptions(engine),
    bookingKeys: bookingKeys(engine),
    bookingLinks: bookingLinks(engine),
    connectSessions: connectSessions(engine),
    apiKeys: apiKeys(engine),
    tallies: tallies(engine),
    errorGroups: errorGroups(engine),
    activityLog: activityLog(engine),
    ended: ended(engine),
    personalData: personalData(engine),
    sealed: sealed(engine),
  }
}

/** Writes one row, to learn whether the database can be written. */
async function writeHealth({ db, now }: Engine): Promise<void> {
  await db
    .insertInto('health')
    .values({ id: 1, at: now() })
    .onConflict((conflict) => conflict.column('id').doUpdateSet({ at: now() }))
    .execute()
}
