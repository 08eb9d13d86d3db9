import assert from 'node:assert/strict'
import { test } from 'node:test'
import { systemRandom } from '../core/clock.ts'
import type { Grant } from '../records/grants.ts'
import { createLeases, type LeaseDependencies } from './lease.ts'

const pace = { intervalMs: 20_000, burst: 5 }

/** What a claim returns that the store has refused, of a grant with that pace and that backoff. */
async function refusedClaim(facts: { readonly pacedInMs: number; readonly retryInMs: number }): Promise<unknown> {
  const { pacedInMs, retryInMs } = facts
  const seen = {
    generation: 1,
    status: 'live',
    leaseLeftMs: 0,
    leaseOwner: null,
    readAt: 1000,
    retryAt: 1000 + retryInMs,
  }
  const leases = createLeases({
    grants: { claim: async () => null, get: async () => ({ ...seen, pacedInMs }) },
    clock: { now: () => 0, monotonic: () => 0, sleep: async () => {} },
    random: systemRandom,
    track: () => {},
  } as unknown as LeaseDependencies)
  return leases.claim({ id: 'g', generation: 1, leaseOwner: null, leaseLeftMs: 0 } as Grant, 'intent', pace)
}

test('a claim that is refused says when the pace and the backoff allow another one', async () => {
  assert.deepEqual(await refusedClaim({ pacedInMs: 90_000, retryInMs: 0 }), { why: 'cooling', waitMs: 10_000 })
  assert.deepEqual(await refusedClaim({ pacedInMs: 90_000, retryInMs: 15_000 }), { why: 'cooling', waitMs: 15_000 })
  assert.deepEqual(await refusedClaim({ pacedInMs: -5, retryInMs: 0 }), { why: 'cooling', waitMs: 1 })
})

test('a pace that is further ahead than it can be keeps nobody waiting: the clock of leases has begun again', async () => {
  assert.deepEqual(await refusedClaim({ pacedInMs: 1e12, retryInMs: 3000 }), { why: 'cooling', waitMs: 3000 })
})
