// A governor on a clock that only the test moves, and the calls that ask it for turns.

import assert from 'node:assert/strict'
import { createGovernor } from '../../src/calls/governor.ts'
import type { Turn } from '../../src/calls/grant-limits.ts'
import type { Clock } from '../../src/core/clock.ts'
import type { Provider } from '../../src/core/provider.ts'
import { calcom, calendly } from '../../src/providers/index.ts'

const options = { clientId: 'id', clientSecret: 'secret' }
export const byUser: Provider = calendly({ ...options, scopes: ['users:read'] }).provider
export const byToken: Provider = calcom({ ...options, scopes: ['PROFILE_READ'] }).provider
export const silent: Provider = { ...byUser, rate: null }

/** What the wall clock shows when the other one shows 0. */
export const wallStart: number = 1_700_000_000_000

export function budgetHeaders(remaining: number, reset = 60): Record<string, string> {
  const numbers = { limit: '50', remaining: String(remaining), reset: String(reset) }
  return Object.fromEntries(
    Object.entries(numbers).flatMap(([name, value]) => [
      [`x-ratelimit-${name}`, value],
      [`x-ratelimit-${name}-default`, value],
    ]),
  )
}

export interface GovernorDriver {
  readonly turns: Turn[]
  /** Requests that many turns; those that are granted are in `turns`. */
  ask(count: number, provider?: Provider, more?: { path?: string; method?: string; grant?: string }): void
  /** Sends with the first open turn, and gives it its response. */
  answer(status: number, headers: Record<string, string>, generation?: number): Promise<void>
  pass(ms: number): Promise<void>
  readonly governor: ReturnType<typeof createGovernor>
  readonly refused: unknown[]
}

export function drive(): GovernorDriver {
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
