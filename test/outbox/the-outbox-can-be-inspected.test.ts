import assert from 'node:assert/strict'
import { describe, test } from 'node:test'

import { systemRandom } from '../../src/core/clock.ts'
import type { EventsRequest } from '../../src/index.ts'
import { deliveryPlace } from '../../src/records/outbox.ts'
import { memory } from '../../src/store/memory.ts'
import { createVault } from '../../src/vault/cipher.ts'
import { createKeyring } from '../../src/vault/keyring.ts'
import { delivery } from '../store/fixtures.ts'
import { startQuietHost, testKey } from '../support/host.ts'
import { settle, stores } from './consumer.ts'

describe('the events of the outbox', () => {
  for (const store of stores) {
    test(`are listed page by page, newest first: ${store.name}`, async (t) => {
      const deliverTo = ({ client }: { client: string }) => {
        if (client === 'calcom') throw new Error('not now')
      }
      const host = await startQuietHost(t, { store: await store.open(t), deliverTo })
      for (const owner of ['ada', 'bob', 'eve', 'joe', 'kim']) {
        host.person = owner
        for (const client of ['calendly', 'calcom']) await host.connect(client)
      }
      const { list } = host.punctual.events
      while ((await list({ state: 'done' })).events.length < 5) await settle()
      const seen: string[] = []
      for (let cursor: string | null | undefined; cursor !== null; ) {
        const page: Awaited<ReturnType<typeof list>> = await list({ limit: 4, cursor: cursor ?? null })
        assert.ok(page.events.length <= 4)
        seen.push(...page.events.map(({ owner, client, state }) => `${owner} ${client} ${state}`))
        cursor = page.cursor
      }
      const states = { calcom: 'pending', calendly: 'done' }
      const expected = ['kim', 'joe', 'eve', 'bob', 'ada'].flatMap((owner) =>
        (['calcom', 'calendly'] as const).map((client) => `${owner} ${client} ${states[client]}`),
      )
      assert.deepEqual(seen, expected)
      assert.equal((await list({ state: 'pending' })).events.length, 5)
      assert.deepEqual(await list({ state: 'dead' }), { events: [], cursor: null })
    })
  }

  test('are named by the id of the change that they report, and listed in the order of their rows', async (t) => {
    const store = memory()
    const seen: string[] = []
    const host = await startQuietHost(t, {
      store,
      deliverTo: ({ id }) => void seen.push(id),
    })
    await host.punctual.ready()
    const keys = ['chg_one', 'raw', 'chg_two']
    const vault = createVault(createKeyring([testKey]), systemRandom)
    await store.outbox.accept(
      keys.map((key) => delivery(key, { orderingKey: key, body: vault.seal(deliveryPlace(key), '{}') })),
    )
    const { list, get, replay } = host.punctual.events
    const first = await list({ limit: 2 })
    // Deliveries that come together are written in the order of their keys, and listed newest first.
    assert.deepEqual([/^evt_/.test(first.events[0]?.id ?? ''), first.events[1]?.id], [true, 'chg_two'])
    const second = await list({ limit: 2, cursor: first.cursor })
    assert.deepEqual([second.events.map(({ id }) => id), second.cursor], [['chg_one'], null])
    assert.deepEqual((await get('chg_one')).body, {})
    const whose = { code: 'event_not_found' }
    await assert.rejects(get('chg_one', { owner: 'bob' }), whose)
    await assert.rejects(get('raw'), whose)
    await assert.rejects(list({ cursor: 'chg_one' }), { code: 'invalid_argument', message: /cursor/ })

    await assert.rejects(replay('chg_one'), { code: 'event_not_dead', reason: 'pending' })
    for (const { id } of await store.outbox.take('w', 1, 1000)) await store.outbox.fail(id, 'w', 'no', null)
    assert.equal((await get('chg_one')).state, 'dead')
    await replay('chg_one')
    assert.equal((await get('chg_one')).state, 'pending')
    host.punctual.start()
    while ((await list({ state: 'done' })).events.length < 3) await settle()
    assert.deepEqual(seen.filter((id) => id.startsWith('chg_')).sort(), ['chg_one', 'chg_two'])
  })

  test('are refused to a wrong request, with a sentence that says what is wrong', async (t) => {
    const host = await startQuietHost(t, {
      deliverTo() {
        throw new Error('not now')
      },
    })
    await host.connect('calendly')
    const { list, get, replay } = host.punctual.events
    const [event] = (await list()).events
    const wrong: readonly [request: object, sentence: RegExp][] = [
      [{ limit: 0 }, /^events\.list: limit must be a whole number from 1 to 200\.$/],
      [{ limit: 201 }, /limit/],
      [{ state: 'lost' }, /^events\.list: state must be "pending", "done" or "dead"\.$/],
      [{ owner: undefined }, /^events\.list: owner must be the host application's id/],
      [{ owner: '' }, /owner/],
      [{ ownr: 'ada' }, /^events\.list: ownr is not an option\. The options are state, owner, cursor, limit\.$/],
      [null as never, /^events\.list: the argument must be an object with state, owner/],
      [{ cursor: 'zzz' }, /cursor/],
      [{ cursor: "'; drop" }, /^events\.list: cursor must be the cursor of an earlier page\.$/],
    ]
    for (const [request, message] of wrong)
      await assert.rejects(list(request as EventsRequest), { code: 'invalid_argument', message })
    const unknown = { code: 'event_not_found', message: /no event has that id/ }
    await assert.rejects(get('evt_unknown'), unknown)
    await assert.rejects(replay('evt_unknown'), unknown)
    for (const id of [undefined, null, 42, {}, 'evt_1_\u0000'] as never[]) {
      await assert.rejects(get(id), unknown)
      await assert.rejects(replay(id), unknown)
    }
    for (const whose of [{ owner: undefined }, { ownr: 'ada' }, null] as never[])
      await assert.rejects(replay(event?.id ?? '', whose), { code: 'invalid_argument', message: /^events\.replay: / })
    const pending = /^events\.replay: the event is pending\. Only a dead event is dispatched again\.$/
    await assert.rejects(replay(event?.id ?? ''), { code: 'event_not_dead', reason: 'pending', message: pending })
  })
})
