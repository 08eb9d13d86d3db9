// A stop whose work hangs: the process ends all the same, and says so.

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'

const stopping = join(import.meta.dirname, '../../src/cli/commands/stopping.ts')

/** A process with something that never closes. Resolves when it can be stopped. */
async function hanging(deadlineMs: number) {
  const program = `
    import { createClosers, untilStopped } from ${JSON.stringify(stopping)}
    const closers = createClosers()
    closers.add(() => new Promise(() => {}))
    // As an open port does, it keeps the process alive.
    setInterval(() => {}, 1000)
    const stopped = untilStopped(closers, { line: console.log, paint: (_, text) => text }, ${deadlineMs})
    process.send('ready')
    await stopped`
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  })
  const printed = text(child.stdout as NodeJS.ReadableStream)
  await once(child, 'message')
  return { child, printed, ended: once(child, 'exit') }
}

test('what hangs is cut off at the deadline, with a sentence and exit code 1', async () => {
  const { child, printed, ended } = await hanging(50)
  child.kill('SIGTERM')
  assert.deepEqual(await ended, [1, null])
  assert.match(await printed, /finishing what is under way …\nSomething did not finish in time and was stopped\.\n$/)
})

test('a second signal ends the process at once', async () => {
  const { child, printed, ended } = await hanging(600_000)
  child.kill('SIGTERM')
  await once(child.stdout as NodeJS.ReadableStream, 'data')
  child.kill('SIGINT')
  assert.deepEqual(await ended, [1, null])
  assert.match(await printed, /Stopped at once\.\n$/)
})
