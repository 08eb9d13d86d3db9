// An event for several destinations: each gets a row of its own, whose dispatches concern no other.

import assert from 'node:assert/strict'
import { type Contract, delivery, type OpenStore, runSteadily } from '../fixtures.ts'

const toBoth = () => ['a', 'b']

export const destinationsContract: Contract = {
  'an event is forwarded once for each destination, as it is': async (at) => {
    const { outbox } = at.store
    await outbox.accept([delivery('k', { orderAt: 7 }), delivery('chg_1', { orderingKey: 'two' })])
    const events = await outbox.list({ limit: 2 })
    at.clock.pass(10)
    const asked: string[] = []
    const destinationsOf = (type: string) => {
      asked.push(type)
      return ['b', 'a']
    }
    assert.deepEqual([await outbox.forward(destinationsOf, 10), await outbox.forward(toBoth, 10)], [2, 0])
    assert.deepEqual(asked, ['webhook.received', 'webhook.received'])
    for (const event of events) {
      const rows = await outbox.of(event.event)
      assert.deepEqual(rows.map(({ destination }) => destination).sort(), ['a', 'b'])
      for (const row of rows) {
        const { id, destination } = row
        assert.notEqual(id, event.id)
        assert.deepEqual(row, { ...event, id, destination, dueAt: at.clock.now(), readAt: at.clock.now() })
        assert.deepEqual(await outbox.get(id), row)
      }
    }
    const rows = await outbox.list({ limit: 10 })
    assert.deepEqual([rows.length, new Set(rows.map(({ id }) => id)).size], [4, 4])
    assert.deepEqual(await outbox.get(events[0]?.id ?? ''), null, 'what is left of it cannot be read')
  },

  'a type that no destination takes is over when it is forwarded': async (at) => {
    const { outbox } = at.store
    await outbox.accept([delivery('k'), delivery('later', { orderAt: 20_000 })])
    assert.equal(await outbox.forward(() => [], 10), 1)
    assert.equal(await outbox.forward(toBoth, 10), 1)
    assert.deepEqual(
      (await outbox.list({ limit: 10 })).map(({ key }) => key),
      ['later', 'later'],
    )
  },

  'a forwarded delivery that comes again is not new, and its ordering key is known': async (at) => {
    const { outbox } = at.store
    await outbox.accept([delivery('k')])
    await outbox.forward(toBoth, 10)
    assert.deepEqual(await outbox.accept([delivery('k')]), [false])
    assert.equal(await outbox.hasAccepted('one', ['created']), true)
    assert.equal((await outbox.list({ limit: 10 })).length, 2)
  },

  'an event waits for an earlier one before it is forwarded': async (at) => {
    const { outbox } = at.store
    await outbox.accept([delivery('later', { orderAt: 20, maxWaitMs: 60_000 })])
    assert.equal(await outbox.forward(toBoth, 10), 0)
    await outbox.accept([delivery('earlier', { orderAt: 10 })])
    await forwardAll(at)
    assert.deepEqual([await keysLeased(at, 'a'), await keysLeased(at, 'b')], [['earlier'], ['earlier']])
  },

  'one that arrives late comes before what is pending for each destination': async (at) => {
    const { outbox } = at.store
    await outbox.accept([delivery('later', { orderAt: 20 })])
    await forwardAll(at)
    const [later] = await outbox.take('w', 5, 1000, [], [], 'a')
    await outbox.fail(later?.id ?? '', 'w', 'no', 60_000)
    for (const { id } of await outbox.take('w', 5, 1000, [], [], 'b')) await outbox.acknowledge(id)
    await outbox.accept([delivery('earlier', { orderAt: 10 })])
    await forwardAll(at)
    assert.equal(await outbox.nextDue('a'), 0)
    const [[toA], [toB]] = [await outbox.take('w', 5, 1000, [], [], 'a'), await outbox.take('w', 5, 1000, [], [], 'b')]
    assert.deepEqual([toA?.key, toA?.outOfOrder], ['earlier', false])
    assert.deepEqual([toB?.key, toB?.outOfOrder], ['earlier', true])
  },

  'one that arrives late and is not forwarded yet holds what is later': async (at) => {
    const { outbox } = at.store
    await outbox.accept([delivery('later', { orderAt: 20 })])
    await outbox.accept([delivery('other', { orderingKey: 'two', orderAt: 30 })])
    await forwardAll(at)
    await outbox.accept([delivery('earlier', { orderAt: 10 }), delivery('last', { orderingKey: 'two', orderAt: 40 })])
    assert.deepEqual(await keysLeased(at, 'a'), ['other'])
    await forwardAll(at)
    assert.deepEqual(
      [await keysLeased(at, 'a'), (await keysLeased(at, 'b')).sort()],
      [['earlier'], ['earlier', 'other']],
    )
  },

  'each destination has its own leases, retries, acknowledgements and dead events': async (at) => {
    const { outbox } = at.store
    for (const [n, key] of ['first', 'second'].entries()) await outbox.accept([delivery(key, { orderAt: n })])
    await forwardAll(at)
    assert.deepEqual([await keysLeased(at, ''), await outbox.nextDue()], [[], null])
    const [toA] = await outbox.take('w', 5, 30_000, [], [], 'a')
    assert.deepEqual(
      [toA?.key, toA?.dispatches, await outbox.nextDue('a'), await outbox.nextDue('b')],
      ['first', 1, 30_000, 0],
    )
    const [toB] = await outbox.take('w', 5, 30_000, [], [], 'b')
    assert.deepEqual([toB?.key, toB?.event, toB?.dispatches], ['first', toA?.event, 1])
    assert.equal(await outbox.fail(toA?.id ?? '', 'w', 'no', null), true)
    const [next] = await outbox.take('v', 5, 30_000, [], [toB?.id ?? ''], 'b')
    assert.equal(next?.key, 'second')
    assert.deepEqual(await states(at), ['b second pending', 'a second pending', 'b first done', 'a first dead'])
    assert.equal(await outbox.replay(toB?.id ?? ''), false)
    assert.equal(await outbox.replay(toA?.id ?? ''), true)
    assert.deepEqual([await keysLeased(at, 'a'), (await outbox.of(toA?.event ?? '')).length], [['first'], 2])
  },

  'a dead event is forwarded once it is replayed': async (at) => {
    const { outbox } = at.store
    await outbox.accept([delivery('k')])
    const [row] = await outbox.take('w', 1, 1000)
    await outbox.fail(row?.id ?? '', 'w', 'no', null)
    assert.equal(await outbox.forward(toBoth, 10), 0)
    await outbox.replay(row?.id ?? '')
    assert.equal(await outbox.forward(toBoth, 10), 1)
    assert.deepEqual(await states(at), ['b k pending', 'a k pending'])
  },

  'callers that forward at the same time forward each event once': async (at) => {
    const { outbox } = at.store
    for (let n = 0; n < 24; n++) await outbox.accept([delivery(`k${n}`, { orderingKey: `s${n % 6}`, orderAt: n })])
    const counts = await Promise.all(
      Array.from({ length: 4 }, async () => {
        let forwarded = 0
        for (let idle = 0; idle < 3; ) {
          const count = await outbox.forward(toBoth, 4)
          forwarded += count
          idle = count === 0 ? idle + 1 : 0
        }
        return forwarded
      }),
    )
    assert.equal(
      counts.reduce((a, b) => a + b),
      24,
    )
    const rows = await outbox.list({ limit: 100 })
    assert.equal(new Set(rows.map(({ destination, key }) => `${destination} ${key}`)).size, 48)
  },

  'pending events are swept unless their destination is kept, and what is left of forwarded ones by their age': async (
    at,
  ) => {
    await runSteadily(at)
    const { outbox } = at.store
    const age = { done: 1000, dead: 60_000, pending: 10_000 }
    await outbox.accept([delivery('k')])
    await forwardAll(at)
    await outbox.accept([delivery('unforwarded', { orderAt: 20_000 })])
    at.clock.pass(999)
    assert.equal(await outbox.sweep(age, 10, ['', 'a']), 0)
    at.clock.pass(1)
    assert.equal(await outbox.sweep(age, 10, ['', 'a']), 1, 'what is left of the forwarded one')
    at.clock.pass(9000)
    assert.equal(await outbox.sweep(age, 10, ['', 'a']), 1)
    assert.deepEqual(await states(at), [' unforwarded pending', 'a k pending'])
    assert.deepEqual([await keysLeased(at, 'b'), await keysLeased(at, 'a')], [[], ['k']])
  },
}

async function forwardAll({ store }: OpenStore): Promise<void> {
  while ((await store.outbox.forward(toBoth, 10)) > 0);
}

async function keysLeased({ store }: OpenStore, destination: string): Promise<(string | null)[]> {
  return (await store.outbox.take('w', 10, 1000, [], [], destination)).map(({ key }) => key)
}

async function states({ store }: OpenStore): Promise<string[]> {
  return (await store.outbox.list({ limit: 10 })).map(({ destination, key, state }) => `${destination} ${key} ${state}`)
}
