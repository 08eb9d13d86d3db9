import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Foldable, foldWebhooks } from './fold.ts'

const booked: Foldable = {
  id: 'b1',
  destination: '',
  type: 'booking.created',
  name: 'BOOKING_CREATED',
  state: 'pending',
  connection: 'c1',
  createdAt: new Date(1000),
}
const webhook: Foldable = { ...booked, id: 'w1', type: 'webhook.received', state: 'done' }

function folded(...events: Foldable[]): (string | null)[][] {
  return foldWebhooks(events).map(({ id, toldBy }) => [id, toldBy])
}

test('an acknowledged webhook has no row beside its booking event, on whichever side it stands', () => {
  assert.deepEqual(folded(webhook, booked), [['b1', 'BOOKING_CREATED']])
  assert.deepEqual(folded(booked, { ...webhook, createdAt: new Date(1002) }), [['b1', 'BOOKING_CREATED']])
})

test('a webhook that is not acknowledged keeps its row', () => {
  for (const state of ['pending', 'dead'])
    assert.deepEqual(folded(booked, { ...webhook, state }), [
      ['b1', null],
      ['w1', null],
    ])
})

test('a webhook of another account, moment or name, or of no booking event, keeps its row', () => {
  const others = [{ connection: 'c2' }, { destination: 'crm' }, { createdAt: new Date(2000) }, { name: 'BOOKING_PAID' }]
  for (const other of others) assert.equal(folded(booked, { ...webhook, ...other }).length, 2)
  assert.deepEqual(folded(webhook), [['w1', null]])
})

test('each booking event takes one webhook', () => {
  const again = { ...webhook, id: 'w2' }
  assert.deepEqual(folded(booked, webhook, again), [
    ['b1', 'BOOKING_CREATED'],
    ['w2', null],
  ])
})
