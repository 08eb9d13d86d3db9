// API keys as a host application sees them: shown once, verified in the same time whatever is wrong, and ended for good.

import assert from 'node:assert/strict'
import crypto, { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { inspect } from 'node:util'
import { apiScopes, holdsScope } from '../../src/core/api-scopes.ts'
import { type ApiScope, createPunctual, type Punctual } from '../../src/index.ts'
import { calendly } from '../../src/providers/index.ts'
import { memory } from '../../src/store/memory.ts'
import { sqlite } from '../../src/store/sqlite.ts'
import { baseUrl, testKey } from '../support/settings.ts'
import { virtualClock } from '../support/virtual-clock.ts'

const day = 86_400_000

interface Place {
  readonly punctual: Punctual
  readonly store: ReturnType<typeof memory>
  pass(ms: number): void
}

function place(t: TestContext, store = memory()): Place {
  let now = Date.UTC(2030, 0, 1)
  const punctual = createPunctual({
    baseUrl,
    keys: [testKey],
    store,
    clients: [calendly({ clientId: 'id', clientSecret: 'secret', scopes: ['users:read'] })],
    clock: virtualClock(() => now),
    journal: null,
  })
  punctual.on(() => {})
  t.after(() => punctual.stop())
  return {
    punctual,
    store,
    pass(ms) {
      now += ms
    },
  }
}

/** Resolves when the use that a call has noted behind its answer is stored. */
const noted = () => new Promise((resolve) => setImmediate(resolve))

test('a key is shown once, and works', async (t) => {
  const { apiKeys } = place(t).punctual
  const made = await apiKeys.create({ name: 'back end', scopes: ['calls', 'bookings:read', 'calls'] })
  assert.match(made.key, /^pk_[0-9a-z]{12}_[\w-]{43}$/)
  const { id } = made.apiKey
  assert.ok(made.key.startsWith(`pk_${id}_`))
  assert.deepEqual([made.apiKey.name, made.apiKey.owner, made.apiKey.expiresAt], ['back end', null, null])
  assert.deepEqual(made.apiKey.scopes, ['calls', 'bookings:read'])
  const secret = made.key.slice(16)
  for (const shown of [JSON.stringify(made), inspect(made), JSON.stringify({ ...made })])
    assert.ok(!shown.includes(secret), shown)
  assert.equal((await apiKeys.verify(made.key))?.id, id)
  assert.deepEqual((await apiKeys.list()).apiKeys, [{ ...made.apiKey, lastUsedAt: made.apiKey.createdAt }])
})

test('the store has a digest of the secret alone', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'punctual-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const { punctual } = place(t, sqlite(join(folder, 'punctual.db')))
  const { key } = await punctual.apiKeys.create({ name: 'one', scopes: ['admin'] })
  const { key: second } = await punctual.apiKeys.rotate(key.slice(3, 15))
  await punctual.stop()
  const stored = readFileSync(join(folder, 'punctual.db'), 'latin1')
  for (const text of [key, second]) {
    const secret = text.slice(16)
    assert.ok(!stored.includes(secret))
    assert.ok(stored.includes(createHash('sha256').update(secret).digest('base64url')))
  }
})

test('a text that does not work gives null, whatever is wrong with it', async (t) => {
  const { punctual, pass } = place(t)
  const { apiKeys } = punctual
  const { key, apiKey } = await apiKeys.create({ name: 'one', scopes: ['calls'] })
  const other = await apiKeys.create({ name: 'other', scopes: ['admin'] })
  const secret = key.slice(16)
  const flipped = `${secret.startsWith('A') ? 'B' : 'A'}${secret.slice(1)}`
  const wrong: unknown[] = [
    `pk_${apiKey.id}_${flipped}`,
    `pk_${other.apiKey.id}_${secret}`,
    `pk_zzzzzzzzzzzz_${secret}`,
    `pk_${apiKey.id}_${secret}A`,
    `pk_${apiKey.id}_${secret.slice(1)}`,
    `${key}\n`,
    ` ${key}`,
    key.toUpperCase(),
    secret,
    '',
    'pk__',
    null,
    undefined,
    7,
    {},
  ]
  for (const text of wrong) assert.equal(await apiKeys.verify(text as string), null, String(text))
  assert.ok(await apiKeys.verify(key))
  await apiKeys.revoke(apiKey.id)
  assert.equal(await apiKeys.verify(key), null)
  const short = await apiKeys.create({ name: 'short', scopes: ['calls'], expiresInMs: 60_000 })
  pass(59_999)
  assert.ok(await apiKeys.verify(short.key))
  pass(1)
  assert.equal(await apiKeys.verify(short.key), null)
})

test('an unknown id costs the same read and the same digests as a wrong secret', async (t) => {
  const { punctual, store } = place(t)
  const { apiKey } = await punctual.apiKeys.create({ name: 'one', scopes: ['calls'] })
  let reads = 0
  const { get } = store.apiKeys
  t.mock.method(store.apiKeys, 'get', (id: string) => {
    reads++
    return get(id)
  })
  const digests = [t.mock.method(crypto, 'hash'), t.mock.method(crypto, 'timingSafeEqual')]
  syncBuiltinESMExports()
  t.after(() => {
    t.mock.restoreAll()
    syncBuiltinESMExports()
  })
  for (const id of [apiKey.id, 'zzzzzzzzzzzz']) {
    reads = 0
    for (const { mock } of digests) mock.resetCalls()
    assert.equal(await punctual.apiKeys.verify(`pk_${id}_${'A'.repeat(43)}`), null)
    assert.deepEqual([reads, ...digests.map(({ mock }) => mock.callCount())], [1, 1, 2])
  }
})

test('a rotated key works with both texts for a day, or as long as asked for', async (t) => {
  const { punctual, pass } = place(t)
  const { apiKeys } = punctual
  const { key: first, apiKey } = await apiKeys.create({ name: 'one', scopes: ['calls'], owner: 'ada' })
  const { key: second, apiKey: rotated } = await apiKeys.rotate(apiKey.id)
  assert.deepEqual({ ...rotated }, { ...apiKey })
  assert.notEqual(first, second)
  pass(day - 1)
  for (const text of [first, second]) assert.equal((await apiKeys.verify(text))?.owner, 'ada')
  pass(1)
  assert.equal(await apiKeys.verify(first), null)
  const { key: third } = await apiKeys.rotate(apiKey.id, { graceMs: 0 })
  assert.equal(await apiKeys.verify(second), null)
  assert.ok(await apiKeys.verify(third))
})

test('a revoked key is not rotated, and stays revoked', async (t) => {
  const { punctual, pass } = place(t)
  const { apiKeys } = punctual
  const { key, apiKey } = await apiKeys.create({ name: 'one', scopes: ['calls'] })
  await apiKeys.rotate(apiKey.id)
  const { revokedAt } = await apiKeys.revoke(apiKey.id)
  assert.ok(revokedAt)
  assert.equal(await apiKeys.verify(key), null)
  pass(1000)
  assert.deepEqual((await apiKeys.revoke(apiKey.id)).revokedAt, revokedAt)
  for (const id of [apiKey.id, 'zzzzzzzzzzzz', 'no id'])
    await assert.rejects(apiKeys.rotate(id), { code: 'api_key_not_found', message: /^apiKeys\.rotate: / })
  await assert.rejects(apiKeys.revoke('zzzzzzzzzzzz'), { code: 'api_key_not_found' })
})

test('the last use is noted at most once a minute, behind the answer', async (t) => {
  const { punctual, store, pass } = place(t)
  const { apiKeys } = punctual
  const { key } = await apiKeys.create({ name: 'one', scopes: ['calls'] })
  const touch = t.mock.method(store.apiKeys, 'touch')
  const writes = () => touch.mock.callCount()
  await apiKeys.verify(key)
  await noted()
  assert.equal(writes(), 1)
  pass(59_000)
  await Promise.all(Array.from({ length: 20 }, () => apiKeys.verify(key)))
  await noted()
  assert.equal(writes(), 1)
  pass(1000)
  const before = (await apiKeys.verify(key))?.lastUsedAt
  await noted()
  assert.equal(writes(), 2)
  const after = (await apiKeys.verify(key))?.lastUsedAt
  assert.equal(Number(after) - Number(before), 60_000)
})

test('a use that cannot be noted stops no request', async (t) => {
  const { punctual, store } = place(t)
  const { key } = await punctual.apiKeys.create({ name: 'one', scopes: ['calls'] })
  const away = t.mock.method(store.apiKeys, 'touch', () => Promise.reject(new Error('the store is away')))
  assert.ok(await punctual.apiKeys.verify(key))
  await noted()
  assert.ok(await punctual.apiKeys.verify(key))
  assert.equal(away.mock.callCount(), 2)
})

test('keys are listed oldest first, page by page', async (t) => {
  const { punctual, pass } = place(t)
  const { apiKeys } = punctual
  for (const name of ['a', 'b', 'c']) {
    await apiKeys.create({ name, scopes: ['calls'] })
    pass(1)
  }
  const first = await apiKeys.list({ limit: 2 })
  const names = ({ apiKeys }: typeof first) => apiKeys.map(({ name }) => name)
  assert.deepEqual(names(first), ['a', 'b'])
  const second = await apiKeys.list({ limit: 2, cursor: first.cursor })
  assert.deepEqual([names(second), second.cursor], [['c'], null])
})

test('keys that ended 90 days ago are forgotten, but for the one that shows that there was a key once', async (t) => {
  const { punctual, store, pass } = place(t)
  const { apiKeys } = punctual
  await apiKeys.create({ name: 'lives', scopes: ['calls'] })
  for (let n = 0; n < 3; n++) {
    const { apiKey } = await apiKeys.create({ name: 'revoked', scopes: ['calls'] })
    await apiKeys.revoke(apiKey.id)
  }
  const made = (await apiKeys.list()).apiKeys
  const [smallest] = made.map(({ id }) => id).sort()
  await store.apiKeys.sweep(1e15, 1)
  pass(3_600_000)
  await store.apiKeys.sweep(1e15, 1)
  assert.equal((await apiKeys.list()).apiKeys.length, 4)
  // The clock is looked at once a day at least, or it is not believed.
  for (let days = 0; days < 90; days++) {
    pass(day)
    await store.apiKeys.sweep(90 * day, 500)
  }
  assert.deepEqual(
    (await apiKeys.list()).apiKeys,
    made.filter(({ id, name }) => name === 'lives' || id === smallest),
  )
})

test('wrong arguments are refused', async (t) => {
  const { apiKeys } = place(t).punctual
  const right = { name: 'one', scopes: ['calls'] as ApiScope[] }
  const wrong: [unknown, RegExp][] = [
    [{ ...right, name: '' }, /^apiKeys\.create: name must be a text that is not empty/],
    [{ ...right, name: 'x'.repeat(101) }, /name must have at most 100 characters/],
    [{ ...right, scopes: [] }, /scopes is empty\. List at least one/],
    [{ ...right, scopes: ['all'] }, /scopes\[0\] must be "connections:read", .* or "admin"/],
    [{ ...right, owner: undefined }, /owner must be the host application's id/],
    [{ ...right, owner: '' }, /owner must be the host application's id/],
    [{ ...right, expiresInMs: 0 }, /expiresInMs must be a number of milliseconds from 1 to/],
    [{ ...right, expires: 1 }, /expires is not an option/],
  ]
  for (const [request, message] of wrong)
    await assert.rejects(apiKeys.create(request as typeof right), { code: 'invalid_argument', message })
  await assert.rejects(apiKeys.rotate('zzzzzzzzzzzz', { graceMs: 31 * day }), { code: 'invalid_argument' })
  await assert.rejects(apiKeys.list({ limit: 201 }), { code: 'invalid_argument' })
  await assert.rejects(apiKeys.list({ cursor: 'x' }), { code: 'invalid_argument' })
  await assert.rejects(apiKeys.revoke(7 as never), { code: 'invalid_argument' })
})

test('admin includes every other scope, and no other scope includes one', () => {
  for (const scope of apiScopes) {
    assert.equal(holdsScope(['admin'], scope), true)
    for (const other of apiScopes) if (other !== 'admin') assert.equal(holdsScope([other], scope), other === scope)
  }
})
