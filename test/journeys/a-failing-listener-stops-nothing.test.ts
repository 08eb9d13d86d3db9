import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { startHost } from '../support/host.ts'

test('a listener that fails, at once or later, ends neither the process nor the reports to other listeners', async (t) => {
  const host = await startHost(t)
  const unhandled: unknown[] = []
  const note = (reason: unknown) => unhandled.push(reason)
  process.on('unhandledRejection', note)
  t.after(() => process.off('unhandledRejection', note))
  const reported: string[] = []
  host.punctual.on(() => {
    throw new Error('the log is full')
  })
  host.punctual.on(async () => {
    throw new Error('the log is full')
  })
  host.punctual.on((event) => void reported.push(event.type))
  await host.connect('calendly')
  await setImmediate()
  await setImmediate()
  // Each failure is reported to the others.
  assert.deepEqual([unhandled, reported.sort()], [[], ['connection.created', 'fault', 'fault']])
})
