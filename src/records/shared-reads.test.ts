import assert from 'node:assert/strict'
import { test } from 'node:test'

import { sharedReads } from './shared-reads.ts'

interface Reading {
  readonly id: string
  readonly answer: (row: string) => void
  readonly fail: (error: Error) => void
}

function reader() {
  const readings: Reading[] = []
  const get = sharedReads(
    (id) => new Promise<string>((resolve, reject) => void readings.push({ id, answer: resolve, fail: reject })),
  )
  return { readings, get }
}
const turn = () => new Promise(setImmediate)

test('a thousand callers need two reads, and no caller gets a row that was read before its call', async () => {
  const { readings, get } = reader()
  const first = get('a')
  const others = Array.from({ length: 1000 }, () => get('a'))
  assert.equal(readings.length, 1)
  readings[0]?.answer('old')
  await turn()
  assert.equal(readings.length, 2)
  readings[1]?.answer('new')
  assert.equal(await first, 'old')
  assert.deepEqual([...new Set(await Promise.all(others))], ['new'])
})

test('one id does not wait for another, and a failed read fails only its own callers', async () => {
  const { readings, get } = reader()
  const failing = get('a')
  const after = get('a')
  const other = get('b')
  assert.deepEqual(
    readings.map(({ id }) => id),
    ['a', 'b'],
  )
  readings[0]?.fail(new Error('away'))
  await assert.rejects(failing, /away/)
  await turn()
  readings[2]?.answer('back')
  assert.equal(await after, 'back')
  readings[1]?.answer('b')
  assert.equal(await other, 'b')
  await turn()
  const again = get('a')
  assert.equal(readings.length, 4, 'nothing is kept')
  readings[3]?.answer('fresh')
  assert.equal(await again, 'fresh')
})
