import assert from 'node:assert/strict'
import { describe, test } from 'node:test'

import { type Connection, PunctualError } from '../../src/index.ts'
import { freshMinute, type QuietHost, startWatched } from '../support/concurrent-callers.ts'

const hour = 3_600_000
const profile = '/users/me'

/** Uses up the account's limit without Punctual, as another app of the same person does. */
async function useUp(host: QuietHost, connection: Connection, path: string, times: number): Promise<number> {
  const { accessToken } = await connection.token()
  const api = connection.provider === 'calendly' ? host.sandbox.calendly.hosts.api : host.sandbox.calcom.hosts.api
  let status = 0
  for (let at = 0; at < times; at++) {
    const headers = { authorization: `Bearer ${accessToken}` }
    status = (await host.sandbox.handler(new Request(`${api}${path}`, { headers }))).status
  }
  return status
}

async function setSwitches(host: QuietHost, switches: Record<string, unknown>): Promise<void> {
  const body = JSON.stringify(switches)
  const headers = { 'content-type': 'application/json' }
  const answer = await host.sandbox.handler(
    new Request(`${host.sandbox.url}/control/switches`, { method: 'POST', headers, body }),
  )
  assert.equal(answer.status, 200)
}

async function failureOfCall(call: Promise<unknown>): Promise<PunctualError> {
  const error = await call.then(
    () => assert.fail('it was answered'),
    (cause: unknown) => cause,
  )
  assert.ok(error instanceof PunctualError, String(error))
  return error
}

describe('a block that others have caused', () => {
  test('holds calls that only read to its end, and then lets one of them try', async (t) => {
    const host = await startWatched(t)
    await setSwitches(host, { calcomTokenPerMinute: 20 })
    const connection = await host.connect('calcom')
    await freshMinute(host)
    assert.equal(await useUp(host, connection, '/v2/me', 21), 429)
    const began = host.clock.now()
    const answers = await Promise.all(
      Array.from({ length: 10 }, async () => {
        const response = await connection.fetch('/v2/me', { maxWaitMs: hour })
        return [response.status, host.clock.now() - began] as const
      }),
    )
    for (const [status, waited] of answers) {
      assert.equal(status, 200)
      assert.ok(waited >= 60_000, `${waited} ms`)
    }
    assert.deepEqual(host.answers, [429, ...Array.from({ length: 10 }, () => 200)])
  })

  test('lasts its whole length even if the headers say less', async (t) => {
    const host = await startWatched(t)
    await setSwitches(host, { calcomTokenPerMinute: 20 })
    const connection = await host.connect('calcom')
    await freshMinute(host)
    assert.equal(await useUp(host, connection, '/v2/me', 21), 429)
    await host.clock.sleep(50_000)
    const error = await failureOfCall(connection.fetch('/v2/me'))
    assert.deepEqual([error.code, error.retryAfterMs, error.retryable], ['rate_limited', 60_000, true])
    assert.deepEqual(host.answers, [429])
  })

  test('fails a call that changes something at once, and all calls that cannot wait so long', async (t) => {
    const host = await startWatched(t)
    await setSwitches(host, { calcomTokenPerMinute: 20 })
    const connection = await host.connect('calcom')
    await freshMinute(host)
    await useUp(host, connection, '/v2/me', 21)
    const post = connection.fetch('/v2/bookings', { method: 'POST', body: '{}', maxWaitMs: hour })
    const refused = await failureOfCall(post)
    assert.deepEqual([refused.code, refused.retryAfterMs, refused.answer?.status], ['rate_limited', 60_000, 429])
    const before = host.clock.now()
    await host.clock.sleep(10_000)
    for (const wait of [{}, { deadlineMs: 5000 }, { maxWaitMs: 49_000 }]) {
      const held = await failureOfCall(connection.fetch('/v2/me', wait))
      assert.deepEqual([held.code, held.retryAfterMs, held.answer], ['rate_limited', 50_000, undefined])
    }
    assert.ok(host.clock.now() - before < 11_000, 'the calls that could not be sent in time did not wait')
    assert.deepEqual(host.answers, [429])
    assert.equal((await connection.fetch('/v2/me', { maxWaitMs: 51_000 })).status, 200)
  })
})

describe('a limit that is used up', () => {
  test('makes calls wait until its reset, and is not exceeded', async (t) => {
    const host = await startWatched(t)
    const connection = await host.connect('calendly', { account: 'dan@calendly.example' })
    await freshMinute(host)
    await useUp(host, connection, profile, 45)
    assert.equal((await connection.fetch(profile)).status, 200)
    const began = host.clock.now()
    const rest = await Promise.all(Array.from({ length: 20 }, () => connection.fetch(profile, { maxWaitMs: hour })))
    assert.ok(rest.every(({ status }) => status === 200))
    assert.ok(host.clock.now() - began > 50_000)
    assert.ok(!host.answers.includes(429))
  })

  test('goes to calls that wait within the deadline; the others learn when to come back', async (t) => {
    const host = await startWatched(t)
    const connection = await host.connect('calendly', { account: 'dan@calendly.example' })
    await freshMinute(host)
    const outcomes = await Promise.allSettled(
      Array.from({ length: 100 }, () => connection.fetch(profile, { deadlineMs: 20_000 })),
    )
    const late = outcomes.filter((outcome) => outcome.status === 'rejected').map(({ reason }) => reason)
    assert.ok(late.length > 40 && late.length < 95, `${late.length}`)
    for (const error of late) {
      assert.ok(error instanceof PunctualError)
      assert.equal(error.code, 'rate_limited')
      assert.ok(Number.isInteger(error.retryAfterMs) && Number(error.retryAfterMs) >= 1, String(error.retryAfterMs))
    }
    assert.equal(host.answers.length, outcomes.length - late.length)
  })

  test('is shared among calls that may wait long enough, and none is sent once its time is up', async (t) => {
    const cases = [
      { count: 55, init: {}, least: 40 },
      { count: 120, init: { maxWaitMs: 2000 }, least: 30 },
    ]
    for (const { count, init, least } of cases) {
      const host = await startWatched(t, 50)
      const connection = await host.connect('calendly', { account: 'dan@calendly.example' })
      await freshMinute(host)
      const outcomes = await Promise.allSettled(Array.from({ length: count }, () => connection.fetch(profile, init)))
      const answered = outcomes.filter(({ status }) => status === 'fulfilled').length
      assert.ok(answered >= least, `${answered} of ${count}`)
      assert.deepEqual([host.answers.length, host.answers.includes(429)], [answered, false])
    }
  })

  test('sends no call that changes something without time for its response', async (t) => {
    const host = await startWatched(t, 300)
    const connection = await host.connect('calendly', { account: 'dan@calendly.example' })
    await freshMinute(host)
    const post = () => connection.fetch('/scheduling_links', { method: 'POST', body: '{}', deadlineMs: 8000 })
    const outcomes = await Promise.allSettled(Array.from({ length: 120 }, post))
    const late = outcomes.filter((outcome) => outcome.status === 'rejected').map(({ reason }) => reason)
    assert.ok(late.length > 60, `${late.length}`)
    assert.ok(late.every((error) => error.code === 'rate_limited' || error.code === 'insufficient_scope'))
    assert.equal(late.filter((error) => error.answer).length + outcomes.length - late.length, host.answers.length)
  })

  test('of Calendly is respected when the 429 names a Retry-After', async (t) => {
    const host = await startWatched(t)
    await setSwitches(host, { calendlyRetryAfter: true })
    const connection = await host.connect('calendly', { account: 'dan@calendly.example' })
    await freshMinute(host)
    assert.equal(await useUp(host, connection, profile, 51), 429)
    const began = host.clock.now()
    assert.equal((await connection.fetch(profile, { maxWaitMs: hour })).status, 200)
    assert.ok(host.clock.now() - began > 50_000)
    assert.deepEqual(host.answers, [429, 200])
  })
})

describe('a call that waits', () => {
  test('leaves no trace when its caller cancels', async (t) => {
    const host = await startWatched(t, 100)
    const connection = await host.connect('calendly', { account: 'dan@calendly.example' })
    await freshMinute(host)
    const enough = new Error('enough')
    const leaving = new AbortController()
    const left = Promise.allSettled(
      Array.from({ length: 60 }, () => connection.fetch(profile, { maxWaitMs: hour, signal: leaving.signal })),
    )
    const stayed = Array.from({ length: 20 }, () => connection.fetch(profile, { maxWaitMs: hour }))
    await host.clock.sleep(2000)
    leaving.abort(enough)
    const gone = (await left).filter((outcome) => outcome.status === 'rejected')
    assert.ok(gone.length > 40, `${gone.length}`)
    assert.ok(gone.every(({ reason }) => reason === enough))
    const began = host.clock.now()
    assert.ok((await Promise.all(stayed)).every(({ status }) => status === 200))
    // Calls in flight when their caller cancelled have reached the API; no other cancelled call has.
    const sent = host.answers.length - (80 - gone.length)
    assert.ok(sent >= 0 && sent <= 6, `${sent}`)
    assert.ok(host.clock.now() - began < 70_000)
  })

  test('is refused when Punctual stops, and a call that is under way is finished', async (t) => {
    const host = await startWatched(t, 2000)
    const connection = await host.connect('calendly', { account: 'dan@calendly.example' })
    await freshMinute(host)
    const calls = Array.from({ length: 10 }, () => connection.fetch(profile, { maxWaitMs: hour }))
    const settled = Promise.allSettled(calls)
    await host.clock.sleep(500)
    const began = host.clock.now()
    const stopped = host.punctual.stop()
    await assert.rejects(connection.fetch(profile), { code: 'rate_limited', reason: 'stopping' })
    await stopped
    assert.ok(host.clock.now() - began < 10_000)
    assert.deepEqual(host.answers, [200], 'it was finished before the stop was')
    const outcomes = await settled
    assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1)
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') {
        assert.deepEqual([outcome.reason.code, outcome.reason.reason], ['rate_limited', 'stopping'])
      }
    }
  })
})
