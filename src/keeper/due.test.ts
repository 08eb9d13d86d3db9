import assert from 'node:assert/strict'
import { describe, test } from 'node:test'

import fc from 'fast-check'

import { systemRandom } from '../core/clock.ts'
import type { Provider } from '../core/provider.ts'
import { secret } from '../core/secret.ts'
import { createSchedule, whenDue } from './due.ts'

const day = 86_400
const provider = (facts: Partial<Provider>) =>
  ({ accessTokenLifetime: 7200, refreshTokenLifetime: null, ...facts }) as Provider
const bytes = fc.uint8Array({ minLength: 4, maxLength: 4 })
const refreshToken = secret('r')

describe('the due time of a token set', () => {
  test('lies between 70 and 85 % of its life, counted from the request', () => {
    fc.assert(
      fc.property(
        bytes,
        fc.integer({ min: 60, max: 100_000 }),
        fc.integer({ min: 0, max: 20_000 }),
        (drawn, expiresIn, elapsed) => {
          const parts = { random: () => drawn, keepWarm: 'used' } as const
          const plan = createSchedule(parts)(provider({}), { expiresInMs: expiresIn * 1000, refreshToken }, elapsed)
          const due = (plan.dueInMs ?? Number.NaN) + elapsed
          assert.equal(plan.expiresInMs, expiresIn * 1000 - elapsed)
          assert.equal(plan.refreshInMs, plan.dueInMs)
          assert.ok(due >= Math.max(700 * expiresIn - 1, elapsed) || due >= elapsed)
          assert.ok(due <= Math.max(850 * expiresIn + 1, elapsed))
        },
      ),
    )
  })

  test('is spread: of 10,000 sets stored at once no minute has more than one in ten', () => {
    const minutes = new Map<number, number>()
    for (let one = 0; one < 10_000; one++) {
      const { dueInMs: dueIn } = createSchedule({ random: systemRandom, keepWarm: 'used' })(
        provider({}),
        { expiresInMs: 7_200_000, refreshToken },
        0,
      )
      const minute = Math.floor((dueIn ?? 0) / 60_000)
      minutes.set(minute, (minutes.get(minute) ?? 0) + 1)
    }
    assert.ok(Math.max(...minutes.values()) < 1000)
    assert.ok(minutes.size >= 18)
  })

  test('uses the provider’s lifetime where the answer names none, and does not exist without a refresh token', () => {
    const parts = { random: systemRandom, keepWarm: 'used' } as const
    assert.equal(
      createSchedule(parts)(provider({ accessTokenLifetime: 1800 }), { expiresInMs: null, refreshToken }, 0)
        .expiresInMs,
      1_800_000,
    )
    assert.equal(createSchedule(parts)(provider({}), { expiresInMs: 10_000, refreshToken: null }, 0).dueInMs, null)
  })
})

describe('a grant that is due', () => {
  const now = 1_000 * day * 1000
  const used = { random: systemRandom, keepWarm: 'used' } as const

  test('is refreshed if it was used in the last day', () => {
    assert.equal(
      whenDue(used, provider({}), { readAt: now, usedAt: now - 3_600_000, refreshAt: now, outcomeUnknown: false }),
      'refresh',
    )
  })

  test('is not looked at again if it is idle and its refresh token does not end', () => {
    assert.deepEqual(
      whenDue(used, provider({}), { readAt: now, usedAt: now - 2 * day * 1000, refreshAt: now, outcomeUnknown: false }),
      {
        lookInMs: null,
      },
    )
    assert.equal(
      whenDue({ ...used, keepWarm: 'always' }, provider({}), {
        readAt: now,
        usedAt: 0,
        refreshAt: now,
        outcomeUnknown: false,
      }),
      'refresh',
    )
  })

  test('is looked at again before half the life of its refresh token, and refreshed then', () => {
    const calcom = provider({ refreshTokenLifetime: 30 * day })
    const idle = { usedAt: now - 2 * day * 1000, refreshAt: now - 1000, outcomeUnknown: false }
    const plan = whenDue(used, calcom, { readAt: now, ...idle })
    assert.ok(plan !== 'refresh' && plan.lookInMs !== null)
    assert.ok(plan.lookInMs > 13 * day * 1000 && plan.lookInMs <= 15 * day * 1000)
    assert.equal(whenDue(used, calcom, { readAt: now + plan.lookInMs, ...idle }), 'refresh')
  })
})
