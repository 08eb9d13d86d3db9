import assert from 'node:assert/strict'
import { test } from 'node:test'

import { createConcurrencyLimit } from './concurrency-limit.ts'

test('a limit runs that many tasks at once for each key, in order, and a failed task frees its place', async () => {
  const limit = createConcurrencyLimit(2)
  const inside = { a: 0, b: 0 }
  const most = { a: 0, b: 0 }
  const order: number[] = []
  const visit = (key: 'a' | 'b', number: number) =>
    limit(key, async () => {
      most[key] = Math.max(most[key], ++inside[key])
      order.push(number)
      await new Promise((resolve) => setImmediate(resolve))
      inside[key]--
      if (number % 3 === 0) throw new Error(`visit ${number}`)
      return number
    })
  const visits = await Promise.allSettled(
    [1, 2, 3, 4, 5, 6, 7].map((number) => visit('a', number)).concat(visit('b', 8)),
  )
  assert.deepEqual(most, { a: 2, b: 1 })
  assert.deepEqual(order, [1, 2, 8, 3, 4, 5, 6, 7])
  assert.deepEqual(visits.map(({ status }) => status[0]).join(''), 'ffrffrff')
  assert.equal(await visit('a', 1), 1)
})
