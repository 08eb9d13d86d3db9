// A store that takes no renewal of one account, whatever is asked of it: as one does that finds a value it cannot hold.

import { PunctualError } from '../../src/core/errors.ts'
import type { Store } from '../../src/core/store/store.ts'
import type { Ledger } from './checker.ts'
import type { Faults } from './faults.ts'

export function refusing(store: Store, account: string, faults: Faults, ledger: Ledger): Store {
  const { grants } = store
  return {
    ...store,
    grants: {
      ...grants,
      async commit(id, ...rest) {
        if (faults.healed || ledger.rows.get(id)?.account !== account) return grants.commit(id, ...rest)
        // What it does not take is as good as lost for the other replicas.
        ledger.trouble()
        throw new PunctualError('store_unavailable', 'The store does not take this value.', { reason: '22021' })
      },
    },
  }
}
