// Booking keys: claimed by one caller at a time, changed by the holder of the claim alone, and looked after until what
// came of them is known.

import assert from 'node:assert/strict'
import { bookingKey, type Contract, freed, runSteadily } from '../fixtures.ts'

const lease = 60_000

export const bookingKeysContract: Contract = {
  'a key is claimed as requested, begun, and due for a check when the lease ends': async (at) => {
    const { bookingKeys } = at.store
    const now = at.clock.now()
    assert.equal(await bookingKeys.get('c1', 'k'), null)
    const claimed = await bookingKeys.claim(bookingKey('k'), 5000.4)
    const begun = { state: 'begun', step: null, reason: null, booking: null, claim: 1 } as const
    const unsent = { sentAt: null, sentMsAgo: null }
    const times = {
      ...unsent,
      leasedUntil: now + 5000,
      checkAt: now + 5000,
      createdAt: now,
      createdMsAgo: 0,
      readAt: now,
    }
    const row = { ...bookingKey('k'), ...begun, ...times }
    assert.deepEqual(claimed, { row, isMine: true, isNew: true })
    at.clock.pass(1)
    assert.deepEqual(await bookingKeys.get('c1', 'k'), { ...row, createdMsAgo: 1, readAt: now + 1 })
    assert.equal(await bookingKeys.get('c2', 'k'), null)
    assert.equal((await bookingKeys.claim(bookingKey('k', { connection: 'c2' }), lease)).isNew, true)
  },

  'of 20 callers with one key, one has the claim, and the others see its row': async (at) => {
    const { bookingKeys } = at.store
    const claimed = await Promise.all(
      Array.from({ length: 20 }, (_, n) => bookingKeys.claim(bookingKey('k', { request: `sealed by ${n}` }), lease)),
    )
    const [mine, ...more] = claimed.filter(({ isMine }) => isMine)
    assert.deepEqual([mine?.isNew, more.length], [true, 0])
    for (const { row } of claimed) assert.deepEqual(row, mine?.row)
  },

  'of 20 callers one takes over when the lease has ended, and the claim is another one': async (at) => {
    const { bookingKeys } = at.store
    const { row } = await bookingKeys.claim(bookingKey('k'), lease)
    await bookingKeys.update('c1', 'k', 1, { step: 'booking', sentMsAgo: 0 })
    at.clock.pass(lease - 1)
    assert.equal((await bookingKeys.claim(bookingKey('k'), lease)).isMine, false)
    at.clock.pass(1)
    const again = () => bookingKeys.claim(bookingKey('k', { request: 'sealed again' }), lease)
    const claimed = await Promise.all(Array.from({ length: 20 }, again))
    const mine = claimed.filter(({ isMine }) => isMine)
    assert.equal(mine.length, 1)
    const now = at.clock.now()
    const sent = { sentAt: row.createdAt, sentMsAgo: lease }
    const times = { ...sent, leasedUntil: now + lease, checkAt: now + lease, createdMsAgo: lease, readAt: now }
    assert.deepEqual(mine[0], {
      row: { ...row, step: 'booking', claim: 2, ...times },
      isMine: true,
      isNew: false,
    })
  },

  'a claim that another one has followed changes nothing': async (at) => {
    const { bookingKeys } = at.store
    await bookingKeys.claim(bookingKey('k'), lease)
    at.clock.pass(lease)
    // The holder of the claim may go on after the end of the lease, as long as no other caller took over.
    assert.equal(await bookingKeys.update('c1', 'k', 1, { step: 'late' }), true)
    const { row } = await bookingKeys.claim(bookingKey('k'), lease)
    assert.equal(await bookingKeys.update('c1', 'k', 1, { state: 'done', booking: 'b' }), false)
    assert.deepEqual(await bookingKeys.get('c1', 'k'), row)
    assert.equal(await bookingKeys.update('c2', 'k', 2, { state: 'done' }), false)
    assert.equal(await bookingKeys.update('c1', 'x', 2, { state: 'done' }), false)
    assert.equal(await bookingKeys.update('c1', 'k', 2, { state: 'done', booking: 'b' }), true)
  },

  'an update changes only the named fields': async (at) => {
    const { bookingKeys } = at.store
    const { row } = await bookingKeys.claim(bookingKey('k'), lease)
    assert.equal(await bookingKeys.update('c1', 'k', 1, {}), true)
    assert.deepEqual(await bookingKeys.get('c1', 'k'), row)
    const facts = { step: 'booked', reason: 'a reason', booking: 'b' } as const
    at.clock.pass(10)
    const now = at.clock.now()
    await bookingKeys.update('c1', 'k', 1, { ...facts, sentMsAgo: 0, checkInMs: 700.4 })
    const changed = { ...row, ...facts, sentAt: now, sentMsAgo: 0, createdMsAgo: 10, checkAt: now + 700, readAt: now }
    assert.deepEqual(await bookingKeys.get('c1', 'k'), changed)
    at.clock.pass(10)
    await bookingKeys.update('c1', 'k', 1, { step: null, reason: null, booking: null, release: true, checkInMs: null })
    const emptied = { step: null, reason: null, booking: null, checkAt: null }
    const later = { sentMsAgo: 10, createdMsAgo: 20, leasedUntil: now + 10, readAt: now + 10 }
    assert.deepEqual(await bookingKeys.get('c1', 'k'), { ...changed, ...emptied, ...later })
  },

  'how long ago a request may have left is told by the clock that has counted less': async (at) => {
    const { bookingKeys } = at.store
    await bookingKeys.claim(bookingKey('k'), lease)
    await bookingKeys.update('c1', 'k', 1, { step: 'booking', sentMsAgo: 0, release: true })
    const msAgo = async () => (await bookingKeys.get('c1', 'k'))?.sentMsAgo
    at.clock.pass(90_000)
    assert.equal(await msAgo(), 90_000)
    at.clock.step(-50_000)
    assert.equal(await msAgo(), 40_000)
    at.clock.pass(10_000)
    assert.equal((await bookingKeys.claim(bookingKey('k'), lease)).row.sentMsAgo, 50_000)
    await bookingKeys.update('c1', 'k', 2, { sentMsAgo: 70_000.4 })
    at.clock.pass(5000)
    assert.equal(await msAgo(), 75_000)
    at.clock.step(-1000)
    assert.equal(await msAgo(), 74_000)
  },

  'a released key is taken over at once; one that is done or refused is not, whatever its lease': async (at) => {
    const { bookingKeys } = at.store
    for (const state of ['begun', 'unknown', 'done', 'refused'] as const) {
      await bookingKeys.claim(bookingKey(state), lease)
      await bookingKeys.update('c1', state, 1, { state, step: 'booking', reason: 'as it was', release: true })
      const { row, isMine, isNew } = await bookingKeys.claim(bookingKey(state), lease)
      const isOpen = state === 'begun' || state === 'unknown'
      assert.deepEqual([isMine, isNew, row.claim], [isOpen, false, isOpen ? 2 : 1], state)
      assert.deepEqual([row.state, row.reason], [state, 'as it was'])
    }
  },

  'a key of another verb or another request is returned as it is': async (at) => {
    const { bookingKeys } = at.store
    await bookingKeys.claim(bookingKey('k'), lease)
    await bookingKeys.update('c1', 'k', 1, { step: 'booking', release: true })
    const before = await bookingKeys.get('c1', 'k')
    for (const other of [{ verb: 'cancel' }, { requestDigest: 'another' }] as const)
      assert.deepEqual(await bookingKeys.claim(bookingKey('k', other), lease), {
        row: before,
        isMine: false,
        isNew: false,
      })
    assert.equal((await bookingKeys.claim(bookingKey('k', { request: 'sealed again' }), lease)).isMine, true)
  },

  'a key under which nothing was sent begins with any request, and its claims go on': async (at) => {
    const { bookingKeys } = at.store
    const { row: first } = await bookingKeys.claim(bookingKey('k'), lease)
    await bookingKeys.update('c1', 'k', 1, { state: 'done', step: 'booking', booking: 'b', reason: 'r', sentMsAgo: 0 })
    assert.equal(await bookingKeys.update('c1', 'k', 1, freed), true)
    at.clock.pass(1000)
    const now = at.clock.now()
    const other = bookingKey('k', { verb: 'reschedule', requestDigest: 'another', request: 'sealed again' })
    const claimed = await bookingKeys.claim(other, lease)
    const times = { leasedUntil: now + lease, checkAt: now + lease, createdAt: now, readAt: now }
    assert.deepEqual(claimed, { row: { ...first, ...other, ...times, claim: 2 }, isMine: true, isNew: true })
    // Nobody begins it while it is held.
    const elsewhere = await bookingKeys.claim(bookingKey('k'), lease)
    assert.deepEqual([elsewhere.isMine, elsewhere.isNew, elsewhere.row], [false, false, claimed.row])
    at.clock.pass(lease)
    const after = await bookingKeys.claim(bookingKey('k'), lease)
    assert.deepEqual([after.isMine, after.isNew, after.row.claim, after.row.verb], [true, true, 3, 'book'])
  },

  'a holder that was suspended while its key was freed and begun again changes nothing': async (at) => {
    const { bookingKeys } = at.store
    await bookingKeys.claim(bookingKey('k'), lease)
    at.clock.pass(lease)
    const { row: second } = await bookingKeys.claim(bookingKey('k'), lease)
    await bookingKeys.update('c1', 'k', second.claim, freed)
    const { row: third } = await bookingKeys.claim(bookingKey('k', { request: 'sealed again' }), lease)
    for (const claim of [1, second.claim]) {
      assert.equal(await bookingKeys.update('c1', 'k', claim, { step: 'booking', sentMsAgo: 0 }), false)
      assert.equal(await bookingKeys.update('c1', 'k', claim, freed), false)
    }
    assert.deepEqual(await bookingKeys.get('c1', 'k'), third)
  },

  'callers who claim and free one key hold it one at a time': async (at) => {
    const { bookingKeys } = at.store
    let [held, times] = [false, 0]
    const caller = async () => {
      for (let n = 0; n < 20; n++) {
        const { row, isMine } = await bookingKeys.claim(bookingKey('k'), lease)
        if (!isMine) continue
        assert.equal(held, false)
        held = true
        times++
        await bookingKeys.get('c1', 'k')
        held = false
        assert.equal(await bookingKeys.update('c1', 'k', row.claim, freed), true)
      }
    }
    await Promise.all(Array.from({ length: 5 }, caller))
    assert.ok(times > 0)
  },

  'due keys are claimed by one caller, the longest due first, and not while they are leased': async (at) => {
    const { bookingKeys } = at.store
    for (let n = 0; n < 12; n++) {
      await bookingKeys.claim(bookingKey(`k${n}`), lease)
      await bookingKeys.update('c1', `k${n}`, 1, { checkInMs: 100 - n, release: n !== 11 })
    }
    at.clock.pass(89)
    assert.deepEqual(await bookingKeys.takeDue(5, lease), [])
    at.clock.pass(11)
    const [first] = await bookingKeys.takeDue(1, lease)
    const now = at.clock.now()
    assert.deepEqual(
      [first?.key, first?.claim, first?.leasedUntil, first?.checkAt, first?.readAt],
      ['k10', 2, now + lease, now + lease, now],
    )
    const due = (await Promise.all(Array.from({ length: 8 }, () => bookingKeys.takeDue(2, lease)))).flat()
    assert.deepEqual(due.map(({ key }) => key).sort(), ['k0', 'k1', 'k2', 'k3', 'k4', 'k5', 'k6', 'k7', 'k8', 'k9'])
    assert.equal((await bookingKeys.claim(bookingKey('k3'), lease)).isMine, false)
    assert.equal(await bookingKeys.update('c1', 'k3', 1, { state: 'done' }), false)
    assert.equal(await bookingKeys.update('c1', 'k3', 2, { state: 'done' }), true)
    at.clock.pass(lease - 101)
    assert.deepEqual(await bookingKeys.takeDue(20, lease), [])
    at.clock.pass(1)
    assert.deepEqual(
      (await bookingKeys.takeDue(20, lease)).map(({ key }) => key),
      ['k11'],
    )
    at.clock.pass(100)
    assert.equal((await bookingKeys.takeDue(20, lease)).length, 10)
  },

  'keys of one connection and verb that are under way are found, the newest first': async (at) => {
    const { bookingKeys } = at.store
    const ids = async (limit: number) => (await bookingKeys.underWay('c1', 'reschedule', limit)).map(({ key }) => key)
    assert.deepEqual(await ids(5), [])
    for (const key of ['old', 'new', 'done', 'unknown', 'freed']) {
      await bookingKeys.claim(bookingKey(key, { verb: 'reschedule' }), lease)
      assert.equal(await bookingKeys.update('c1', key, 1, { step: 'booking', sentMsAgo: 0 }), true)
      at.clock.pass(1000)
    }
    await bookingKeys.claim(bookingKey('unsent', { verb: 'reschedule' }), lease)
    for (const state of ['done', 'unknown'] as const) await bookingKeys.update('c1', state, 1, { state })
    await bookingKeys.update('c1', 'freed', 1, freed)
    for (const other of [
      { connection: 'c2', verb: 'reschedule' },
      { connection: 'c1', verb: 'book' },
    ] as const) {
      await bookingKeys.claim(bookingKey('other', other), lease)
      await bookingKeys.update(other.connection, 'other', 1, { step: 'booking', sentMsAgo: 0 })
    }
    assert.deepEqual(await ids(5), ['new', 'old'])
    assert.deepEqual(await ids(1), ['new'])
    const [newest] = await bookingKeys.underWay('c1', 'reschedule', 1)
    assert.deepEqual(newest, await bookingKeys.get('c1', 'new'))
  },

  'a key that is no longer begun is not due, unless it is asked for': async (at) => {
    const { bookingKeys } = at.store
    for (const state of ['begun', 'unknown', 'done', 'refused'] as const) {
      await bookingKeys.claim(bookingKey(state), lease)
      await bookingKeys.update('c1', state, 1, { state })
    }
    await bookingKeys.claim(bookingKey('asked for'), lease)
    await bookingKeys.update('c1', 'asked for', 1, { state: 'unknown', checkInMs: 1000 })
    at.clock.pass(lease)
    const due = (await bookingKeys.takeDue(20, lease)).map(({ key }) => key)
    assert.deepEqual(due.sort(), ['asked for', 'begun'])
  },

  'keys are swept once they are old enough, the oldest first, whatever their state': async (at) => {
    await runSteadily(at)
    const { bookingKeys } = at.store
    for (const [index, state] of (['begun', 'done', 'unknown'] as const).entries()) {
      await bookingKeys.claim(bookingKey(state), lease)
      await bookingKeys.update('c1', state, 1, { state })
      at.clock.pass(index === 2 ? 998 : 1)
    }
    const left = async () => {
      const rows = await Promise.all(['begun', 'done', 'unknown'].map((key) => bookingKeys.get('c1', key)))
      return rows.flatMap((row) => row?.key ?? [])
    }
    assert.equal(await bookingKeys.sweep(1001, 10), 0)
    assert.equal(await bookingKeys.sweep(1000, 10), 1)
    assert.deepEqual(await left(), ['done', 'unknown'])
    assert.equal(await bookingKeys.sweep(0, 1), 1)
    assert.deepEqual(await left(), ['unknown'])
    assert.equal((await bookingKeys.claim(bookingKey('done'), lease)).isNew, true)
  },
}
