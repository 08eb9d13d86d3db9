// One program of sixty steps runs unchanged at both providers, and what it gets there has one shape.

import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import { bookingEventTypes } from '../../src/core/scheduling/provider.ts'
import { calcomScopes, calendlyScopes } from '../../src/sandbox/world/scopes.ts'
import { type Booking, scheduling } from '../../src/scheduling/index.ts'
import { createConsumer } from '../outbox/consumer.ts'
import { startListening } from '../webhooks/host.ts'
import { createDiary } from './sixty-steps/diary.ts'
import { differences, shapeOf } from './sixty-steps/shape.ts'
import { type Row, runSteps, type Surroundings, tableOf } from './sixty-steps/steps.ts'
import { program } from './sixty-steps.ts'

const providers = [
  { name: 'calendly', scopes: calendlyScopes },
  { name: 'calcom', scopes: calcomScopes },
] as const

/** Eve's account at that provider, in a host application of its own. */
async function surroundingsAt(t: TestContext, { name, scopes }: (typeof providers)[number]): Promise<Surroundings> {
  const consumer = createConsumer()
  const host = await startListening(t, { deliverTo: { handler: consumer.handler, types: [...bookingEventTypes] } })
  const connection = await host.connect(name, { account: 'eve', scopes: [...scopes] })
  const { sandbox, clock, punctual } = host
  return {
    calendar: scheduling(connection),
    now: () => clock.now(),
    advance: (ms) => sandbox.clock.advance(ms / 1000),
    requests: () => sandbox.requests().length,
    async subscribe() {
      await punctual.webhooks.subscribe(connection, { bookings: true })
      punctual.start()
    },
    async events(count) {
      await sandbox.delivered()
      // Whatever the provider sends twice is one event.
      await host.resend()
      // What has not come when nothing is going on any more does not come.
      await Promise.race([consumer.until(count), clock.sleep(300_000)])
      return consumer.events.filter((event) => 'complete' in event)
    },
    async moveAsGuest({ id }: Booking, start) {
      const path = `/control/bookings/${id.split('/').at(-1)}/move`
      const headers = { 'content-type': 'application/json' }
      const request = new Request(sandbox.url + path, { method: 'POST', headers, body: JSON.stringify({ start }) })
      const response = await sandbox.handler(request)
      assert.ok(response.ok, await response.text())
    },
  }
}

describe('one program at both providers', () => {
  const runs = new Map<string, readonly Row[]>()

  for (const provider of providers)
    test(`runs at ${provider.name}`, async (t) => {
      const rows = await runSteps(program, createDiary(await surroundingsAt(t, provider)))
      runs.set(provider.name, rows)
      assert.ok(rows.length >= 60 && !rows.some(({ failed }) => failed), tableOf(runs))
    })

  test('differs only in what a provider lacks', () => {
    const [one = [], other = []] = runs.values()
    for (const [index, row] of one.entries()) {
      const twin = other[index]
      if (row.lacks === undefined && twin?.lacks === undefined) assert.equal(row.outcome, twin?.outcome, tableOf(runs))
    }
  })

  test('gets values of the same shape', () => {
    const [one = [], other = []] = runs.values()
    const found = one.flatMap(({ name, value }, index) =>
      differences(shapeOf(value), shapeOf(other[index]?.value)).map((difference) => `${name}: ${difference}`),
    )
    assert.deepEqual(found, [])
  })

  test('contains no name of a provider', () => {
    const folder = import.meta.dirname
    for (const file of globSync('sixty-steps{.ts,/*.ts}', { cwd: folder })) {
      const text = readFileSync(join(folder, file), 'utf8')
      assert.doesNotMatch(text, /calendly|cal\W?com/i, file)
    }
  })
})
