// The first API key of a new database. Several replicas may meet an empty database at once: the id of the first key is always the
// same, so the database accepts only one.

import { createApiKeys } from '../../access/api-keys.ts'
import { systemRandom } from '../../core/clock.ts'
import type { Store } from '../../core/store/store.ts'
import { createApiKeyRecords } from '../../records/api-keys.ts'

const firstId = '000000000000'

/** Makes a key with the scope `admin` in a database without any key. Returns its text; `null`: there is a key. */
export async function makeFirstKey(store: Store): Promise<string | null> {
  const records = createApiKeyRecords({ store, random: systemRandom })
  const { apiKeys } = createApiKeys({
    records: { ...records, create: (key, lifetimeMs) => records.create(key, lifetimeMs, firstId) },
    track: () => {},
  })
  if ((await apiKeys.list({ limit: 1 })).apiKeys.length > 0) return null
  try {
    return (await apiKeys.create({ name: 'first key', scopes: ['admin'] })).key
  } catch (error) {
    if (await store.apiKeys.get(firstId)) return null
    throw error
  }
}
