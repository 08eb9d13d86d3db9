import assert from 'node:assert/strict'
import { test } from 'node:test'
import { systemRandom } from '../../src/core/clock.ts'
import { secret } from '../../src/core/secret.ts'
import {
  createGrantRecords,
  type Grant,
  type GrantRecords,
  grantPlace,
  serializeTokens,
} from '../../src/records/grants.ts'
import type { SealedRefresh } from '../../src/records/refreshed-set.ts'
import { memory } from '../../src/store/memory.ts'
import { createVault } from '../../src/vault/cipher.ts'
import { createKeyring } from '../../src/vault/keyring.ts'
import { testKey } from '../support/settings.ts'
import { connect, entry, virtualClock } from './fixtures.ts'

const hourMs = 3_600_000
const schedule = { expiresInMs: 2 * hourMs, refreshInMs: hourMs, dueInMs: hourMs }
const setOf = (name: string) => ({ accessToken: secret(`a-${name}`), refreshToken: secret(`r-${name}`) })

/** A grant with the set `first`, and the set that its refresh brought, which the store has not taken yet. */
async function withRefreshed() {
  const store = memory()
  const clock = virtualClock()
  await store.open(clock)
  const vault = createVault(createKeyring([testKey]), systemRandom)
  const grants = createGrantRecords({ store, vault })
  const { grant: id } = (await connect(store)).connection
  const seal = (name: string) => vault.seal(grantPlace(id), serializeTokens(setOf(name)))
  const read = async () => (await grants.get(id)) as Grant
  const place = { store, clock, grants, id, seal, read }
  return { ...place, refreshed: grants.seal(await read(), setOf('second'), null) }
}

const refreshTo = async (grants: GrantRecords, grant: Grant, name: string) =>
  assert.equal(await grants.commit(grants.seal(grant, setOf(name), null), schedule), true)

test('a set of the journal that says when it was written has as much left as it says', async () => {
  const { grants, clock, read, refreshed } = await withRefreshed()
  clock.pass(hourMs)
  assert.equal(await grants.putBack(refreshed, schedule, hourMs), 'stored')
  assert.equal((await read()).remaining, hourMs)
})

test('the store’s clock tells the age of a set where the clock of the machine was set back', async () => {
  const { grants, clock, read, refreshed } = await withRefreshed()
  clock.pass(11 * 24 * hourMs)
  assert.equal(await grants.putBack(refreshed, schedule, 1000), 'stored')
  assert.ok((await read()).remaining < 0)
})

test('a set that the store’s clock places in the future counts as ended', async () => {
  const { grants, clock, read, refreshed } = await withRefreshed()
  clock.step(-11 * 24 * hourMs)
  assert.equal(await grants.putBack(refreshed, schedule, 0), 'stored')
  assert.ok((await read()).remaining < 0)
})

test('a set that was kept as a fallback, used and refused does not come back from the journal', async () => {
  const { store, grants, id, read, refreshed } = await withRefreshed()
  await refreshTo(grants, await read(), 'other')
  assert.equal(await grants.keepFallback(refreshed), 'kept')
  assert.equal(await store.grants.useFallback(id, 2), true)
  assert.equal(await store.grants.end(id, 3, 'refused', entry), true)
  const before = await store.grants.get(id)
  assert.equal(await grants.putBack(refreshed, schedule, 0), 'known')
  assert.deepEqual(await store.grants.get(id), before)
})

test('two sets that came for one generation are told apart', async () => {
  const { store, grants, id, read, refreshed } = await withRefreshed()
  const another = grants.seal(await read(), setOf('third'), null)
  await refreshTo(grants, await read(), 'other')
  assert.equal(await grants.keepFallback(refreshed), 'kept')
  assert.equal(await grants.putBack(another, schedule, 0), 'fallback')
  assert.equal((await store.grants.get(id))?.fallbackTokens.length, 2)
})

test('a set that was put back into a restored database, and spent there, is not put back again', async () => {
  const { store, grants, read, refreshed } = await withRefreshed()
  const later: SealedRefresh = { ...refreshed, generation: 9, spent: 'of a later generation' }
  assert.equal(await grants.putBack(later, schedule, 0), 'stored')
  await refreshTo(grants, await read(), 'third')
  const before = await store.grants.get(later.grant)
  assert.equal(await grants.putBack(later, schedule, 0), 'known')
  assert.deepEqual(await store.grants.get(later.grant), before)
})

test('a set that was sealed again since is the same set', async () => {
  const { store, grants, id, seal, read, refreshed } = await withRefreshed()
  await store.grants.commit(id, 1, { tokens: seal('second'), scopes: null, ...schedule }, entry)
  assert.equal(await grants.putBack(refreshed, schedule, 0), 'known')
  assert.deepEqual((await store.grants.get(id))?.fallbackTokens, [])
  // And one that is spent goes from the fallback sets, however it is sealed.
  const spent = seal('first')
  await store.grants.keepFallback(id, 1, '', spent)
  const for1 = { ...grants.seal({ id, generation: 1, sealed: seal('first') }, setOf('late'), null) }
  assert.equal(await grants.keepFallback(for1), 'kept')
  assert.deepEqual((await store.grants.get(id))?.fallbackTokens, [for1.tokens])
  assert.equal((await read()).generation, 2)
})
