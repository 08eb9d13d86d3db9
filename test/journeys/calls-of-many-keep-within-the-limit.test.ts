import assert from 'node:assert/strict'
import { describe, test } from 'node:test'

import { freshMinute, gather, startWatched, unfairness } from '../support/concurrent-callers.ts'

const hour = 3_600_000
const perMinute = 50
const crowds = [
  { replicas: 1, callers: 100, calls: 6 },
  { replicas: 2, callers: 50, calls: 6 },
  { replicas: 3, callers: 40, calls: 3 },
  { replicas: 5, callers: 20, calls: 3 },
  { replicas: 5, callers: 2, calls: 30 },
]

describe('replicas that share nothing but the provider’s headers', () => {
  for (const { replicas, callers, calls } of crowds) {
    for (const latency of [0, 200]) {
      const total = replicas * callers * calls
      test(`${replicas} with ${callers} callers, ${latency} ms away, make ${total} calls without a 429`, async (t) => {
        const host = await startWatched(t, latency)
        // The account is on the free plan.
        const { id } = await host.connect('calendly', { account: 'dan@calendly.example' })
        await freshMinute(host)
        const all = Array.from({ length: replicas }, () => host.another())
        const crowd = await gather(host.clock, all, id, { callers, calls }, async (connection) => {
          assert.equal((await connection.fetch('/users/me', { maxWaitMs: hour })).status, 200)
        })
        assert.equal(host.answers.length, total)
        assert.ok(host.answers.every((status) => status === 200))
        const ideal = (total / perMinute) * 60_000
        // A small part of every window stays unused, and the last window may have just begun.
        assert.ok(crowd.took <= ideal * 1.1 + 60_000, `${crowd.took} ms instead of ${ideal}`)
        assert.ok(unfairness(crowd.callers) < 2, `callers: ${unfairness(crowd.callers)}`)
        if (callers >= 40) assert.ok(unfairness(crowd.calls) < 2, `calls: ${unfairness(crowd.calls)}`)
        t.diagnostic(
          `${(crowd.took / 60_000).toFixed(1)} min, ideal ${total / perMinute}; the longest wait in terms of the mean: ` +
            `${unfairness(crowd.callers).toFixed(2)} of callers, ${unfairness(crowd.calls).toFixed(2)} of calls`,
        )
      })
    }
  }
})

describe('callers of one grant', () => {
  test('take turns: one that makes 200 calls at once does not hold up one that makes a single call', async (t) => {
    const host = await startWatched(t, 100)
    const { id } = await host.connect('calendly', { account: 'dan@calendly.example' })
    await freshMinute(host)
    const { get } = host.punctual.connections
    const order: string[] = []
    const made = async (name: string) => {
      const own = await get(id)
      return (count: number) =>
        Array.from({ length: count }, async () => {
          await own.fetch('/users/me', { maxWaitMs: hour })
          order.push(name)
        })
    }
    const looper = (await made('loop'))(200)
    const single = await Promise.all(Array.from({ length: 10 }, () => made('single')))
    await Promise.all([...looper, ...single.flatMap((one) => one(1))])
    assert.equal(order.length, 210)
    // The first round has one turn of the loop, and the calls that were already in flight.
    assert.ok(order.lastIndexOf('single') < 20, `the last single call came after ${order.lastIndexOf('single')} calls`)
    assert.deepEqual([...new Set(host.answers)], [200])
  })

  test('share a place in the queue under one name', async (t) => {
    const host = await startWatched(t)
    const { id } = await host.connect('calendly', { account: 'dan@calendly.example' })
    await freshMinute(host)
    const order: string[] = []
    const call = async (caller: string) => {
      const own = await host.punctual.connections.get(id)
      await own.fetch('/users/me', { maxWaitMs: hour, caller })
      order.push(caller)
    }
    await Promise.all([...Array.from({ length: 100 }, () => call('import')), ...['a', 'b', 'c'].map(call)])
    assert.ok(Math.max(...['a', 'b', 'c'].map((name) => order.indexOf(name))) < 10, order.join(' '))
  })

  test('go before background calls', async (t) => {
    const host = await startWatched(t, 100)
    const connection = await host.connect('calendly', { account: 'dan@calendly.example' })
    await freshMinute(host)
    const order: string[] = []
    const call = async (background: boolean) => {
      await connection.fetch('/users/me', { maxWaitMs: hour, background })
      order.push(background ? 'background' : 'interactive')
    }
    const behind = Array.from({ length: 40 }, () => call(true))
    const before = Array.from({ length: 40 }, () => call(false))
    await Promise.all([...behind, ...before])
    assert.equal(order.lastIndexOf('interactive') - 39, order.slice(0, 41).filter((one) => one === 'background').length)
    assert.ok(order.slice(0, 41).filter((one) => one === 'background').length <= 1, 'only the one that went first')
  })

  test('do not wait for background calls', async (t) => {
    const host = await startWatched(t, 100)
    const connection = await host.connect('calendly', { account: 'dan@calendly.example' })
    await freshMinute(host)
    const behind = Array.from({ length: 60 }, () =>
      connection.fetch('/users/me', { maxWaitMs: hour, background: true }),
    )
    await host.clock.sleep(5000)
    const began = host.clock.now()
    for (let at = 0; at < 3; at++) await connection.fetch('/users/me')
    assert.ok(host.clock.now() - began < 1000, `${host.clock.now() - began} ms`)
    await Promise.all(behind)
  })
})
