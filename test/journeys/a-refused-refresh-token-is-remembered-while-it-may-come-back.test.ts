// A process remembers a refused refresh token only as long as the store may still offer it.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { systemRandom } from '../../src/core/clock.ts'
import { grantId } from '../../src/core/grant.ts'
import { secret } from '../../src/core/secret.ts'
import { createGrantEnding, type GrantEnding } from '../../src/keeper/end-grant.ts'
import { digestOf } from '../../src/keeper/token-digest.ts'
import { createGrantRecords, type Grant, type GrantRecords, serializeTokens } from '../../src/records/grants.ts'
import { memory } from '../../src/store/memory.ts'
import { createVault } from '../../src/vault/cipher.ts'
import { createKeyring } from '../../src/vault/keyring.ts'
import { connect } from '../store/fixtures.ts'
import { manualClock } from '../support/manual-clock.ts'
import { testKey } from '../support/settings.ts'

const id = grantId('calendly', 'one')

/** A grant that is refused and has been connected again since: its set is a fallback of the newer one. */
async function reconnected(): Promise<{ grants: GrantRecords; refused: Grant; fallbacks(): Promise<number> }> {
  const store = memory()
  await store.open(manualClock())
  const vault = createVault(createKeyring([testKey]), systemRandom)
  const grants = createGrantRecords({ store, vault })
  const attach = (token: string) => {
    const set = serializeTokens({ accessToken: secret(`a-${token}`), refreshToken: secret(token) })
    const tokens = vault.seal({ table: 'grants', row: id, column: 'tokens' }, set)
    return connect(store, { account: 'one', grant: { tokens, keepReplaced: true } })
  }
  await attach('first')
  const refused = (await grants.get(id)) as Grant
  await attach('second')
  return { grants, refused, fallbacks: async () => (await store.grants.get(id))?.fallbackTokens.length ?? -1 }
}

function ending(grants: GrantRecords): GrantEnding {
  return createGrantEnding({
    grants,
    journal: { newer: () => null },
    clock: { monotonic: () => 0 },
    report: { ended: () => {} },
  })
}

test('a refused token is forgotten when the store has dropped it from the fallback sets', async () => {
  const { grants, refused, fallbacks } = await reconnected()
  assert.equal(await fallbacks(), 1)
  const { afterRefusal, afterKnownRefusal } = ending(grants)
  assert.equal((await afterRefusal(refused)).kind, 'live')
  assert.equal(await fallbacks(), 0)
  assert.equal(afterKnownRefusal(refused, digestOf(refused)), null)
})

test('a refused token is remembered while the store may offer it again', async () => {
  const { grants, refused } = await reconnected()
  let isAway = true
  const { afterRefusal, afterKnownRefusal } = ending({
    ...grants,
    forgetFallback: async (grant) => (isAway ? Promise.reject(new Error('away')) : grants.forgetFallback(grant)),
  })
  assert.equal((await afterRefusal(refused)).kind, 'live')
  assert.equal((await afterKnownRefusal(refused, digestOf(refused)))?.kind, 'live')
  isAway = false
  assert.equal((await afterKnownRefusal(refused, digestOf(refused)))?.kind, 'live')
  assert.equal(afterKnownRefusal(refused, digestOf(refused)), null)
})
