import assert from 'node:assert/strict'
import { test } from 'node:test'

import { createPlaces } from './places.ts'

test('so many places are taken at once, and the others wait in order', async () => {
  const places = createPlaces(2)
  const order: number[] = []
  const visits = [1, 2, 3, 4].map((number) => places.take().then(() => order.push(number)))
  await Promise.all(visits.slice(0, 2))
  assert.deepEqual(order, [1, 2])
  places.leave()
  await visits[2]
  assert.deepEqual(order, [1, 2, 3])
  places.leave()
  await visits[3]
  assert.deepEqual(order, [1, 2, 3, 4])
  places.leave()
  await places.take()
  // A place that has been given on is not free.
  const late = places.take().then(() => order.push(5))
  await Promise.resolve()
  assert.equal(order.length, 4)
  places.leave()
  await late
})
