// A store that takes no refreshed token set of one account, as a database does that cannot hold a value in it.

import { PunctualError } from '../../src/core/errors.ts'
import type { Store } from '../../src/core/store/store.ts'
import type { Checker } from './checker.ts'
import type { Faults } from './faults.ts'
import type { SimulatedProvider } from './provider.ts'

export function refuseCommitsOf(
  account: string,
  store: Store,
  faults: Faults,
  checker: Checker,
  provider: SimulatedProvider,
): Store {
  const { grants } = store
  return {
    ...store,
    grants: {
      ...grants,
      async commit(id, generation, refreshed, entry) {
        if (faults.healed || checker.rows.get(id)?.account !== account)
          return grants.commit(id, generation, refreshed, entry)
        const set = provider.sets.find(({ n }) => n === checker.tracker.numberIn(id, refreshed.tokens))
        if (set) checker.tracker.stateOf(set).valueRefused = true
        // For the other replicas the set is as good as lost.
        checker.noteFault()
        throw new PunctualError('store_unavailable', 'The store does not take this value.', { reason: '22021' })
      },
    },
  }
}
