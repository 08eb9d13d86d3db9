// How the governor uses responses, on a clock that only a test moves.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'

import { createGovernor } from '../../src/calls/governor.ts'
import type { Turn } from '../../src/calls/grant-limits.ts'
import type { Clock } from '../../src/core/clock.ts'
import type { Provider, RateLimits } from '../../src/core/provider.ts'
import { calcom, calendly, defineProvider } from '../../src/providers/index.ts'

const options = { clientId: 'id', clientSecret: 'secret' }
const byUser = calendly({ ...options, scopes: ['users:read'] }).provider
const byToken = calcom({ ...options, scopes: ['PROFILE_READ'] }).provider
const silent: Provider = { ...byUser, rate: null }

const wallStart = 1_700_000_000_000

function budgetHeaders(remaining: number, reset = 60): Record<string, string> {
  const numbers = { limit: '50', remaining: String(remaining), reset: String(reset) }
  return Object.fromEntries(
    Object.entries(numbers).flatMap(([name, value]) => [
      [`x-ratelimit-${name}`, value],
      [`x-ratelimit-${name}-default`, value],
    ]),
  )
}

interface GovernorDriver {
  readonly turns: Turn[]
  /** Requests that many turns; those that are granted are in `turns`. */
  ask(count: number, provider?: Provider, more?: { path?: string; method?: string; grant?: string }): void
  /** Sends with the first open turn, and gives it its response. */
  answer(status: number, headers: Record<string, string>, generation?: number): Promise<void>
  pass(ms: number): Promise<void>
  readonly governor: ReturnType<typeof createGovernor>
  readonly refused: unknown[]
}

function drive(): GovernorDriver {
  let now = 1_000_000
  const sleepers = new Set<{ at: number; wake: () => void }>()
  const clock: Clock = {
    // Far from the other: only a date in a header may be read with it.
    now: () => wallStart + now,
    monotonic: () => now,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        const one = { at: now + ms, wake: resolve }
        sleepers.add(one)
        signal?.addEventListener('abort', () => {
          sleepers.delete(one)
          reject(signal.reason)
        })
      }),
  }
  const settle = () => new Promise<void>((resolve) => setImmediate(resolve))
  const governor = createGovernor(clock)
  const turns: Turn[] = []
  const refused: unknown[] = []
  return {
    governor,
    turns,
    refused,
    ask(count, provider = byUser, { path = '/users/me', method = 'GET', grant = 'grant' } = {}) {
      const request = { grant, provider, method, path, caller: 'one', background: false, maxWaitMs: 3_600_000 }
      for (let at = 0; at < count; at++) {
        Promise.resolve(governor.turn({ ...request, signal: undefined })).then(
          (turn) => void turns.push(turn),
          (error) => void refused.push(error),
        )
      }
    },
    async answer(status, headers, generation = 1) {
      await settle()
      const turn = turns.shift()
      assert.ok(turn, 'no turn has come')
      turn.sent(generation)
      turn.answered(status, new Headers(headers))
      turn.end()
      await settle()
    },
    async pass(ms) {
      const until = now + ms
      for (;;) {
        await settle()
        const next = [...sleepers].sort((a, b) => a.at - b.at)[0]
        if (!next || next.at > until) break
        now = Math.max(now, next.at)
        sleepers.delete(next)
        next.wake()
      }
      now = until
      await settle()
    },
  }
}

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

describe('the memory of grants', () => {
  function use({ ask, turns, pass }: GovernorDriver, grants: number, headers = budgetHeaders(49), round = 0) {
    for (let at = 0; at < grants; at++) ask(1, byUser, { grant: `grant ${round} ${at}` })
    return pass(0).then(() => {
      for (const turn of turns.splice(0)) {
        turn.sent(1)
        turn.answered(200, new Headers(headers))
        turn.end()
      }
    })
  }

  test('lasts as long as their windows, and ends within ten seconds after them', async () => {
    const one = drive()
    await use(one, 1000)
    one.governor.forget()
    assert.equal(one.governor.size(), 1000)
    await one.pass(59_000)
    one.governor.forget()
    assert.equal(one.governor.size(), 1000)
    await one.pass(11_000)
    one.governor.forget()
    assert.equal(one.governor.size(), 0)
  })

  test('shrinks with the calls of any grant', async () => {
    const one = drive()
    await use(one, 1000)
    await one.pass(120_000)
    for (let round = 1; round <= 400; round++) await use(one, 1, budgetHeaders(49), round)
    assert.ok(one.governor.size() <= 400, `${one.governor.size()} are remembered`)
  })

  test('lasts for a window that was read late, for a block, and while a call is in flight or waits', async () => {
    const one = drive()
    await use(one, 1)
    await one.pass(50_000)
    await use(one, 1)
    await one.pass(30_000)
    one.governor.forget()
    assert.equal(one.governor.size(), 1, 'the window was read again')
    await one.pass(60_000)
    one.governor.forget()
    assert.equal(one.governor.size(), 0)
    one.ask(1, silent, { grant: 'blocked' })
    await one.answer(429, { 'retry-after': '3600' })
    one.ask(1, silent, { grant: 'in flight' })
    one.ask(1, silent, { grant: 'blocked' })
    await one.pass(3_500_000)
    one.governor.forget()
    assert.equal(one.governor.size(), 2)
    await one.pass(200_000)
    for (const turn of one.turns.splice(0)) turn.end()
    await one.pass(70_000)
    one.governor.forget()
    assert.equal(one.governor.size(), 0)
  })

  test('of a booking lasts for a day', async () => {
    const one = drive()
    const booking = { method: 'POST', path: '/invitees' }
    one.ask(1, byUser, booking)
    await one.answer(201, budgetHeaders(49))
    await one.pass(23 * 3_600_000)
    one.governor.forget()
    assert.equal(one.governor.size(), 1)
    await one.pass(3_700_000)
    one.governor.forget()
    assert.equal(one.governor.size(), 0)
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
