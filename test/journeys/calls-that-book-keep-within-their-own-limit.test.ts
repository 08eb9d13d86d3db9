import assert from 'node:assert/strict'
import { describe, type TestContext, test } from 'node:test'

import { type Client, type Connection, PunctualError } from '../../src/index.ts'
import { type BookingLimits, calendly } from '../../src/providers/index.ts'
import { freshMinute, type QuietHost, startWatched } from '../support/concurrent-callers.ts'

const hour = 3_600_000
const scopes = ['users:read', 'scheduled_events:write']

async function booker(
  t: TestContext,
  account: string,
  bookingLimits?: BookingLimits,
): Promise<{ host: QuietHost & { answers: number[] }; connection: Connection }> {
  const host = await startWatched(t)
  const client: Client = calendly({ ...host.sandbox.calendly, scopes, bookingLimits })
  const through = host.another({ clients: [client] })
  const connection = await host.connect('calendly', { account: `${account}@calendly.example`, scopes, through })
  await freshMinute(host)
  return { host, connection }
}

/** Requests a booking that the provider counts, and refuses because of its body. */
const book = (connection: Connection, maxWait = 0) =>
  connection.fetch('/invitees', { method: 'POST', body: '{}', maxWaitMs: maxWait })

async function limitedFor(call: Promise<Response>): Promise<{ seconds: number; answered: boolean }> {
  const error = await call.then(
    ({ status }) => assert.fail(`it was answered: ${status}`),
    (cause: unknown) => cause,
  )
  assert.ok(error instanceof PunctualError && error.code === 'rate_limited', String(error))
  return { seconds: (error.retryAfterMs ?? 0) / 1000, answered: error.answer !== undefined }
}

describe('bookings', () => {
  test('of a paid account are ten a minute; more wait, or learn when to come back', async (t) => {
    const { host, connection } = await booker(t, 'ada')
    for (let at = 0; at < 10; at++) assert.equal((await book(connection)).status, 400)
    const { seconds, answered } = await limitedFor(book(connection))
    assert.ok(seconds > 50 && seconds <= 60 && !answered, `${seconds}`)
    assert.equal((await connection.fetch('/users/me')).status, 200)
    const began = host.clock.now()
    await Promise.all(Array.from({ length: 12 }, () => book(connection, hour)))
    assert.ok(host.clock.now() - began > 110_000)
    assert.ok(!host.answers.includes(429))
  })

  test('of a paid account are fifty an hour and a hundred a day', async (t) => {
    const { host, connection } = await booker(t, 'ada')
    const began = host.clock.now()
    for (let at = 0; at < 50; at++) await book(connection, hour)
    const soon = await limitedFor(book(connection, 60_000))
    assert.ok(soon.seconds > 3000 && soon.seconds <= 3600, `${soon.seconds}`)
    for (let at = 0; at < 50; at++) await book(connection, 2 * hour)
    const later = await limitedFor(book(connection, 2 * hour))
    const passed = (host.clock.now() - began) / 1000
    assert.ok(Math.abs(later.seconds + passed - 86_400) < 60, `${later.seconds} after ${passed}`)
    assert.ok(!host.answers.includes(429))
  })

  test('of an enterprise account are as many as other calls', async (t) => {
    const { host, connection } = await booker(t, 'ada', 'enterprise')
    for (let at = 0; at < 10; at++) assert.equal((await book(connection)).status, 400)
    // The sandbox has no enterprise plan, so the refusal is the sandbox's.
    assert.ok((await limitedFor(book(connection))).answered)
    assert.equal(host.answers.at(-1), 429)
  })

  test('of a free account are as many as the provider allows: its first refusal is obeyed', async (t) => {
    const { host, connection } = await booker(t, 'dan', 'free')
    for (let at = 0; at < 5; at++) assert.equal((await book(connection)).status, 400)
    const first = await limitedFor(book(connection))
    assert.ok(first.answered && first.seconds > 86_000)
    const sent = host.answers.length
    assert.ok(!(await limitedFor(book(connection, hour))).answered)
    assert.equal(host.answers.length, sent)
    assert.equal((await connection.fetch('/users/me')).status, 200)
  })

  test('accept only the limits of a known plan', () => {
    assert.throws(
      () => calendly({ clientId: 'id', clientSecret: 'secret', scopes, bookingLimits: 'pro' as never }),
      /calendly: bookingLimits must be "free", "trial", "paid" or "enterprise"\.$/,
    )
  })
})
