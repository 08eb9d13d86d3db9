// The feed: an event is published and acknowledged in one step, and its readers miss none.

import assert from 'node:assert/strict'
import { feedWindow } from '../../../src/core/store/feed.ts'
import { type Contract, delivery, type OpenStore, runSteadily } from '../fixtures.ts'

const day = 86_400_000

export const feedContract: Contract = {
  'an event is published once, and done in the outbox': async (at) => {
    const { outbox, feed } = at.store
    await outbox.accept([delivery('raw'), delivery('chg_1', { type: 'booking.created', orderAt: 20_000 })])
    const [raw] = await outbox.take('w', 5, 1000)
    const published = await Promise.all(Array.from({ length: 5 }, () => feed.publish(raw?.id ?? '', 'sealed')))
    assert.equal(published.filter(Boolean).length, 1)
    const done = await outbox.get(raw?.id ?? '')
    assert.deepEqual([done?.state, done?.body], ['done', null])
    const [change] = await outbox.take('w', 5, 1000)
    assert.equal(change?.key, 'chg_1', 'the next one of its ordering key is due')
    await outbox.fail(change?.id ?? '', 'w', 'no', null)
    assert.equal(await feed.publish(change?.id ?? '', 'sealed too'), true, 'also a dead one')
    assert.equal(await outbox.replay(change?.id ?? ''), false)
    for (const unknown of ['', 'evt_1_1', 'chg_1']) assert.equal(await feed.publish(unknown, 'no'), false)
    const { rows, ...page } = await feed.read({ after: 0, limit: 10 })
    assert.deepEqual(rows, [
      { position: 1, event: raw?.id, type: 'webhook.received', owner: 'ann', body: 'sealed' },
      { position: 2, event: 'chg_1', type: 'booking.created', owner: 'ann', body: 'sealed too' },
    ])
    assert.deepEqual(page, { readTo: 2, first: 1, last: 2 })
  },

  'a copy of an event is published with the id of the event': async (at) => {
    const { outbox, feed } = at.store
    await outbox.accept([delivery('k')])
    const [event] = await outbox.list({ limit: 1 })
    await outbox.forward(() => ['crm', 'feed'], 5)
    const [copy] = await outbox.take('w', 5, 1000, [], [], 'feed')
    await feed.publish(copy?.id ?? '', 'sealed')
    assert.deepEqual(
      (await feed.read({ after: 0, limit: 5 })).rows.map((row) => row.event),
      [event?.id],
    )
    assert.equal((await outbox.take('w', 5, 1000, [], [], 'crm')).length, 1)
  },

  'many who publish at the same time get the positions 1, 2, 3, …': async (at) => {
    await publish(
      at,
      Array.from({ length: 30 }, (_, n) => ({ key: `k${n}`, orderingKey: `s${n % 10}` })),
      6,
    )
    const { rows } = await at.store.feed.read({ after: 0, limit: 100 })
    assert.deepEqual(
      rows.map(({ position }) => position),
      Array.from({ length: 30 }, (_, n) => n + 1),
    )
    assert.equal(new Set(rows.map(({ body }) => body)).size, 30)
  },

  'the feed is read page by page, to its end, and on from there': async (at) => {
    const { feed } = at.store
    assert.deepEqual(await feed.read({ after: 0, limit: 2 }), { rows: [], readTo: 0, first: null, last: 0 })
    await publish(
      at,
      ['a', 'b', 'c', 'd', 'e'].map((key) => ({ key })),
    )
    const pages: string[] = []
    for (let after = 0, last = 5; after < last; ) {
      const page = await feed.read({ after, limit: 2 })
      pages.push(page.rows.map(({ body }) => body).join(' '))
      after = page.readTo
      last = page.last
    }
    assert.deepEqual(pages, ['a b', 'c d', 'e'])
    assert.deepEqual((await feed.read({ after: 5, limit: 2 })).readTo, 5)
    await publish(at, [{ key: 'f' }])
    assert.deepEqual(
      (await feed.read({ after: 5, limit: 2 })).rows.map(({ body }) => body),
      ['f'],
    )
  },

  'an owner reads its own events, and goes past those of others and of clients': async (at) => {
    const { feed } = at.store
    const owners = ['ann', 'bob', null, 'ann', 'bob']
    await publish(
      at,
      owners.map((owner, n) => ({ key: `${n} of ${owner}`, owner })),
    )
    const read = async (owner: string, after: number, limit: number) => {
      const { rows, readTo } = await feed.read({ after, limit, owner })
      return [...rows.map(({ body }) => body), readTo]
    }
    assert.deepEqual(await read('ann', 0, 10), ['0 of ann', '3 of ann', 5])
    assert.deepEqual(await read('ann', 0, 1), ['0 of ann', 1])
    assert.deepEqual(await read('bob', 2, 10), ['4 of bob', 5])
    assert.deepEqual(await read('eve', 3, 10), [5])
  },

  'events of some types are found in steps, so that no reader keeps the others waiting': async (at) => {
    const { feed } = at.store
    const rare = { type: 'booking.created' }
    const many = Array.from({ length: feedWindow + 5 }, (_, n) => ({ key: `k${n}`, orderingKey: `s${n}` }))
    await publish(at, [{ key: 'first', ...rare }])
    await publish(at, many, 1, 500)
    await publish(at, [{ key: 'last', ...rare }])
    const read = async (after: number, limit = 5) => {
      const { rows, readTo } = await feed.read({ after, limit, types: ['booking.created', 'booking.declined'] })
      return [...rows.map(({ body }) => body), readTo]
    }
    assert.deepEqual(await read(0, 1), ['first', 1])
    assert.deepEqual(await read(0), ['first', feedWindow])
    assert.deepEqual(await read(feedWindow), ['last', feedWindow + 7])
    assert.deepEqual(await read(feedWindow + 7), [feedWindow + 7])
  },

  'an event that was published while the clock was set back stays as long as those before it': async (at) => {
    const { feed } = at.store
    await publish(at, [{ key: 'before' }])
    at.clock.step(-day)
    await publish(at, [{ key: 'set back' }])
    at.clock.step(2 * day)
    await publish(at, [{ key: 'set ahead' }])
    at.clock.step(-day)
    await publish(at, [{ key: 'after' }])
    await runSteadily(at)
    const left = async () => (await feed.read({ after: 0, limit: 10 })).rows.map(({ body }) => body)
    assert.equal(await feed.sweep(day / 2, 10), 0)
    assert.deepEqual(await left(), ['before', 'set back', 'set ahead', 'after'])
    at.clock.pass(day / 2)
    await runSteadily(at)
    assert.equal(await feed.sweep(day / 2, 10), 4)
  },

  'published events are swept by their age, and no position is given again': async (at) => {
    await runSteadily(at)
    const { feed } = at.store
    await publish(at, [{ key: 'a' }, { key: 'b' }])
    at.clock.pass(1000)
    await publish(at, [{ key: 'c' }])
    assert.equal(await feed.sweep(1001, 10), 0)
    assert.equal(await feed.sweep(1000, 1), 1)
    const { first, last, rows } = await feed.read({ after: 0, limit: 10 })
    assert.deepEqual([first, last, rows.map(({ body }) => body)], [2, 3, ['b', 'c']])
    assert.equal(await feed.sweep(0, 10), 2)
    await publish(at, [{ key: 'd' }])
    assert.deepEqual(await feed.read({ after: 3, limit: 10 }), {
      rows: [{ position: 4, event: 'chg_d', type: 'webhook.received', owner: 'ann', body: 'd' }],
      readTo: 4,
      first: 4,
      last: 4,
    })
  },
}

/** Publishes events, whose bodies are their names, in their order, unless several publish at once. */
async function publish(
  { store: { outbox, feed } }: OpenStore,
  events: readonly (Parameters<typeof delivery>[1] & { readonly key: string })[],
  publishers = 1,
  limit = 5,
): Promise<void> {
  await outbox.accept(events.map(({ key, ...facts }, n) => delivery(`chg_${key}`, { orderAt: n, ...facts })))
  let left = events.length
  await Promise.all(
    Array.from({ length: publishers }, async (_, n) => {
      while (left > 0)
        for (const { id, key } of await outbox.take(`p${n}`, publishers === 1 ? limit : 3, 60_000)) {
          left--
          await feed.publish(id, key?.slice(4) ?? '')
        }
    }),
  )
}
