import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PunctualError } from '../../../src/core/errors.ts'
import type { Store } from '../../../src/index.ts'
import { createServer } from '../../../src/server/index.ts'
import { createReadiness } from '../../../src/server/operation/health.ts'
import { memory } from '../../../src/store/memory.ts'
import { startHost } from '../../support/host.ts'
import { manualClock } from '../../support/manual-clock.ts'

/** A store whose every operation is counted. */
function countedStore(): { readonly store: Store; readonly count: () => number } {
  const inner = memory()
  let count = 0
  const open: Store['open'] = async (clock) => {
    count++
    return inner.open(clock)
  }
  return { store: { ...inner, open }, count: () => count }
}

test('life is answered without the store, also while it is away', async (t) => {
  const { store, count } = countedStore()
  const { punctual } = await startHost(t, { store })
  const app = createServer({ punctual })
  for (const path of ['/livez', '/healthz']) {
    const response = await app.request(path)
    assert.deepEqual([response.status, await response.json()], [200, { status: 'ok' }])
  }
  assert.equal(count(), 0)
})

test('a service that is ready says how its clients are', async (t) => {
  const { punctual } = await startHost(t)
  const response = await createServer({ punctual }).request('/readyz')
  const clients = { calendly: 'accepted', calcom: 'accepted', 'calcom-public': 'accepted' }
  assert.deepEqual([response.status, await response.json()], [200, { status: 'ready', clients }])
})

test('a service that cannot serve says why in one word', async (t) => {
  const away = () => Promise.reject(new PunctualError('store_unavailable', 'gone', { reason: 'disk_full' }))
  const files = { write: async () => {}, remove: async () => {}, read: async () => new Map<string, string>() }
  const check = () => Promise.reject(Object.assign(new Error('no'), { code: 'EROFS' }))
  const store = memory()
  const first = await startHost(t, { store })
  await first.connect('calendly')
  const keys = [Buffer.alloc(32, 9).toString('base64url')]
  const cases = [
    ['disk_full', { store: { ...memory(), ping: away } }],
    ['journal_unwritable', { journal: { ...files, check } }],
    ['unknown_key', { store, keys }],
  ] as const
  for (const [reason, options] of cases) {
    const { punctual } = await startHost(t, options)
    const response = await createServer({ punctual }).request('/readyz')
    assert.deepEqual([response.status, await response.json()], [503, { status: 'not_ready', reason }])
  }
})

test('readiness is remembered for a second, and those who ask at once share a look', async () => {
  const clock = manualClock()
  let looks = 0
  let isAway = false
  const ready = async () => {
    looks++
    if (isAway) throw new PunctualError('store_unavailable', 'gone', { reason: 'disk_full' })
  }
  const ask = createReadiness({ ready }, clock)
  const statuses = async (count: number) =>
    (await Promise.all(Array.from({ length: count }, ask))).map(({ status }) => status)
  assert.deepEqual(await statuses(3), [200, 200, 200])
  isAway = true
  clock.pass(999)
  assert.deepEqual([await statuses(1), looks], [[200], 1])
  clock.pass(1)
  assert.deepEqual([await statuses(2), looks], [[503, 503], 2])
  isAway = false
  clock.pass(1000)
  assert.deepEqual([await statuses(1), looks], [[200], 3])
})
