// What a person does after a bad night: tries a pending event now, and replays everything that was given up since a time.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { memory } from '../../src/store/memory.ts'
import { delivery } from '../store/fixtures.ts'
import { startQuietHost } from '../support/host.ts'
import { createConsumer, settle } from './consumer.ts'

test('a pending event is tried now instead of later', async (t) => {
  const store = memory()
  let broken = true
  const consumer = createConsumer(() => {
    if (broken) throw new Error('not now')
  })
  const deliverTo = { handler: consumer.handler, types: ['connection.created'] as const }
  const host = await startQuietHost(t, { store, deliverTo })
  await host.connect('calendly')
  const { list, get, retry } = host.punctual.events
  const [event] = (await list()).events
  const id = event?.id ?? ''
  // As a dispatch that has failed for hours leaves it.
  for (const { id } of await store.outbox.take('w', 1, 1000)) await store.outbox.fail(id, 'w', 'no', 3_600_000)
  assert.ok(((await get(id)).dueAt?.getTime() ?? 0) > host.clock.now())
  broken = false
  const before = host.clock.elapsed()
  await retry(id)
  host.punctual.start()
  await consumer.until(1)
  assert.ok(host.clock.elapsed() - before < 60_000)
  while ((await get(id)).state !== 'done') await settle()
  await assert.rejects(retry(id), { code: 'event_not_pending', reason: 'done' })
  await assert.rejects(retry('evt_unknown'), { code: 'event_not_found' })
  await assert.rejects(retry(id, { owner: 'bob' }), { code: 'event_not_found' })
})

test('events that were given up since a time are replayed, the oldest first', async (t) => {
  const store = memory()
  const host = await startQuietHost(t, { store })
  const { replay, list, retry } = host.punctual.events
  const bury = async (key: string, owner: string) => {
    await store.outbox.accept([delivery(key, { orderingKey: key, owner })])
    for (const { id } of await store.outbox.take('w', 9, 1000)) await store.outbox.fail(id, 'w', 'no', null)
  }
  await host.connect('calendly')
  await bury('old', 'ann')
  await host.clock.sleep(60_000)
  const since = new Date(host.clock.now())
  for (const [key, owner] of [
    ['one', 'ann'],
    ['two', 'bob'],
    ['three', 'ann'],
  ] as const)
    await bury(key, owner)
  const [dead] = (await list({ state: 'dead' })).events
  await assert.rejects(retry(dead?.id ?? ''), { code: 'event_not_pending', reason: 'dead' })
  assert.deepEqual(await replay({ since, destination: 'other' }), { replayed: 0, isMore: false })
  assert.deepEqual(await replay({ since, owner: 'bob' }), { replayed: 1, isMore: false })
  assert.deepEqual(await replay({ since }), { replayed: 2, isMore: false })
  assert.deepEqual(await replay({ since }), { replayed: 0, isMore: false })
  assert.equal((await list({ state: 'pending' })).events.length, 3)
  assert.equal((await list({ state: 'dead' })).events.length, 1)
  for (const wrong of [{ since: 5 }, { since: new Date(Number.NaN) }, { since, owner: undefined }, { since, when: 1 }])
    await assert.rejects(replay(wrong as never), { code: 'invalid_argument', message: /^events\.replay: / })
})

test('a call replays ten thousand at most, and says if there are more', async (t) => {
  const store = memory()
  const row = { id: 'evt_1_1', createdAt: 5, destination: '' }
  let [listed, replayed] = [0, 0]
  const outbox = {
    ...store.outbox,
    list: async ({ limit }: { readonly limit: number }) => {
      listed++
      return Array.from({ length: limit }, () => row) as never
    },
    async replay() {
      replayed++
      return true
    },
  }
  const host = await startQuietHost(t, { store: { ...store, outbox } })
  assert.deepEqual(await host.punctual.events.replay({ since: new Date(5) }), { replayed: 10_000, isMore: true })
  assert.deepEqual([listed, replayed], [51, 10_000])
})
