// Authorization attempts: consumed once, moved step by step, found when stranded, swept when they have ended.

import assert from 'node:assert/strict'
import { attempt, type Contract, connect, exchanged, runSteadily } from '../fixtures.ts'

export const attemptsContract: Contract = {
  'an attempt is read as it was inserted': async (at) => {
    const inserted = attempt('a', { reconnect: 'connection', anotherAccount: true, verifier: null, scopes: [] })
    await at.store.attempts.insert(inserted, 600_000)
    const now = at.clock.now()
    assert.deepEqual(await at.store.attempts.get('a'), {
      ...inserted,
      phase: 'begun',
      code: null,
      answer: null,
      outcome: null,
      createdAt: now,
      expiresAt: now + 600_000,
      movedAt: now,
      readAt: now,
    })
    assert.equal(await at.store.attempts.get('b'), null)
  },

  'two attempts cannot share a state': async (at) => {
    await at.store.attempts.insert(attempt('a'), 600_000)
    const twin = attempt('b', { stateHash: 'state of a' })
    await assert.rejects(at.store.attempts.insert(twin, 600_000), { code: 'store_unavailable', retryable: false })
    assert.equal(await at.store.attempts.get('b'), null)
  },

  'an attempt is consumed once': async (at) => {
    await at.store.attempts.insert(attempt('a'), 600_000)
    at.clock.pass(5000)
    const first = await at.store.attempts.consume('state of a', 'calendly')
    assert.equal(first?.first, true)
    assert.equal(first?.expired, false)
    assert.equal(first?.row.phase, 'consumed')
    assert.equal(first?.row.movedAt, at.clock.now())
    at.clock.pass(5000)
    const row = { ...first?.row, readAt: at.clock.now() }
    assert.deepEqual(await at.store.attempts.consume('state of a', 'calendly'), { ...first, row, first: false })
  },

  'of 50 callers that consume an attempt at once, one is first': async (at) => {
    await at.store.attempts.insert(attempt('a'), 600_000)
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => at.store.attempts.consume('state of a', 'calendly')),
    )
    assert.equal(answers.filter((answer) => answer?.first).length, 1)
    assert.ok(answers.every((answer) => answer?.row.phase === 'consumed'))
  },

  'an unknown state and another client find nothing, and consume nothing': async (at) => {
    await at.store.attempts.insert(attempt('a'), 600_000)
    assert.equal(await at.store.attempts.consume('another state', 'calendly'), null)
    assert.equal(await at.store.attempts.consume('state of a', 'calcom'), null)
    assert.equal((await at.store.attempts.get('a'))?.phase, 'begun')
  },

  'an attempt is found by its state, through its own client, and does not change': async (at) => {
    await at.store.attempts.insert(attempt('a'), 600_000)
    assert.deepEqual(await at.store.attempts.find('state of a', 'calendly'), await at.store.attempts.get('a'))
    assert.equal(await at.store.attempts.find('state of a', 'calcom'), null)
    assert.equal(await at.store.attempts.find('state of b', 'calendly'), null)
    assert.equal((await at.store.attempts.get('a'))?.phase, 'begun')
  },

  'of the attempts that an owner has begun the newest are kept, and all from which the owner has come back': async (
    at,
  ) => {
    for (const id of ['back', 'd', 'c', 'b', 'a']) {
      await at.store.attempts.insert(attempt(id, { owner: 'ann' }), 600_000)
      at.clock.pass(1)
    }
    await at.store.attempts.insert(attempt('other', { owner: 'bob' }), 600_000)
    await at.store.attempts.consume('state of back', 'calendly')
    await at.store.attempts.trim('ann', null, 2)
    const left = []
    for (const id of ['back', 'd', 'c', 'b', 'a', 'other']) if (await at.store.attempts.get(id)) left.push(id)
    assert.deepEqual(left, ['back', 'b', 'a', 'other'])
    await at.store.attempts.trim('bob', null, 0)
    assert.equal(await at.store.attempts.get('other'), null)
  },

  'the attempts of a connect session are counted by themselves': async (at) => {
    const sessions = { a1: null, a2: null, s1: 's', s2: 's', t1: 't' }
    for (const [id, session] of Object.entries(sessions)) {
      await at.store.attempts.insert(attempt(id, { owner: 'ann', session }), 600_000)
      at.clock.pass(1)
    }
    const left = async () => {
      const rows = await Promise.all(Object.keys(sessions).map((id) => at.store.attempts.get(id)))
      return rows.flatMap((row) => (row ? [row.id, row.session] : []))
    }
    await at.store.attempts.trim('ann', 's', 1)
    assert.deepEqual(await left(), ['a1', null, 'a2', null, 's2', 's', 't1', 't'])
    await at.store.attempts.trim('ann', null, 0)
    assert.deepEqual(await left(), ['s2', 's', 't1', 't'])
  },

  'an expired attempt is reported as expired and is not consumed': async (at) => {
    await at.store.attempts.insert(attempt('a'), 600_000)
    await at.store.attempts.insert(attempt('b'), 600_001)
    at.clock.pass(600_000)
    const late = await at.store.attempts.consume('state of a', 'calendly')
    assert.deepEqual([late?.first, late?.expired, late?.row.phase], [false, true, 'begun'])
    assert.equal((await at.store.attempts.consume('state of b', 'calendly'))?.first, true)
  },

  'an attempt moves on from the named phase, and from no other': async (at) => {
    await at.store.attempts.insert(attempt('a'), 600_000)
    assert.equal(await at.store.attempts.advance('a', 'consumed', 'held', { code: 'sealed code' }), false)
    assert.equal(await at.store.attempts.advance('b', 'begun', 'held'), false)
    await at.store.attempts.consume('state of a', 'calendly')
    at.clock.pass(1000)
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => at.store.attempts.advance('a', 'consumed', 'held', { code: 'sealed code' })),
    )
    assert.equal(answers.filter(Boolean).length, 1)
    const row = await at.store.attempts.get('a')
    assert.deepEqual([row?.phase, row?.code, row?.movedAt], ['held', 'sealed code', at.clock.now()])
  },

  'sealed fields that are not named are emptied; the verifier stays until the code has been exchanged': async (at) => {
    await at.store.attempts.insert(attempt('a'), 600_000)
    await at.store.attempts.advance('a', 'begun', 'held', { code: 'sealed code' })
    await at.store.attempts.advance('a', 'held', 'exchanging')
    let row = await at.store.attempts.get('a')
    assert.deepEqual([row?.code, row?.answer, row?.verifier], [null, null, 'sealed verifier'])
    await at.store.attempts.advance('a', 'exchanging', 'exchanged', { answer: 'sealed answer' })
    row = await at.store.attempts.get('a')
    assert.deepEqual([row?.code, row?.answer, row?.verifier], [null, 'sealed answer', null])
    const outcome = { error: 'account_mismatch', reason: null }
    await at.store.attempts.advance('a', 'exchanged', 'finished', { outcome })
    row = await at.store.attempts.get('a')
    assert.deepEqual([row?.answer, row?.outcome], [null, outcome])
  },

  'attempts whose answer was stored long enough ago and neither attached nor dropped are stranded, in the order of their ids':
    async (at) => {
      await exchanged(at.store, 'b')
      at.clock.pass(1000)
      await exchanged(at.store, 'a')
      await connect(at.store)
      await at.store.attempts.insert(attempt('begun'), 600_000)
      at.clock.pass(59_000)
      assert.deepEqual(
        (await at.store.attempts.stranded(60_000, 10, null)).map(({ id }) => id),
        ['b'],
      )
      at.clock.pass(1000)
      assert.deepEqual(
        (await at.store.attempts.stranded(60_000, 10, null)).map(({ id }) => id),
        ['a', 'b'],
      )
      assert.deepEqual(
        (await at.store.attempts.stranded(60_000, 1, null)).map(({ id }) => id),
        ['a'],
      )
      assert.deepEqual(
        (await at.store.attempts.stranded(60_000, 10, 'a')).map(({ id }) => id),
        ['b'],
      )
      assert.deepEqual(await at.store.attempts.stranded(60_000, 10, 'b'), [])
    },

  'an attempt that has ended may hold an answer: it is stranded until the answer is dropped, and keeps its outcome':
    async (at) => {
      const { advance, get, stranded } = at.store.attempts
      const outcome = { error: 'account_mismatch', reason: null }
      await exchanged(at.store, 'a')
      assert.equal(await advance('a', 'exchanged', 'finished', { outcome, answer: 'sealed answer' }), true)
      at.clock.pass(60_000)
      const [held] = await stranded(60_000, 10, null)
      assert.deepEqual(
        [held?.id, held?.phase, held?.answer, held?.outcome],
        ['a', 'finished', 'sealed answer', outcome],
      )
      assert.equal(await advance('a', 'finished', 'finished'), true)
      assert.deepEqual(await stranded(0, 10, null), [])
      assert.deepEqual((await get('a'))?.outcome, outcome)
    },

  'a sweep deletes what ended long enough ago, and no attempt that has an answer': async (at) => {
    await runSteadily(at)
    await at.store.attempts.insert(attempt('abandoned'), 600_000)
    await at.store.attempts.insert(attempt('finished'), 600_000)
    await at.store.attempts.advance('finished', 'begun', 'finished', { outcome: { error: 'x', reason: 'y' } })
    await at.store.attempts.insert(attempt('holding'), 600_000)
    await at.store.attempts.advance('holding', 'begun', 'exchanged', { answer: 'sealed answer' })
    assert.equal(await at.store.attempts.sweep(3_600_000, 100), 0)
    at.clock.pass(3_600_000)
    assert.equal(await at.store.attempts.sweep(3_600_000, 100), 1)
    assert.equal(await at.store.attempts.get('finished'), null)
    at.clock.pass(599_999)
    assert.equal(await at.store.attempts.sweep(3_600_000, 100), 0)
    at.clock.pass(1)
    assert.equal(await at.store.attempts.sweep(3_600_000, 100), 1)
    assert.equal(await at.store.attempts.get('abandoned'), null)
    at.clock.pass(1e9)
    assert.equal(await at.store.attempts.sweep(3_600_000, 100), 0)
    assert.equal((await at.store.attempts.get('holding'))?.answer, 'sealed answer')
  },

  'no attempt is swept before the clock has run for an hour without a step': async (at) => {
    await runSteadily(at)
    await at.store.attempts.insert(attempt('exchanging'), 600_000)
    await at.store.attempts.advance('exchanging', 'begun', 'exchanging')
    at.clock.step(365 * 86_400_000)
    assert.equal(await at.store.attempts.sweep(600_000, 10), 0)
    at.clock.step(-365 * 86_400_000)
    assert.equal(await at.store.attempts.sweep(600_000, 10), 0)
    const answered = await at.store.attempts.advance('exchanging', 'exchanging', 'exchanged', {
      answer: 'sealed answer',
    })
    assert.equal(answered, true)
  },

  'a sweep keeps to its limit, oldest first': async (at) => {
    await runSteadily(at)
    for (const id of ['c', 'b', 'a']) {
      await at.store.attempts.insert(attempt(id), 1000)
      at.clock.pass(1)
    }
    at.clock.pass(3_600_000)
    assert.equal(await at.store.attempts.sweep(1000, 2), 2)
    assert.deepEqual([await at.store.attempts.get('c'), await at.store.attempts.get('b')], [null, null])
    assert.deepEqual([await at.store.attempts.sweep(1000, 2), await at.store.attempts.sweep(1000, 2)], [1, 0])
  },
}
