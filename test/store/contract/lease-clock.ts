// Where the engine runs in the process, leases are judged by the monotonic clock.

import assert from 'node:assert/strict'
import { bookingKey, type Contract, claimBy, connect, pace } from '../fixtures.ts'

const leases: Contract = Object.fromEntries(
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

export const leaseClockContract: Contract = {
  ...leases,
  'a wall clock that is set forward or back begins no new burst': async (at) => {
    const { claim } = at.store.grants
    at.clock.pass(3_600_000)
    const id = (await connect(at.store)).connection.grant
    at.clock.pass(pace.intervalMs)
    for (let n = 0; n < pace.burst; n++) assert.ok(await claim(id, 1, claimBy('w', { leaseMs: 0 })), `${n}`)
    for (const step of [0, 86_400_000, -172_800_000]) {
      at.clock.step(step)
      assert.equal(await claim(id, 1, claimBy('w')), null, `${step}`)
    }
    at.clock.pass(pace.intervalMs)
    assert.ok(await claim(id, 1, claimBy('w')))
  },
  'a wall clock that is set forward does not make a request of a booking key older': async (at) => {
    const { bookingKeys } = at.store
    await bookingKeys.claim(bookingKey('k'), 20_000)
    await bookingKeys.update('c1', 'k', 1, { step: 'booking', sentMsAgo: 0, release: true })
    at.clock.pass(5000)
    at.clock.step(3_600_000)
    const msAgo = async () => (await bookingKeys.get('c1', 'k'))?.sentMsAgo
    assert.equal(await msAgo(), 5000)
    const createdMsAgo = async () => (await bookingKeys.get('c1', 'k'))?.createdMsAgo
    assert.equal(await createdMsAgo(), 3_605_000)
    at.clock.step(-7_200_000)
    assert.equal(await createdMsAgo(), 5000)
    at.clock.step(3_600_000)
    // After a restart of the machine, the time since then is what is certain.
    at.clock.restart()
    at.clock.pass(7000)
    assert.equal(await msAgo(), 7000)
    assert.equal((await bookingKeys.claim(bookingKey('k'), 20_000)).row.sentMsAgo, 7000)
  },
}
