// How the governor uses responses, on a clock that only a test moves.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { RateLimits } from '../../src/core/provider.ts'
import { defineProvider } from '../../src/providers/index.ts'
import { budgetHeaders, byToken, byUser, drive, silent, wallStart } from './governor-driver.ts'

describe('a budget that is not known', () => {
  test('lets one call go, while the others wait', async () => {
    const { ask, turns, answer, pass } = drive()
    ask(5)
    await pass(0)
    assert.equal(turns.length, 1)
    await answer(200, budgetHeaders(49))
    assert.ok(turns.length >= 1)
  })

  test('lets the next call go when a response does not report it', async () => {
    const { ask, turns, answer, pass } = drive()
    ask(5)
    await pass(0)
    for (const status of [401, 503, 404]) {
      await answer(status, {})
      assert.equal(turns.length, 1, `after ${status}`)
    }
  })

  test('waits no longer for a call that hangs', async () => {
    const { ask, turns, pass } = drive()
    ask(5)
    await pass(4900)
    assert.equal(turns.length, 1)
    await pass(200)
    assert.equal(turns.length, 2)
  })

  test('counts as no limit where a success does not report one', async () => {
    const { ask, turns, answer, pass } = drive()
    ask(5)
    await pass(0)
    await answer(200, {})
    assert.equal(turns.length, 4)
  })

  test('counts as no limit for a provider that reports nothing, until it refuses', async () => {
    const { ask, turns, answer, pass } = drive()
    ask(100, silent)
    await pass(0)
    assert.equal(turns.length, 100)
    await answer(429, { 'retry-after': '9' })
    ask(1, silent)
    await pass(8000)
    assert.equal(turns.length, 99)
    await pass(2000)
    assert.equal(turns.length, 100)
  })
})

describe('a budget that is known', () => {
  test('is never used up to its end', async () => {
    const { ask, turns, answer, pass } = drive()
    ask(20)
    await pass(0)
    await answer(200, budgetHeaders(3))
    assert.equal(turns.length, 0)
    await pass(60_000)
    assert.equal(turns.length, 1, 'after the reset, one to see')
  })

  test('is never all in flight at once', async () => {
    const { ask, turns, answer, pass } = drive()
    ask(12)
    await pass(0)
    for (let left = 49; left > 45; left--) await answer(200, budgetHeaders(left))
    assert.ok(turns.length <= 6, `${turns.length}`)
  })

  test('is spread over the rest of the window when many wait', async () => {
    const { ask, turns, answer, pass } = drive()
    ask(200)
    await pass(0)
    let left = 49
    await answer(200, budgetHeaders(left))
    let went = 0
    for (let second = 60; second > 30; second--) {
      await pass(1000)
      while (turns.length > 0) {
        went++
        await answer(200, budgetHeaders(--left, second - 1))
      }
    }
    assert.ok(went > 18 && went < 28, `${went} in half a minute`)
  })

  test('leaves room for others who are seen to use it', async () => {
    const { ask, turns, answer, pass } = drive()
    ask(200)
    await pass(0)
    let left = 49
    await answer(200, budgetHeaders(left))
    let went = 0
    for (let second = 60; second > 30; second--) {
      await pass(1000)
      while (turns.length > 0) {
        went++
        left -= 2
        await answer(200, budgetHeaders(left, second - 1))
      }
    }
    assert.ok(went > 8 && went < 17, `${went} in half a minute`)
  })

  test('starts again with a refreshed token, where the provider counts by token', async () => {
    for (const [provider, fresh] of [
      [byToken, true],
      [byUser, false],
    ] as const) {
      const { ask, turns, answer, pass } = drive()
      ask(1, provider)
      await answer(200, budgetHeaders(9))
      ask(1, provider)
      await pass(0)
      await answer(200, budgetHeaders(48), 2)
      ask(8, provider)
      await pass(0)
      assert.equal(turns.length > 1, fresh, provider.name)
    }
  })
})

describe('a reset that is the length of the window', () => {
  test('is read as the time that is left: no call exceeds the limit, and all are sent in the end', async () => {
    const one = drive()
    // A window of 60 s with 50 calls, as Calendly's recorded responses report it.
    let [endsAt, used, seconds, most, gone] = [60, 0, 0, 0, 0]
    one.ask(120)
    while (one.turns.length > 0 || seconds < 600) {
      while (one.turns.length > 0) {
        if (seconds >= endsAt) [endsAt, used] = [seconds + 60, 0]
        used += 1
        gone += 1
        most = Math.max(most, used)
        await one.answer(200, budgetHeaders(50 - used, 60))
      }
      await one.pass(1000)
      seconds += 1
    }
    assert.deepEqual([one.refused, gone], [[], 120])
    assert.ok(most <= 50, `${most} calls in a window`)
  })
})

describe('a refusal for too many', () => {
  test('of one endpoint holds up that endpoint alone', async () => {
    const { ask, turns, answer, pass } = drive()
    const guests = { method: 'POST', path: '/v2/bookings/uid/guests' }
    ask(1, byToken)
    await answer(200, budgetHeaders(40))
    ask(1, byToken, guests)
    const own = { ...budgetHeaders(0, 30), 'x-ratelimit-limit-default': '5' }
    await answer(429, own)
    ask(1, byToken, guests)
    ask(1, byToken)
    await pass(0)
    assert.equal(turns.length, 1)
    await pass(60_000)
    assert.equal(turns.length, 2)
  })

  test('may name a date', async () => {
    const { ask, turns, answer, pass } = drive()
    ask(1, silent)
    await answer(429, { 'retry-after': new Date(wallStart + 1_030_000).toUTCString() })
    ask(1, silent)
    await pass(29_000)
    assert.equal(turns.length, 0)
    await pass(2000)
    assert.equal(turns.length, 1)
  })

  test('is obeyed for a day at most', async () => {
    const { ask, turns, answer, pass } = drive()
    ask(1, silent)
    await answer(429, { 'retry-after': '999999999' })
    ask(1, silent)
    await pass(3_500_000)
    assert.equal(turns.length, 0)
  })
})

test('a provider of your own can report its limits', () => {
  const read: RateLimits['read'] = (headers) => {
    const remaining = Number(headers.get('ratelimit-remaining') ?? Number.NaN)
    return Number.isNaN(remaining) ? null : { limit: 10, remaining, reset: 10 }
  }
  const own = defineProvider({
    ...{ name: 'own', issuer: 'https://id.example', apiBase: 'https://api.example' },
    ...{ authorizationEndpoint: 'https://id.example/authorize', tokenEndpoint: 'https://id.example/token' },
    identify: async () => ({ id: '1', name: null, email: null, timeZone: null }),
    rate: { read, special: [{ method: 'POST', path: '/x', spans: [{ calls: 1, seconds: 10 }] }] },
  })({ clientId: 'id', scopes: [] })
  const { rate } = own.provider
  assert.deepEqual(rate?.read(new Headers({ 'ratelimit-remaining': '7' })), { limit: 10, remaining: 7, reset: 10 })
  assert.deepEqual([rate?.perToken, rate?.block, rate?.special.length], [false, 0, 1])
})
