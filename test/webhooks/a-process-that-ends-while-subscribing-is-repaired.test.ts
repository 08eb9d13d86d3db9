// A process may end between any two steps. The next process repairs what it left: the provider has exactly the desired
// subscription, or none if none is desired.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Punctual } from '../../src/index.ts'
import { memory } from '../../src/store/memory.ts'
import { type Case, cases, type Listening, monday, startListening } from './host.ts'

interface Process {
  readonly punctual: Punctual
  /** Ends the process at the step with that number, before or after the effect of the step. */
  endAt(step: number, side: 'before' | 'after'): void
  readonly ended: boolean
}

/** A Punctual that can be ended at each write of a subscription and at each call about one. */
function processBeside(host: Listening, of: Case): Process {
  let at = Number.POSITIVE_INFINITY
  let side = 'before'
  let steps = 0
  let ended = false
  const step = async <Result>(work: () => Promise<Result>): Promise<Result> => {
    const mine = ++steps
    if (mine > at || (mine === at && side === 'before')) ended = true
    if (ended) throw new Error('the process has ended')
    const result = await work()
    if (mine === at) ended = true
    if (ended) throw new Error('the process has ended')
    return result
  }
  const { store } = host
  const subscriptions = new Proxy(store.subscriptions, {
    get(table, name) {
      const operation = Reflect.get(table, name) as (...values: unknown[]) => Promise<unknown>
      const writes = name === 'insert' || name === 'update'
      return async (...values: unknown[]) => {
        if (ended) throw new Error('the process has ended')
        return writes ? step(() => operation(...values)) : operation(...values)
      }
    },
  })
  const punctual = host.another({
    store: { ...store, subscriptions },
    fetch: (input, init) => {
      const send = () => host.sandbox.handler(new Request(input, init))
      return String(input).includes(of.hooks) ? step(send) : ended ? Promise.reject(new Error('ended')) : send()
    },
  })
  return {
    punctual,
    endAt(number, where) {
      at = steps + number
      side = where
    },
    get ended() {
      return ended
    },
  }
}

/** What a host application does when its process ends, and what must be at the provider afterwards. */
interface Act {
  readonly name: string
  before(punctual: Punctual, connection: string, of: Case): Promise<unknown>
  run(punctual: Punctual, connection: string, of: Case): Promise<unknown>
  /** What the host application requests next, since it got no response. */
  again(punctual: Punctual, connection: string, of: Case): Promise<unknown>
  desired(of: Case): readonly string[] | null
}

const subscribe: Act['run'] = (punctual, connection, of) => punctual.webhooks.subscribe(connection, of.events)
const unsubscribe: Act['run'] = (punctual, connection) => punctual.webhooks.unsubscribe(connection)

const acts: Act[] = [
  {
    name: 'subscribing',
    before: async () => {},
    run: subscribe,
    again: subscribe,
    desired: (of) => of.events,
  },
  {
    name: 'subscribing to what is no longer desired',
    before: async () => {},
    run: subscribe,
    again: unsubscribe,
    desired: () => null,
  },
  {
    name: 'changing the events',
    before: subscribe,
    run: (punctual, connection, of) => punctual.webhooks.subscribe(connection, [...of.events, of.third]),
    again: (punctual, connection, of) => punctual.webhooks.subscribe(connection, [...of.events, of.third]),
    desired: (of) => [...of.events, of.third],
  },
  {
    name: 'unsubscribing',
    before: subscribe,
    run: unsubscribe,
    again: unsubscribe,
    desired: () => null,
  },
]

const mostSteps = 20

/** Lets a day pass, in which the keeper runs twice. */
async function later(host: Listening, punctual: Punctual): Promise<void> {
  for (let half = 0; half < 2; half++) {
    host.sandbox.clock.advance(12 * 3600)
    punctual.start()
    await host.clock.sleep(20_000)
    await punctual.stop()
  }
}

for (const of of cases) {
  describe(`at ${of.client}`, () => {
    for (const act of acts) {
      for (const side of ['before', 'after'] as const) {
        test(`${act.name} is repaired when the process ends ${side} any step`, async (t) => {
          let step = 1
          for (; step <= mostSteps; step++) {
            const host = await startListening(t, { store: memory(), keepWarm: 'always' })
            const connection = await host.join(of)
            await act.before(host.punctual, connection.id, of)
            const first = processBeside(host, of)
            first.endAt(step, side)
            await act.run(first.punctual, connection.id, of).catch(() => {})
            if (!first.ended) break

            const next = host.another({ store: host.store, keepWarm: 'always' })
            await act.again(next, connection.id, of)
            await later(host, next)
            const standing = await host.standing()
            const desired = act.desired(of)
            assert.deepEqual(
              standing.map((one) => one.events.toSorted()),
              desired ? [desired.toSorted()] : [],
              `step ${step}`,
            )
            const listed = await next.webhooks.list(connection.id)
            assert.deepEqual(
              listed.map(({ state, detail }) => [state, detail]),
              desired ? [['active', null]] : [],
              `step ${step}`,
            )
            if (!desired) continue
            assert.ok(standing[0]?.url.endsWith(listed[0]?.id ?? '-'))
            await of.book(await next.connections.get(connection.id), `${monday}T10:00:00Z`)
            await host.sandbox.delivered()
            assert.equal(host.received().length, 1, `step ${step}`)
          }
          assert.ok(step > 3 && step <= mostSteps, `it took ${step} steps`)
        })
      }
    }

    test('without another request the keeper alone finishes or undoes what was begun', async (t) => {
      for (const side of ['before', 'after'] as const) {
        for (let step = 1; step <= mostSteps; step++) {
          const host = await startListening(t, { store: memory(), keepWarm: 'always' })
          const connection = await host.join(of)
          await host.punctual.webhooks.subscribe(connection, of.events)
          const first = processBeside(host, of)
          first.endAt(step, side)
          await first.punctual.webhooks.subscribe(connection.id, [...of.events, of.third]).catch(() => {})
          if (!first.ended) break
          await later(host, host.another({ store: host.store, keepWarm: 'always' }))
          const desired = step === 1 && side === 'before' ? of.events : [...of.events, of.third]
          assert.deepEqual(
            (await host.standing()).map((one) => one.events.toSorted()),
            [desired.toSorted()],
            `${side} ${step}`,
          )
        }
      }
    })
  })
}
