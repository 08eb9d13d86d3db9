// A process that ends between any two steps leaves nothing that the next one does not put right: exactly the subscription
// that was wanted stands at the provider, or none where none was wanted.

import { deepEqual, equal, ok } from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Punctual } from '../../src/index.ts'
import { memory } from '../../src/store/memory.ts'
import { type Case, cases, type Listening, monday, startListening } from './host.ts'

interface Process {
  readonly punctual: Punctual
  /** Ends it at the step of that number, before or after the step has had its effect. */
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

/** What a host application may be doing when its process ends, and what is to stand afterwards. */
interface Act {
  readonly name: string
  before(punctual: Punctual, connection: string, of: Case): Promise<unknown>
  run(punctual: Punctual, connection: string, of: Case): Promise<unknown>
  /** What the host application asks for next, since it was told of no success. */
  again(punctual: Punctual, connection: string, of: Case): Promise<unknown>
  wanted(of: Case): readonly string[] | null
}

const subscribe: Act['run'] = (punctual, connection, of) => punctual.webhooks.subscribe(connection, of.events)
const unsubscribe: Act['run'] = (punctual, connection) => punctual.webhooks.unsubscribe(connection)

const acts: Act[] = [
  {
    name: 'subscribing',
    before: async () => {},
    run: subscribe,
    again: subscribe,
    wanted: (of) => of.events,
  },
  {
    name: 'subscribing to what is not wanted any more',
    before: async () => {},
    run: subscribe,
    again: unsubscribe,
    wanted: () => null,
  },
  {
    name: 'changing the events',
    before: subscribe,
    run: (punctual, connection, of) => punctual.webhooks.subscribe(connection, [...of.events, of.third]),
    again: (punctual, connection, of) => punctual.webhooks.subscribe(connection, [...of.events, of.third]),
    wanted: (of) => [...of.events, of.third],
  },
  {
    name: 'unsubscribing',
    before: subscribe,
    run: unsubscribe,
    again: unsubscribe,
    wanted: () => null,
  },
]

const mostSteps = 20

/** A day on, with a keeper at work now and then. */
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
        test(`${act.name}, ended ${side} each step`, async (t) => {
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
            const wanted = act.wanted(of)
            deepEqual(
              standing.map((one) => one.events.toSorted()),
              wanted ? [wanted.toSorted()] : [],
              `step ${step}`,
            )
            const listed = await next.webhooks.list(connection.id)
            deepEqual(
              listed.map(({ state, detail }) => [state, detail]),
              wanted ? [['active', null]] : [],
              `step ${step}`,
            )
            if (!wanted) continue
            ok(standing[0]?.url.endsWith(listed[0]?.id ?? '-'))
            await of.book(await next.connections.get(connection.id), `${monday}T10:00:00Z`)
            await host.sandbox.delivered()
            equal(host.received().length, 1, `step ${step}`)
          }
          ok(step > 3 && step <= mostSteps, `it took ${step} steps`)
        })
      }
    }

    test('nobody asks again: what was begun is finished or undone by the keeper alone', async (t) => {
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
          const wanted = step === 1 && side === 'before' ? of.events : [...of.events, of.third]
          deepEqual(
            (await host.standing()).map((one) => one.events.toSorted()),
            [wanted.toSorted()],
            `${side} ${step}`,
          )
        }
      }
    })
  })
}
