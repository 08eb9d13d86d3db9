import assert from 'node:assert/strict'
import { test } from 'node:test'

import { PunctualError } from './errors.ts'
import type { Fault } from './events.ts'
import { createReporter, faultOf } from './reporter.ts'

const minute = 60_000
const fault = (message: string): Fault => ({ code: 'unexpected', reason: null, message })

function start() {
  const reported: string[] = []
  let now = 0
  const reporter = createReporter({ monotonic: () => now }, ({ message }) => reported.push(message))
  const later = (ms: number) => {
    now += ms
  }
  return { reporter, reported, later }
}

test('the same fault is reported once an hour, even if it occurs in several places', () => {
  const { reporter, reported, later } = start()
  for (let time = 0; time < 61; time++, later(minute)) {
    reporter.failed('grants', fault('it is away'))
    reporter.failed('outbox', fault('it is away'))
  }
  assert.deepEqual(reported, ['it is away', 'it is away'])
})

test('another fault of the same place is reported', () => {
  const { reporter, reported } = start()
  reporter.failed('grants', fault('it is away'))
  reporter.failed('grants', fault('it is full'))
  assert.deepEqual(reported, ['it is away', 'it is full'])
})

test('a fault is reported again once its place has worked, but at most once a minute', () => {
  const { reporter, reported, later } = start()
  reporter.failed('grants', fault('it is away'))
  reporter.worked('outbox')
  later(minute)
  reporter.failed('grants', fault('it is away'))
  assert.equal(reported.length, 1)
  for (let time = 0; time < 59; time++, later(1000)) {
    reporter.worked('grants')
    reporter.failed('grants', fault('it is away'))
  }
  assert.equal(reported.length, 2)
})

test('faults with one key are the same, whatever their messages are', () => {
  const { reporter, reported } = start()
  reporter.failed('deliverTo', fault('with event 1'), 'TypeError')
  reporter.failed('deliverTo', fault('with event 2'), 'TypeError')
  assert.deepEqual(reported, ['with event 1'])
})

test('at most a thousand faults are remembered', () => {
  const { reporter, reported } = start()
  for (let n = 0; n <= 1000; n++) reporter.failed('grants', fault(String(n)))
  reporter.failed('grants', fault('1000'))
  assert.equal(reported.length, 1001)
  reporter.failed('grants', fault('0'))
  assert.equal(reported.length, 1002)
})

test('a thrown value becomes a fault with a code to switch on', () => {
  const ours = new PunctualError('store_unavailable', 'It is away.', { reason: '08006' })
  assert.deepEqual(faultOf(ours), { code: 'store_unavailable', reason: '08006', message: 'It is away.' })
  assert.deepEqual(faultOf(new RangeError('odd')), { code: 'unexpected', reason: 'RangeError', message: 'odd' })
  assert.deepEqual(faultOf(undefined), { code: 'unexpected', reason: null, message: 'unknown fault' })
})
