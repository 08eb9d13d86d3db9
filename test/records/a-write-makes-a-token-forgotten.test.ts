import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Store } from '../../src/core/store/store.ts'
import { forgetAfterWrites } from '../../src/records/forget-after-writes.ts'
import { memory } from '../../src/store/memory.ts'
import { attachment, connect, entry, exchanged, openStore, refreshedTokens } from '../store/fixtures.ts'

test('each write that ends or replaces a set names its grant once it is over', async () => {
  await using at = await openStore(() => ({ store: memory(), end: () => {} }))
  const forgotten: (string | null)[] = []
  const store = forgetAfterWrites(at.store, (grant) => forgotten.push(grant))
  const taken = () => forgotten.splice(0)

  const { id, grant } = (await connect(store)).connection
  assert.deepEqual([...new Set(taken())], [grant])
  await store.grants.commit(grant, 1, refreshedTokens('t2'), entry)
  await store.grants.keepFallback(grant, 1, '', 'fallback')
  await store.grants.useFallback(grant, 2)
  await store.grants.end(grant, 3, 'refused', entry)
  assert.deepEqual(taken(), [grant, grant, grant, grant])

  const moved = (await connect(store, { account: 'two', reconnect: id })).connection
  assert.deepEqual(taken().sort(), [grant, moved.grant].sort())
  await store.connections.detach(id, entry)
  await store.connections.detach(id, entry)
  await store.grants.close(moved.grant, 1)
  assert.deepEqual(taken(), [moved.grant, moved.grant])

  await store.grants.get(grant)
  await store.grants.touch(grant)
  await store.connections.list({ limit: 10 })
  assert.deepEqual(taken(), [])
})

test('a write that fails may have been done: its grant is forgotten, or all where it names none', async () => {
  await using at = await openStore(() => ({ store: memory(), end: () => {} }))
  const { grant } = (await connect(at.store)).connection
  await exchanged(at.store, 'again')
  const forgotten: (string | null)[] = []
  const lose = (operation: (...values: never[]) => Promise<unknown>) =>
    (async (...values: never[]) => {
      await operation(...values)
      throw new RangeError('the connection is lost')
    }) as never
  const { grants, connections } = at.store
  const losing: Store = {
    ...at.store,
    grants: { ...grants, end: lose(grants.end) },
    connections: { ...connections, attach: lose(connections.attach), detach: lose(connections.detach) },
  }
  const store = forgetAfterWrites(losing, (grant) => forgotten.push(grant))
  await assert.rejects(store.grants.end(grant, 1, 'refused', entry), RangeError)
  await assert.rejects(store.connections.attach(attachment('again')), RangeError)
  await assert.rejects(store.connections.detach('connection', entry), RangeError)
  assert.deepEqual(forgotten, [grant, null, null])
})
