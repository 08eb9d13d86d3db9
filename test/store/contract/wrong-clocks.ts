// After a wrong clock: a stored time that is further ahead than it ever can be counts as reached, and no sweep believes
// a clock that has just been set.

import assert from 'node:assert/strict'
import { longestSpans } from '../../../src/core/store/longest-spans.ts'
import {
  attempt,
  bookingKey,
  type Contract,
  claimBy,
  connect,
  delivery,
  entry,
  exchanged,
  openCircuitBreaker,
  pace,
  refusal,
  runSteadily,
  subscription,
} from '../fixtures.ts'

const day = 86_400_000
const hour = 3_600_000

export const wrongClocksContract: Contract = {
  'a lease that would run for longer than a lease can is shortened, and holds until then': async (at) => {
    const { claim, get } = at.store.grants
    const id = (await connect(at.store)).connection.grant
    await claim(id, 1, claimBy('w'))
    at.clock.step(-day)
    at.clock.restart()
    assert.equal((await get(id))?.leaseLeftMs, longestSpans.lease)
    assert.equal(await claim(id, 1, claimBy('v')), null)
    at.clock.pass(longestSpans.lease - 1)
    assert.deepEqual([(await get(id))?.leaseLeftMs, (await get(id))?.leaseOwner], [1, 'w'])
    assert.equal(await claim(id, 1, claimBy('v')), null)
    at.clock.pass(1)
    assert.equal((await claim(id, 1, claimBy('v')))?.leaseOwner, 'v')
  },

  'a cool-down and a pace that are further ahead than they can be are over': async (at) => {
    const { claim, release, get } = at.store.grants
    const id = (await connect(at.store)).connection.grant
    const harmless = { harmless: true, retryInMs: longestSpans.retry, failed: true }
    at.clock.pass(hour)
    for (let n = 0; n < pace.burst; n++) assert.ok(await claim(id, 1, claimBy('w', { leaseMs: 0 })))
    await release(id, 1, 'w', harmless)
    assert.equal(await claim(id, 1, claimBy('w')), null)
    at.clock.step(-day)
    at.clock.restart()
    const { retryAt, readAt } = (await get(id)) ?? {}
    assert.equal(retryAt, readAt)
    const claimed = await claim(id, 1, claimBy('w'))
    assert.equal(claimed?.pacedInMs, pace.intervalMs)
  },

  'a new set begins a new pace where the old one is further ahead than it can be': async (at) => {
    at.clock.pass(hour)
    const id = (await connect(at.store)).connection.grant
    at.clock.step(-day)
    at.clock.restart()
    await connect(at.store)
    assert.equal((await at.store.grants.get(id))?.pacedInMs, pace.intervalMs)
    for (let n = 0; n < 20; n++) await connect(at.store)
    assert.equal((await at.store.grants.get(id))?.pacedInMs, pace.burst * pace.intervalMs)
  },

  'grants that are due further ahead than they can be are due now, up to the limit': async (at) => {
    const { takeDue, get, claim, release } = at.store.grants
    const ids: string[] = []
    for (const account of ['a', 'b', 'c']) ids.push((await connect(at.store, { account })).connection.grant)
    await connect(at.store, { account: 'never', grant: { refreshInMs: null, dueInMs: null } })
    const over = (await connect(at.store, { account: 'over' })).connection.grant
    await claim(ids[0] ?? '', 1, claimBy('w'))
    await release(ids[0] ?? '', 1, 'w', { harmless: true, retryInMs: longestSpans.retry, failed: true })
    assert.deepEqual(await takeDue('calendly', 10, 60_000), [])
    at.clock.step(-longestSpans.due)
    assert.equal((await get(ids[0] ?? ''))?.dueAt, at.clock.now())
    await at.store.grants.end(over, 1, 'refused', entry)
    const leased = [...(await takeDue('calendly', 2, 60_000)), ...(await takeDue('calendly', 2, 60_000))]
    assert.deepEqual(leased.sort(), ids.sort())
    assert.deepEqual(await takeDue('calendly', 2, 60_000), [])
    assert.equal((await get(ids[0] ?? ''))?.dueAt, at.clock.now() + 60_000)
  },

  'an attempt that expires later than it can has expired': async (at) => {
    const { attempts } = at.store
    await attempts.insert(attempt('a'), longestSpans.attempt)
    await attempts.insert(attempt('b'), longestSpans.attempt)
    at.clock.step(-1)
    const late = await attempts.consume('state of a', 'calendly')
    assert.deepEqual([late?.first, late?.expired, late?.row.phase], [false, true, 'begun'])
    assert.equal(late?.row.expiresAt, at.clock.now())
    await attempts.advance('a', 'begun', 'consumed')
    at.clock.step(-day)
    await attempts.advance('b', 'begun', 'consumed')
    await runSteadily(at)
    assert.equal(await attempts.sweep(hour, 10), 1)
    assert.equal(await attempts.get('b'), null)
  },

  'attempts and grants that were left while the clock was ahead are found': async (at) => {
    await exchanged(at.store, 'a')
    const { connection } = await connect(at.store)
    await at.store.connections.detach(connection.id, entry)
    at.clock.step(-day)
    assert.equal((await at.store.attempts.stranded(hour, 10, null))[0]?.id, 'a')
    assert.equal((await at.store.grants.closing(hour, 10, null))[0]?.id, connection.grant)
  },

  'events that wait for longer than they can are dispatched, in their order': async (at) => {
    const { outbox } = at.store
    const keys = async (limit: number) => (await outbox.take('v', limit, 1000)).map(({ key }) => key)
    await outbox.accept([delivery('leased', { orderingKey: 'one' })])
    await outbox.accept([delivery('retried', { orderingKey: 'two' })])
    const [, retried] = await outbox.take('w', 2, 60_000)
    await outbox.fail(retried?.id ?? '', 'w', 'no', hour)
    await outbox.accept([delivery('behind', { orderingKey: 'one', orderAt: 20_000 })])
    await outbox.accept([delivery('patient', { orderingKey: 'three', maxWaitMs: 5000 })])
    assert.deepEqual([await keys(5), await outbox.nextDue()], [[], 5000])
    at.clock.step(-2 * day)
    assert.equal(await outbox.nextDue(), 0)
    assert.equal((await outbox.get(retried?.id ?? ''))?.dueAt, at.clock.now())
    const leased = [...(await keys(2)), ...(await keys(2))]
    assert.deepEqual(leased.sort(), ['patient', 'retried'])
    assert.deepEqual([await keys(5), await outbox.nextDue()], [[], 1000])
    at.clock.pass(1000)
    assert.deepEqual((await keys(5)).sort(), ['patient', 'retried'])
    // An event that a running process may be dispatching stays leased for a minute.
    at.clock.pass(59_000)
    assert.deepEqual((await keys(5)).sort(), ['leased', 'patient', 'retried'])
  },

  'subscriptions that are due further ahead than they can be are due now, up to the limit': async (at) => {
    const { subscriptions } = at.store
    for (const id of ['a', 'b', 'c']) await subscriptions.insert(subscription(id, { scope: id }), null, hour)
    await subscriptions.insert(subscription('removed', { scope: 'd' }), null, hour)
    await subscriptions.update('removed', ['creating'], { state: 'removed' })
    assert.deepEqual(await subscriptions.takeDue(2, 1000), [])
    at.clock.step(-2 * day)
    assert.equal((await subscriptions.get('a'))?.checkAt, at.clock.now())
    const leased = [...(await subscriptions.takeDue(2, 1000)), ...(await subscriptions.takeDue(2, 1000))]
    assert.deepEqual(leased.map(({ id }) => id).sort(), ['a', 'b', 'c'])
    assert.deepEqual(await subscriptions.takeDue(2, 1000), [])
  },

  'a lease on a booking key neither ends early nor lasts forever when clocks are set': async (at) => {
    const { bookingKeys } = at.store
    await bookingKeys.claim(bookingKey('k'), longestSpans.bookingLease)
    const isMine = async () => (await bookingKeys.claim(bookingKey('k'), 1000)).isMine
    at.clock.step(-day)
    at.clock.restart()
    const row = await bookingKeys.get('c1', 'k')
    assert.equal((row?.leasedUntil ?? 0) - (row?.readAt ?? 0), longestSpans.bookingLease)
    assert.equal(await isMine(), false)
    at.clock.pass(longestSpans.bookingLease - 1)
    assert.equal(await isMine(), false)
    at.clock.pass(1)
    assert.equal(await isMine(), true)
  },

  'booking keys that are due further ahead than they can be are due now, up to the limit': async (at) => {
    const { bookingKeys } = at.store
    for (const key of ['a', 'b', 'c', 'held', 'never']) {
      await bookingKeys.claim(bookingKey(key), longestSpans.bookingLease)
      await bookingKeys.update('c1', key, 1, {
        checkInMs: key === 'never' ? null : hour,
        release: key !== 'held',
      })
    }
    const keys = async () => (await bookingKeys.takeDue(2, 1000)).map(({ key }) => key)
    assert.deepEqual(await keys(), [])
    at.clock.step(-2 * day)
    at.clock.restart()
    assert.equal((await bookingKeys.get('c1', 'a'))?.checkAt, at.clock.now())
    assert.deepEqual([...(await keys()), ...(await keys())].sort(), ['a', 'b', 'c'])
    assert.deepEqual(await keys(), [])
    // A living process may work on the one that is held.
    at.clock.pass(longestSpans.bookingLease - 1)
    assert.ok(!(await bookingKeys.takeDue(10, 1000)).some(({ key }) => key === 'held'))
    at.clock.pass(1000)
    assert.ok((await bookingKeys.takeDue(10, 1000)).some(({ key }) => key === 'held'))
  },

  'a circuit breaker whose probe is further ahead than it can be is probed now': async (at) => {
    const { clients } = at.store
    for (const client of ['c', 'd']) await openCircuitBreaker(at.store, client)
    at.clock.step(-day)
    assert.equal((await clients.refused('c'))[0]?.probeAt, at.clock.now())
    assert.equal(await clients.probe('of c', 60_000), true)
    assert.equal(await clients.probe('of c', 60_000), false)
    await clients.refuse('d', refusal('one', { credentials: 'of d' }))
    assert.equal((await clients.refused('d'))[0]?.probeAt, at.clock.now() + 60_000)
  },

  'no sweep of events or subscriptions believes a clock that has not run for an hour without a step': async (at) => {
    const { outbox, subscriptions } = at.store
    for (const key of ['a', 'b']) await outbox.accept([delivery(key)])
    await subscriptions.insert(subscription('s'), null, 0)
    await subscriptions.update('s', ['creating'], { state: 'removed' })
    const sweep = async () => [
      await outbox.sweep({ done: 30 * day, dead: 30 * day, pending: 30 * day }, 1),
      await subscriptions.sweep(30 * day, 1),
    ]
    assert.deepEqual(await sweep(), [0, 0])
    at.clock.step(31 * day)
    assert.deepEqual(await sweep(), [0, 0])
    at.clock.pass(hour - 1)
    assert.deepEqual(await sweep(), [0, 0], 'a step forward')
    at.clock.step(-1)
    assert.deepEqual(await sweep(), [0, 0], 'a step back')
    at.clock.pass(hour - 1)
    assert.deepEqual(await sweep(), [0, 0])
    at.clock.pass(1)
    assert.deepEqual(await sweep(), [1, 1])
    at.clock.pass(day)
    assert.deepEqual(await sweep(), [1, 0])
    await outbox.accept([delivery('c')])
    at.clock.pass(31 * day)
    assert.deepEqual(await sweep(), [0, 0], 'no sweep has looked for longer than a day')
  },

  'pending events are never swept when the sweep has no age for them': async (at) => {
    await runSteadily(at)
    await at.store.outbox.accept([delivery('a')])
    at.clock.pass(day)
    assert.equal(await at.store.outbox.sweep({ done: 0, dead: 0, pending: null }, 10), 0)
    assert.equal(await at.store.outbox.sweep({ done: 0, dead: 0, pending: 0 }, 10), 1)
  },
}
