import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Worker } from 'node:worker_threads'

/** A parser whose work grows with the length needs a few seconds for all of them; one that grows with its square needs hours. */
const deadlineMs = 60_000

test('every parser of what strangers send ends with inputs of 300,000 characters, whatever they repeat', async () => {
  const worker = new Worker(new URL('long-input-worker.ts', import.meta.url))
  let latest = 'the start'
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const late = setTimeout(() => reject(new Error(`it does not end: ${latest}`)), deadlineMs)
  worker.on('message', (name: string) => {
    latest = name
    if (name === 'done') resolve()
  })
  worker.on('error', reject)
  await promise.finally(() => {
    clearTimeout(late)
    return worker.terminate()
  })
  assert.equal(latest, 'done')
})
