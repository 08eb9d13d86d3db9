// Where the engine runs in the process, leases are judged by the monotonic clock.

import assert from 'node:assert/strict'
import { type Contract, claimBy, connect } from '../fixtures.ts'

export const leaseClockContract: Contract = Object.fromEntries(
  Object.entries({ forward: 3_600_000, back: -3_600_000 }).map(([direction, step]) => [
    `a wall clock that is set ${direction} neither ends nor extends a lease`,
    async (at) => {
      const { claim, get } = at.store.grants
      const id = (await connect(at.store)).connection.grant
      await claim(id, 1, claimBy('w', { leaseMs: 20_000 }))
      at.clock.step(step)
      assert.equal((await get(id))?.leaseLeftMs, 20_000)
      assert.equal(await claim(id, 1, claimBy('v')), null)
      at.clock.pass(19_999)
      assert.equal(await claim(id, 1, claimBy('v')), null)
      at.clock.pass(1)
      assert.ok(await claim(id, 1, claimBy('v')))
    },
  ]),
)
