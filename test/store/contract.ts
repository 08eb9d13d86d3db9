// What every store does, as one suite: the tests of each driver run it on their own.

import { describe } from 'node:test'
import { activityLogContract } from './contract/activity-log.ts'
import { apiKeysContract } from './contract/api-keys.ts'
import { attachContract } from './contract/attach.ts'
import { attemptsContract } from './contract/attempts.ts'
import { bookingKeysContract } from './contract/booking-keys.ts'
import { bookingLinksContract } from './contract/booking-links.ts'
import { clientsContract } from './contract/clients.ts'
import { connectSessionsContract } from './contract/connect-sessions.ts'
import { connectionsContract } from './contract/connections.ts'
import { destinationsContract } from './contract/destinations.ts'
import { endedContract } from './contract/ended.ts'
import { errorGroupsContract } from './contract/error-groups.ts'
import { eventsOfChangesContract } from './contract/events-of-changes.ts'
import { fallbackTokensContract } from './contract/fallback-tokens.ts'
import { feedContract } from './contract/feed.ts'
import { grantsContract } from './contract/grants.ts'
import { healingContract } from './contract/healing.ts'
import { historyContract } from './contract/history.ts'
import { leasesContract } from './contract/leases.ts'
import { openingContract } from './contract/opening.ts'
import { outboxContract } from './contract/outbox.ts'
import { outboxDispatchContract } from './contract/outbox-dispatch.ts'
import { personalDataContract } from './contract/personal-data.ts'
import { sealedContract } from './contract/sealed.ts'
import { searchContract } from './contract/search.ts'
import { statisticsContract } from './contract/statistics.ts'
import { subscriptionsContract } from './contract/subscriptions.ts'
import { talliesContract } from './contract/tallies.ts'
import { wrongClocksContract } from './contract/wrong-clocks.ts'
import { type StoreFactory, testContract } from './fixtures.ts'

const contracts = {
  opening: openingContract,
  attempts: attemptsContract,
  attaching: attachContract,
  'leases on grants': leasesContract,
  grants: grantsContract,
  'fallback token sets': fallbackTokensContract,
  'healing after a restore': healingContract,
  'connections and history': connectionsContract,
  clients: clientsContract,
  'the outbox': outboxContract,
  'dispatching from the outbox': outboxDispatchContract,
  'several destinations': destinationsContract,
  'the feed': feedContract,
  'events of changes': eventsOfChangesContract,
  subscriptions: subscriptionsContract,
  'booking keys': bookingKeysContract,
  'booking links': bookingLinksContract,
  statistics: statisticsContract,
  'connect sessions': connectSessionsContract,
  'API keys': apiKeysContract,
  'the history': historyContract,
  'searching connections': searchContract,
  tallies: talliesContract,
  'error groups': errorGroupsContract,
  'the activity log': activityLogContract,
  'what has ended': endedContract,
  'personal data': personalDataContract,
  'the keys of what is sealed': sealedContract,
  'a wrong clock': wrongClocksContract,
}

export function storeContract(name: string, factory: StoreFactory): void {
  describe(name, () => {
    for (const [part, contract] of Object.entries(contracts)) describe(part, () => testContract(contract, factory))
  })
}
