// The keys of this Punctual, and its vault. Keys that are given as texts are there at once. Those of a `keyProvider` are fetched
// before the store is opened: nothing can be read from it sooner, so nothing has to be opened or sealed without them.

import type { Clock, Random } from './core/clock.ts'
import { PunctualError } from './core/errors.ts'
import type { Store } from './core/store/store.ts'
import { createVault, type Vault } from './vault/cipher.ts'
import { fetchKeys, type KeyProvider } from './vault/key-provider.ts'
import { createKeyring, type Keyring } from './vault/keyring.ts'

export interface Keys {
  readonly vault: Vault
  /** The ids of the keys, the one that seals first; empty until they are there. */
  ids(): readonly string[]
  /** The store; it opens when the keys are there. */
  before(store: Store): Store
}

export interface KeysDependencies {
  readonly keys: readonly string[] | KeyProvider
  readonly random: Random
  readonly clock: Clock
}

/** After a provider has failed it is not asked again for so long. */
const pauseMs = 1000

/** @throws {PunctualError} `invalid_argument` for a wrong key among those that are given. */
export function createKeys({ keys, random, clock }: KeysDependencies): Keys {
  if (isList(keys)) {
    const ring = createKeyring(keys)
    return { vault: createVault(ring, random), ids: () => ring.ids, before: (store) => store }
  }
  let there: { readonly ring: Keyring; readonly vault: Vault } | null = null
  let failed: { readonly error: unknown; readonly at: number } | null = null

  async function fetch(): Promise<void> {
    if (there) return
    if (failed && clock.monotonic() - failed.at < pauseMs) throw failed.error
    try {
      const ring = createKeyring(await fetchKeys(keys as KeyProvider, clock))
      there = { ring, vault: createVault(ring, random) }
    } catch (error) {
      failed = { error, at: clock.monotonic() }
      throw error
    }
  }

  const vault = (): Vault => {
    if (there) return there.vault
    throw new PunctualError('store_unavailable', 'The keys of "keyProvider" have not been fetched yet. Try again.', {
      reason: 'keys_unavailable',
      retryable: true,
    })
  }
  return {
    vault: {
      get currentKey() {
        return vault().currentKey
      },
      seal: (place, plaintext) => vault().seal(place, plaintext),
      open: (place, sealed) => vault().open(place, sealed),
      keyOf: (sealed) => vault().keyOf(sealed),
    },
    ids: () => there?.ring.ids ?? [],
    before: (store) => ({
      ...store,
      async open(given) {
        await fetch()
        await store.open(given)
      },
    }),
  }
}

function isList(keys: readonly string[] | KeyProvider): keys is readonly string[] {
  return Array.isArray(keys)
}
