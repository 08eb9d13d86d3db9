import assert from 'node:assert/strict'
import { describe, type TestContext, test } from 'node:test'

import type { Connection, PunctualError } from '../../src/index.ts'
import { setFault, startQuietHost } from '../support/host.ts'

/** Returns a connection whose token has expired, and sets the fault that its refresh meets. */
async function withExpiredToken(
  t: TestContext,
  client: string,
  fault: Record<string, unknown>,
): Promise<Awaited<ReturnType<typeof startQuietHost>> & { connection: Connection }> {
  const host = await startQuietHost(t)
  const connection = await host.connect(client)
  host.sandbox.clock.advance(3 * 3600)
  host.forget()
  await setFault(host, { provider: client, endpoint: 'token', grantType: 'refresh_token', ...fault })
  return Object.assign(host, { connection })
}

async function failureOf(work: Promise<unknown>): Promise<PunctualError> {
  return work.then(
    () => assert.fail('it succeeded'),
    (error) => error,
  )
}

const expiresIn = { calendly: 7200, calcom: 1800 }

for (const client of ['calendly', 'calcom'] as const) {
  describe(`an invalid refresh response: ${client}`, () => {
    const understood: [string, Record<string, unknown>][] = [
      ['wrapped in { status, data }', { kind: 'wrapped' }],
      ['without expires_in', { kind: 'missing', fields: ['expires_in'] }],
      ['with expires_in: null', { kind: 'set', fields: { expires_in: null } }],
      ['with expires_in as a string', { kind: 'set', fields: { expires_in: String(expiresIn[client]) } }],
      ['with scope as an array', { kind: 'set', fields: { scope: ['a', 'b'] } }],
      ['with status 201', { kind: 'set', status: 201 }],
      ['without token_type', { kind: 'missing', fields: ['token_type'] }],
    ]
    for (const [name, fault] of understood) {
      test(`${name} is accepted`, async (t) => {
        const host = await withExpiredToken(t, client, fault)
        const { generation, expiresAt } = await host.connection.token()
        assert.equal(generation, 2)
        const lives = (expiresAt.getTime() - host.clock.now()) / 1000
        assert.ok(Math.abs(lives - expiresIn[client]) < 5, `lives ${lives} s`)
        assert.equal(host.tokenRequests(), 1)
      })
    }

    test('without a refresh token keeps the old one', async (t) => {
      const host = await withExpiredToken(t, client, { kind: 'missing', fields: ['refresh_token'] })
      assert.equal((await host.connection.token()).generation, 2)
      host.sandbox.clock.advance(3 * 3600)
      // Both providers have rotated it, so the old one is refused: it has been tried by then.
      assert.equal((await failureOf(host.connection.token())).reason, 'refused')
      assert.equal(host.tokenRequests(), 2)
    })

    test('with 200 and an error ends the grant as the error alone would', async (t) => {
      const host = await withExpiredToken(t, client, { kind: 'error_200' })
      const error = await failureOf(host.connection.token())
      assert.deepEqual([error.code, error.reason], ['needs_reconnect', 'refused'])
    })

    for (const [name, fault] of [
      ['cut', { kind: 'truncated' }],
      ['without an end', { kind: 'endless' }],
      ['by a reset', { kind: 'reset_after' }],
      ['by a proxy’s page', { kind: 'html', after: true }],
      ['with 500', { kind: 'status', status: 500, after: true }],
      ['with a redirect', { kind: 'redirect', after: true }],
    ] as const) {
      test(`${name}, after the token was rotated, leaves the outcome unknown`, async (t) => {
        const host = await withExpiredToken(t, client, fault)
        const error = await failureOf(host.connection.token())
        assert.deepEqual([error.code, error.reason], ['needs_reconnect', 'outcome_unknown'])
        assert.equal(host.tokenRequests(), 2)
        assert.equal((await host.connect(client)).id, host.connection.id)
      })
    }

    for (const [name, fault] of [
      ['with 500', { kind: 'status', status: 500 }],
      ['with 503', { kind: 'status', status: 503 }],
      ['with 429', { kind: 'rate_limited', seconds: 5 }],
      ['by a proxy’s page', { kind: 'html' }],
      ['with a redirect', { kind: 'redirect' }],
      ['by a refused connection', { kind: 'reset_before' }],
    ] as const) {
      test(`${name}, before anything was done, is repeated`, async (t) => {
        const host = await withExpiredToken(t, client, fault)
        assert.equal((await host.connection.token()).generation, 2)
        assert.ok(host.clock.elapsed() < 30_000 + 3 * 3_600_000, 'within the deadline of the caller')
      })
    }

    for (const [name, after] of [
      ['before anything was done', false],
      ['after the token was rotated', true],
    ] as const) {
      test(`that never comes, ${name}, is awaited for two minutes, and no caller waits that long`, async (t) => {
        const host = await withExpiredToken(t, client, { kind: 'hang', after })
        const error = await failureOf(host.connection.token())
        assert.deepEqual([error.code, error.reason, error.retryable], ['provider_unavailable', 'timeout', true])
        assert.ok(host.clock.elapsed() <= 31_000 + 3 * 3_600_000, 'within the deadline of the caller')
        await host.clock.sleep(60_000)
        assert.equal((await failureOf(host.connection.token())).code, 'provider_unavailable')
        assert.equal(host.tokenRequests(), 1, 'it is not presented again while the answer can come')
        await host.clock.sleep(60_000)
        if (!after) return assert.equal((await host.connection.token()).generation, 2)
        const over = await failureOf(host.connection.token())
        assert.deepEqual([over.code, over.reason], ['needs_reconnect', 'outcome_unknown'])
      })
    }
  })

  for (const seconds of [300, -300]) {
    test(`a provider whose clock differs by ${seconds} s is tolerated: ${client}`, async (t) => {
      const host = await withExpiredToken(t, client, { kind: 'skew', seconds })
      assert.equal((await host.connection.token()).generation, 2)
      const path = client === 'calendly' ? '/users/me' : '/v2/me'
      assert.equal((await host.connection.fetch(path)).status, 200)
    })
  }
}
