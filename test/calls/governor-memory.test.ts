// How long the governor remembers a grant.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { budgetHeaders, byUser, drive, type GovernorDriver, silent } from './governor-driver.ts'

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
