import assert from 'node:assert/strict'
import { describe, type TestContext, test } from 'node:test'

import {
  type CallInit,
  type Connection,
  failureOf,
  type PagesInit,
  PunctualError,
  type TokenInit,
} from '../../src/index.ts'
import { type QuietHost, startWatched } from '../support/concurrent-callers.ts'
import { setFault } from '../support/host.ts'

const booking: CallInit = { method: 'POST', body: '{}', headers: { 'content-type': 'application/json' } }

async function connected(t: TestContext): Promise<{ host: QuietHost; connection: Connection; sent(): number }> {
  const host = await startWatched(t)
  const scopes = ['users:read', 'event_types:read', 'scheduled_events:read', 'scheduled_events:write']
  const connection = await host.connect('calendly', { scopes })
  const requests = () => host.sandbox.requests().filter(({ endpoint }) => endpoint === 'api').length
  const before = requests()
  return { host, connection, sent: () => requests() - before }
}

async function errorOf(call: Promise<unknown>): Promise<PunctualError> {
  const error = await call.then(
    () => assert.fail('it was answered'),
    (cause: unknown) => cause,
  )
  assert.ok(error instanceof PunctualError, String(error))
  return error
}

describe('a call that only reads', () => {
  for (const status of [500, 502, 503, 504]) {
    test(`is sent again after a ${status}, with pauses`, async (t) => {
      const { host, connection, sent } = await connected(t)
      await setFault(host, { kind: 'status', endpoint: 'api', status, count: 2 })
      const began = host.clock.now()
      const response = await connection.fetch('/users/me')
      assert.equal(response.status, 200)
      assert.equal(failureOf(response), null)
      assert.equal(sent(), 3)
      const waited = host.clock.now() - began
      assert.ok(waited >= 750 && waited < 3000, `${waited} ms`)
    })
  }

  test('resolves with the last response when the server does not recover', async (t) => {
    const { host, connection, sent } = await connected(t)
    await setFault(host, { kind: 'status', endpoint: 'api', status: 503, body: { title: 'Away' }, count: null })
    const response = await connection.fetch('/users/me')
    assert.equal(response.status, 503)
    assert.equal(sent(), 3)
    const failure = failureOf(response)
    assert.deepEqual(
      [failure?.code, failure?.reason, failure?.retryable, failure?.answer],
      ['provider_unavailable', 'server_error', true, { status: 503, body: { title: 'Away' } }],
    )
  })

  test('waits as long as the provider asks for, within its deadline', async (t) => {
    const { host, connection, sent } = await connected(t)
    const away = { kind: 'status', endpoint: 'api', status: 503, headers: { 'retry-after': '7' } }
    await setFault(host, away)
    const began = host.clock.now()
    assert.equal((await connection.fetch('/users/me')).status, 200)
    assert.ok(host.clock.now() - began >= 7000)
    await setFault(host, { ...away, headers: { 'retry-after': '40' } })
    const response = await connection.fetch('/users/me')
    assert.equal(failureOf(response)?.retryAfterMs, 40_000)
    assert.equal(sent(), 3)
  })

  test('is sent again when the network fails, and then reports the failure', async (t) => {
    const { host, connection, sent } = await connected(t)
    for (const kind of ['reset_before', 'reset_after', 'truncated']) {
      await setFault(host, { kind, endpoint: 'api', count: 2 })
      assert.equal((await connection.fetch('/users/me')).status, 200)
    }
    assert.equal(sent(), 9)
    await setFault(host, { kind: 'reset_after', endpoint: 'api', count: 3 })
    const error = await errorOf(connection.fetch('/users/me'))
    assert.deepEqual([error.code, error.reason, error.retryable], ['provider_unavailable', 'network', true])
    assert.equal(sent(), 12)
  })

  test('ends at its deadline', async (t) => {
    const { host, connection, sent } = await connected(t)
    await setFault(host, { kind: 'hang', endpoint: 'api', count: null })
    const began = host.clock.now()
    const error = await errorOf(connection.fetch('/users/me', { deadlineMs: 5000 }))
    assert.deepEqual([error.code, error.reason, error.retryable], ['provider_unavailable', 'timeout', true])
    assert.ok(host.clock.now() - began < 5500)
    assert.equal(sent(), 1)
  })

  test('is not sent again for another error of the server', async (t) => {
    const { host, connection, sent } = await connected(t)
    await setFault(host, { kind: 'status', endpoint: 'api', status: 501 })
    assert.equal((await connection.fetch('/users/me')).status, 501)
    assert.equal(sent(), 1)
  })
})

describe('a call that changes something', () => {
  for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
    test(`is sent once when its response is lost: ${method}`, async (t) => {
      const { host, connection, sent } = await connected(t)
      for (const kind of ['reset_after', 'truncated']) {
        await setFault(host, { kind, endpoint: 'api' })
        const error = await errorOf(connection.fetch('/invitees', { ...booking, method }))
        assert.deepEqual(
          [error.code, error.reason, error.retryable],
          ['provider_unavailable', 'outcome_unknown', false],
        )
        assert.match(error.message, /Do not send it again before you have looked/)
      }
      assert.equal(sent(), 2)
    })
  }

  test('is sent once when no response comes in time', async (t) => {
    const { host, connection, sent } = await connected(t)
    await setFault(host, { kind: 'hang', endpoint: 'api' })
    const error = await errorOf(connection.fetch('/invitees', { ...booking, deadlineMs: 5000 }))
    assert.deepEqual([error.code, error.reason, error.retryable], ['provider_unavailable', 'outcome_unknown', false])
    assert.equal(sent(), 1)
  })

  test('is sent once when the server fails, since its response does not say what was done', async (t) => {
    const { host, connection, sent } = await connected(t)
    for (const status of [500, 502, 503, 504]) {
      await setFault(host, { kind: 'status', endpoint: 'api', status, headers: { 'retry-after': '1' } })
      const response = await connection.fetch('/invitees', booking)
      assert.equal(response.status, status)
      const failure = failureOf(response)
      assert.deepEqual([failure?.reason, failure?.retryable], ['outcome_unknown', false])
      assert.equal(failure?.answer?.status, status)
    }
    assert.equal(sent(), 4)
  })

  test('is sent again only when it certainly did not leave', async (t) => {
    const { host, connection } = await connected(t)
    await setFault(host, { kind: 'reset_before', endpoint: 'api', count: 2 })
    assert.equal((await connection.fetch('/invitees', booking)).status, 400)
    await setFault(host, { kind: 'reset_before', endpoint: 'api', count: null })
    const error = await errorOf(connection.fetch('/invitees', booking))
    assert.deepEqual([error.code, error.reason, error.retryable], ['provider_unavailable', 'network', true])
  })

  test('is sent once more with a refreshed token, since the ended one allowed nothing', async (t) => {
    const { host, connection, sent } = await connected(t)
    host.forget()
    await setFault(host, { kind: 'status', endpoint: 'api', status: 401 })
    assert.equal((await connection.fetch('/invitees', booking)).status, 400)
    assert.deepEqual([sent(), host.tokenRequests()], [2, 1])
  })

  test('is not sent again after a 429', async (t) => {
    const { host, connection, sent } = await connected(t)
    await setFault(host, { kind: 'rate_limited', endpoint: 'api', seconds: 9 })
    const error = await errorOf(connection.fetch('/invitees', { ...booking, maxWaitMs: 3_600_000 }))
    assert.deepEqual([error.code, error.retryAfterMs, error.answer?.status], ['rate_limited', 9000, 429])
    assert.equal(sent(), 1)
  })
})

describe('a body that is a stream', () => {
  const stream = (): CallInit => ({
    ...{ method: 'POST', duplex: 'half' as const },
    body: new ReadableStream({
      start(controller) {
        controller.enqueue(new TextEncoder().encode('{}'))
        controller.close()
      },
    }),
  })

  test('is sent once, even if it did not leave', async (t) => {
    const { host, connection, sent } = await connected(t)
    await setFault(host, { kind: 'reset_before', endpoint: 'api' })
    const error = await errorOf(connection.fetch('/invitees', stream()))
    assert.deepEqual([error.reason, error.retryable], ['network', true])
    assert.equal(sent(), 1)
  })

  test('whose token had ended can be sent by the caller again, with the refreshed token', async (t) => {
    const { host, connection, sent } = await connected(t)
    host.forget()
    await setFault(host, { kind: 'status', endpoint: 'api', status: 401 })
    const response = await connection.fetch('/invitees', stream())
    const failure = failureOf(response)
    assert.deepEqual([response.status, failure?.reason, failure?.retryable], [401, 'token_ended', true])
    assert.deepEqual([sent(), host.tokenRequests()], [1, 1])
    assert.equal((await connection.fetch('/invitees', stream())).status, 400)
  })
})

test('an unknown method, or a body that cannot be sent, is refused in a sentence', async (t) => {
  const { connection, sent } = await connected(t)
  for (const init of [
    { method: 'TRACE' },
    { method: 'GE T' },
    { body: '{}' },
    { deadlineMs: -1 },
    { maxWaitMs: Number.NaN },
    { timeout: 5000 },
    { signal: 'x' },
    { headers: 42 },
    { headers: { 'bad header': 'x' } },
    { headers: { a: 'x\ny' } },
    { background: 'x' },
    { caller: {} },
    null,
    42,
  ]) {
    const call = connection.fetch('/users/me', init as CallInit)
    await assert.rejects(call, { code: 'invalid_argument', message: /^fetch: / }, JSON.stringify(init))
  }
  for (const init of [{ method: 'POST' }, { signal: 'x' }, { headers: { 'bad header': 'x' } }, { page: 2 }, null]) {
    const list = () => connection.pages('/event_types', init as PagesInit)
    assert.throws(list, { code: 'invalid_argument', message: /^pages: / }, JSON.stringify(init))
  }
  for (const init of [{ minimumValidityMs: '5' }, { minimumvalidityms: 5 }, { signal: {} }, null, 42]) {
    const token = connection.token(init as TokenInit)
    await assert.rejects(token, { code: 'invalid_argument', message: /^token: / }, JSON.stringify(init))
  }
  assert.equal(sent(), 0)
})
