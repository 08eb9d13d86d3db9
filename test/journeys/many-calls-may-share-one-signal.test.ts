import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { startHost } from '../support/host.ts'

test('many calls may share one signal, and Node warns of no leak', async (t) => {
  const warnings: string[] = []
  const note = ({ name, message }: Error) => name.startsWith('MaxListeners') && warnings.push(message)
  process.on('warning', note)
  t.after(() => process.off('warning', note))
  const host = await startHost(t)
  const connection = await host.connect('calendly')
  const { signal } = new AbortController()
  const responses = await Promise.all(Array.from({ length: 30 }, () => connection.fetch('/users/me', { signal })))
  assert.ok(responses.every(({ status }) => status === 200))
  await setImmediate()
  assert.deepEqual(warnings, [])
})
