import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createBackground } from './background.ts'
import { systemClock } from './core/clock.ts'

test('a platform whose waitUntil fails is reported, and the work continues', async () => {
  const faults: unknown[] = []
  for (const waitUntil of [
    () => {
      throw new Error('at once')
    },
    (async () => {
      throw new Error('later')
    }) as () => void,
  ]) {
    const { track, stop, drain } = createBackground({
      clock: systemClock,
      fault: (error) => faults.push((error as Error).message),
      waitUntil,
    })
    const done: string[] = []
    track(Promise.resolve().then(() => done.push('done')))
    stop()
    await drain()
    assert.deepEqual(done, ['done'])
  }
  assert.deepEqual(faults, ['at once', 'later'])
})
