import assert from 'node:assert/strict'
import { describe, type TestContext, test } from 'node:test'

import type { Connection, PunctualOptions } from '../../src/index.ts'
import { startQuietHost } from '../support/host.ts'

type QuietHost = Awaited<ReturnType<typeof startQuietHost>>

const hour = 3600
const day = 24 * hour

async function kept(
  t: TestContext,
  client: string,
  options: Partial<PunctualOptions> = {},
): Promise<{ host: QuietHost; connection: Connection; pass(seconds: number, step: number): Promise<void> }> {
  const host = await startQuietHost(t, options)
  const connection = await host.connect(client)
  host.forget()
  host.punctual.start()
  return {
    host,
    connection,
    /** Lets time pass in steps, and lets the keeper work after each. */
    async pass(seconds, step) {
      for (let passed = 0; passed < seconds; passed += step) {
        host.sandbox.clock.advance(step)
        for (let turn = 0; turn < 80; turn++) await new Promise((resolve) => setImmediate(resolve))
      }
    },
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
