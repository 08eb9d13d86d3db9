import assert from 'node:assert/strict'
import { describe, type TestContext, test } from 'node:test'

import type { Connection, PunctualOptions } from '../../src/index.ts'
import { memory } from '../../src/store/memory.ts'
import { startQuietHost } from '../support/host.ts'

type QuietHost = Awaited<ReturnType<typeof startQuietHost>>

const hour = 3600
const day = 24 * hour

interface Kept {
  readonly host: QuietHost
  readonly connection: Connection
  pass(seconds: number, step: number): Promise<void>
}

async function kept(t: TestContext, client: string, options: Partial<PunctualOptions> = {}): Promise<Kept> {
  const host = await startQuietHost(t, options)
  const connection = await host.connect(client)
  host.forget()
  host.punctual.start()
  return {
    host,
    connection,
    pass: (seconds, step) => passOn(host, seconds, step),
  }
}

/** Lets time pass in steps, and lets the keeper work after each. */
async function passOn(host: QuietHost, seconds: number, step: number): Promise<void> {
  for (let passed = 0; passed < seconds; passed += step) {
    host.sandbox.clock.advance(step)
    for (let turn = 0; turn < 80; turn++) await new Promise((resolve) => setImmediate(resolve))
  }
}

const lifetime = { calendly: 2 * hour, calcom: hour / 2 }

describe('the keeper', () => {
  for (const client of ['calendly', 'calcom'] as const) {
    test(`refreshes a grant in use before its token expires: ${client}`, async (t) => {
      const { host, connection, pass } = await kept(t, client)
      for (let round = 0; round < 60; round++) {
        await pass(300, 60)
        const before = host.tokenRequests()
        const { expiresAt } = await connection.token()
        assert.ok(expiresAt.getTime() > host.clock.now())
        assert.equal(host.tokenRequests(), before, 'the caller had to renew')
      }
      const requests = host.tokenRequests()
      const lives = host.clock.elapsed() / 1000 / lifetime[client]
      assert.ok(
        requests >= Math.floor(lives / 0.95) && requests <= lives / 0.7,
        `${requests} refreshes in ${lives} token lifetimes`,
      )
    })
  }

  test('never refreshes an idle Calendly grant, and it still works', async (t) => {
    const { host, connection, pass } = await kept(t, 'calendly')
    await pass(2 * day, hour / 2)
    host.forget()
    await pass(60 * day, 6 * hour)
    assert.equal(host.tokenRequests(), 0)
    assert.equal((await connection.fetch('/users/me')).status, 200)
    assert.equal(host.tokenRequests(), 1)
  })

  test('refreshes an idle Cal.com grant about every fifteen days, before its refresh token expires', async (t) => {
    const { host, connection, pass } = await kept(t, 'calcom')
    await pass(2 * day, hour / 4)
    host.forget()
    await pass(90 * day, 3 * hour)
    assert.ok(
      host.tokenRequests() >= 5 && host.tokenRequests() <= 7,
      `${host.tokenRequests()} token requests in ninety days`,
    )
    assert.equal((await connection.fetch('/v2/me')).status, 200)
  })

  for (const daysAhead of [13, 20, 400])
    test(`loses no idle Cal.com grant whose set was stored by a clock that was ${daysAhead} days ahead`, async (t) => {
      const clock = { now: Date.now, monotonic: Date.now, sleep: () => Promise.reject(), ahead: 0 }
      const store = memory({ clock: { ...clock, now: () => clock.now() + clock.ahead, monotonic: () => clock.now() } })
      const host = await startQuietHost(t, { store })
      clock.now = () => host.clock.now()
      const connection = await host.connect('calcom')
      host.sandbox.clock.advance(2 * day)
      clock.ahead = daysAhead * day * 1000
      await connection.refresh()
      clock.ahead = 0
      host.punctual.start()
      await passOn(host, 35 * day, 6 * hour)
      assert.equal((await connection.fetch('/v2/me')).status, 200)
    })

  test('refreshes every grant ahead of time with keepWarm: always', async (t) => {
    const { host, pass } = await kept(t, 'calendly', { keepWarm: 'always' })
    await pass(4 * day, hour / 4)
    assert.ok(host.tokenRequests() > 45, `${host.tokenRequests()} token requests in four days`)
  })

  test('refreshes ahead of time with keepWarm: never only what would expire', async (t) => {
    const { host, connection, pass } = await kept(t, 'calcom', { keepWarm: 'never' })
    await pass(10 * day, hour)
    assert.equal(host.tokenRequests(), 0)
    await connection.token()
    await pass(40 * day, 3 * hour)
    assert.ok(host.tokenRequests() >= 3 && host.tokenRequests() <= 4, String(host.tokenRequests()))
    assert.equal((await connection.fetch('/v2/me')).status, 200)
  })

  test('stops without having started, twice, and during a refresh', async (t) => {
    const host = await startQuietHost(t)
    await host.punctual.stop()
    const connection = await host.connect('calcom')
    host.sandbox.clock.advance(hour)
    const token = connection.token()
    await host.punctual.stop()
    await host.punctual.stop()
    assert.equal((await token).generation, 2)
  })
})
