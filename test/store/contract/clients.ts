// Refusals of a client: suspected by one grant, confirmed by another, tried by one caller, ended once.

import assert from 'node:assert/strict'
import { type Contract, refusal } from '../fixtures.ts'

export const clientsContract: Contract = {
  'the first refusal is a suspicion, under which another grant may be tried at once': async (at) => {
    const { clients } = at.store
    const now = at.clock.now()
    assert.deepEqual(await clients.refused('c'), [])
    assert.equal(await clients.refuse('c', refusal('one')), false)
    const row = { client: 'c', credentials: 'of c', code: 'invalid_client', reason: 'no', witness: 'one' }
    const facts = { confirmed: false, since: now, probeAt: now, readAt: now }
    assert.deepEqual(await clients.refused('c'), [{ ...row, ...facts }])
    assert.deepEqual(await clients.refused('d'), [])
    assert.equal(await clients.probe('of c', 10_000), true)
    assert.equal(await clients.probe('of c', 10_000), false)
    assert.equal(await clients.resume('of c'), false)
    assert.deepEqual(await clients.refused('c'), [])
  },

  'of 20 first refusals the second one confirms, and the circuit breaker opens for all grants': async (at) => {
    const { clients } = at.store
    const all = Array.from({ length: 20 }, (_, n) => clients.refuse('c', refusal(`grant ${n}`)))
    assert.equal((await Promise.all(all)).filter(Boolean).length, 1)
    const [row] = await clients.refused('c')
    assert.deepEqual([row?.witness, row?.confirmed], [null, true])
    assert.equal(row?.probeAt, at.clock.now() + 60_000)
  },

  'the same grant confirms its own refusal after a minute, and others may still be tried': async (at) => {
    const { clients } = at.store
    assert.equal(await clients.refuse('c', refusal('one')), false)
    at.clock.pass(59_999)
    assert.equal(await clients.refuse('c', refusal('one')), false)
    at.clock.pass(1)
    assert.equal(await clients.refuse('c', refusal('one', { reason: 'still' })), true)
    assert.equal(await clients.refuse('c', refusal('one')), false)
    const [row] = await clients.refused('c')
    assert.deepEqual([row?.witness, row?.confirmed, row?.reason], ['one', true, 'still'])
    assert.equal(await clients.probe('of c', 10_000), true)
    assert.equal(await clients.refuse('c', refusal('two')), false)
    assert.equal((await clients.refused('c'))[0]?.witness, null)
  },

  'a refusal with another code confirms nothing: from then on it is the suspicion': async (at) => {
    const { clients } = at.store
    await clients.refuse('c', refusal('one'))
    at.clock.pass(100_000)
    assert.equal(await clients.refuse('c', refusal('two', { code: 'invalid_scope' })), false)
    assert.equal(await clients.refuse('c', refusal('one', { code: 'invalid_client' })), false)
    const [row] = await clients.refused('c')
    assert.deepEqual([row?.witness, row?.code, row?.confirmed], ['one', 'invalid_client', false])
    assert.equal(row?.since, at.clock.now())
    assert.equal(await clients.refuse('c', refusal('two')), true)
  },

  'each set of credentials of a client has refusals of its own': async (at) => {
    const { clients } = at.store
    await clients.refuse('c', refusal('one'))
    assert.equal(await clients.refuse('c', refusal('two', { credentials: 'with the old secret' })), false)
    const rows = await clients.refused('c')
    assert.deepEqual(
      rows.map(({ credentials, witness }) => [credentials, witness]),
      [
        ['of c', 'one'],
        ['with the old secret', 'two'],
      ],
    )
    assert.equal(await clients.refuse('c', refusal('three')), true)
    assert.equal(await clients.resume('of c'), true)
    assert.equal((await clients.refused('c')).length, 1)
  },

  'a further refusal keeps the circuit breaker open for longer, never shorter': async (at) => {
    const { clients } = at.store
    for (const grant of ['one', 'two']) await clients.refuse('c', refusal(grant))
    at.clock.pass(10_000)
    assert.equal(await clients.refuse('c', refusal('three')), false)
    const probeAt = at.clock.now() + 60_000
    assert.equal((await clients.refused('c'))[0]?.probeAt, probeAt)
    assert.equal(await clients.refuse('c', refusal('one', { probeInMs: 1 })), false)
    assert.equal((await clients.refused('c'))[0]?.probeAt, probeAt)
  },

  'of 20 callers one probes, once a probe is due': async (at) => {
    const { clients } = at.store
    assert.equal(await clients.probe('of c', 1000), false)
    for (const grant of ['one', 'two']) await clients.refuse('c', refusal(grant))
    at.clock.pass(59_999)
    assert.equal(await clients.probe('of c', 1000), false)
    at.clock.pass(1)
    const probes = await Promise.all(Array.from({ length: 20 }, () => clients.probe('of c', 1000)))
    assert.equal(probes.filter(Boolean).length, 1)
    assert.equal((await clients.refused('c'))[0]?.probeAt, at.clock.now() + 1000)
    at.clock.pass(1000)
    assert.equal(await clients.probe('of c', 1000), true)
  },

  'the circuit breaker closes once, and the next refusal is a suspicion again': async (at) => {
    const { clients } = at.store
    for (const grant of ['one', 'two']) await clients.refuse('c', refusal(grant))
    const ended = await Promise.all(Array.from({ length: 20 }, () => clients.resume('of c')))
    assert.equal(ended.filter(Boolean).length, 1)
    assert.deepEqual(await clients.refused('c'), [])
    at.clock.pass(1000)
    assert.equal(await clients.refuse('c', refusal('one')), false)
    assert.equal((await clients.refused('c'))[0]?.since, at.clock.now())
  },
}
