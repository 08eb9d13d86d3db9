// A process ends between any two steps of a connect session, and another one goes on: one connection comes of it, with the
// code as it was held, or after the person has begun again in the same session.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type Clock, createPunctual, PunctualError, type Store } from '../../src/index.ts'
import { memory } from '../../src/store/memory.ts'
import { startConnectPage } from '../support/connect-page.ts'
import { sandboxClients } from '../support/host.ts'
import { baseUrl, testKey } from '../support/settings.ts'
import { virtualClock } from '../support/virtual-clock.ts'

/** Where a process ends: before or after the operations that it performs, counted together. */
interface Life {
  readonly store: Store
  readonly fetch: typeof fetch
  readonly clock: (clock: Pick<Clock, 'now' | 'monotonic'>) => Clock
  /** Resolves when it has ended. */
  readonly ended: Promise<void>
}

/** A process that ends at its step number `fatal`: from then on nothing of it comes back, and it does nothing more. */
function lifeUntil(fatal: number, store: Store): Life {
  const never = () => new Promise<never>(() => {})
  let [steps, isOver] = [0, false]
  let end = () => {}
  const ended = new Promise<void>((resolve) => {
    end = resolve
  })
  const step = () => {
    isOver ||= steps++ === fatal
    if (isOver) end()
    return isOver
  }
  const mortal =
    <Values extends unknown[], Result>(operation: (...values: Values) => Promise<Result>) =>
    async (...values: Values): Promise<Result> => {
      if (step()) return never()
      const result = await operation(...values)
      return step() ? never() : result
    }
  const table = <Name extends 'attempts' | 'connections' | 'grants' | 'connectSessions'>(name: Name) =>
    Object.fromEntries(
      Object.entries(store[name]).map(([operation, run]) => [operation, mortal(run as () => Promise<unknown>)]),
    ) as unknown as Store[Name]
  return {
    store: {
      ...store,
      attempts: table('attempts'),
      connections: table('connections'),
      grants: table('grants'),
      connectSessions: table('connectSessions'),
    },
    fetch: mortal((input: Parameters<typeof fetch>[0], init?: RequestInit) => fetch(input, init)),
    clock: (clock) => ({ ...clock, sleep: never }),
    ended,
  }
}

describe('a process that ends while a connect session is completed', () => {
  for (const client of ['calendly', 'calcom'])
    test(`leaves a session that another process completes, at every step: ${client}`, async (t) => {
      const seen = { completed: 0, again: 0 }
      for (let fatal = 0, hasEnded = true; hasEnded; fatal++) {
        const store = memory()
        const page = await startConnectPage(t, { store })
        const { host, punctual } = page
        const { id } = await punctual.connectSessions.create({ owner: 'ada', returnTo: '/settings' })
        const trip = await page.consent(id, client)
        const done = await page.callback(trip)
        const life = lifeUntil(fatal, store)
        const mortal = createPunctual({
          baseUrl,
          keys: [testKey],
          store: life.store,
          clients: sandboxClients(host.sandbox),
          fetch: life.fetch,
          clock: life.clock(virtualClock(() => host.sandbox.clock.now())),
          journal: null,
        })
        const whole = async () => {
          await mortal.connectSessions.arrive(id, new Request(done, { headers: { cookie: trip.browser.cookie } }))
          await mortal.complete({ session: id, owner: 'ada' })
          return false
        }
        hasEnded = await Promise.race([life.ended.then(() => true), whole()])

        // A minute later the person reloads the page, and the back end asks again.
        host.sandbox.clock.advance(60)
        const back = await page.arrive(id, done)
        const complete = () => punctual.complete({ session: id, owner: 'ada' })
        const first = await complete().catch((error: unknown) => error)
        if (first instanceof PunctualError) {
          // The code had left with the process.
          assert.deepEqual([first.code, first.reason], ['attempt_refused', 'interrupted'])
          assert.equal((await punctual.connectSessions.get(id)).state, 'open')
          await page.travel(id, client)
          seen.again++
        } else {
          assert.equal(back.searchParams.get('punctual_session'), id)
          seen.completed++
        }
        const connection = await complete()
        assert.equal((await punctual.connectSessions.get(id)).state, 'completed')
        assert.equal((await complete()).id, connection.id)
        assert.deepEqual(
          (await punctual.connections.list()).connections.map((one) => one.id),
          [connection.id],
        )
        assert.ok(fatal < 80, 'the process has not ended after 80 steps')
      }
      assert.ok(seen.completed > 10 && seen.again > 0 && seen.again < 6, JSON.stringify(seen))
    })
})
