// A serverless platform: the process is stopped the moment it has answered, and never continues. What Punctual does after an
// answer must have ended by then, or `waitUntil` must have been given it.

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'

import { sqlite } from '../../src/store/sqlite.ts'
import { setFault, startHost } from '../support/host.ts'
import { preloads } from '../support/preloads.ts'
import type { Invocation } from './frozen-worker.ts'

const place = mkdtempSync(join(tmpdir(), 'punctual-'))
after(() => rmSync(place, { recursive: true }))

for (const [name, settings] of [
  ['as it comes', { keepWarm: 'used', waits: false }],
  ['with waitUntil', { keepWarm: 'used', waits: true }],
  ['with keepWarm: never', { keepWarm: 'never', waits: false }],
] as const) {
  test(`a function that is frozen after its answer loses no grant, ${name}`, async (t) => {
    const database = join(mkdtempSync(join(place, 'x')), 'p.db')
    const host = await startHost(t, { store: sqlite(database) })
    const connection = await host.connect('calendly')
    await setFault(host, { endpoint: 'token', kind: 'delay', ms: 200, after: true, count: null })
    // The token is due for refresh, and still valid.
    host.sandbox.clock.advance(6200)
    assert.equal(await invoke(), '200')
    host.sandbox.clock.advance(1200)
    assert.equal(await invoke(), '200')
    assert.equal((await connection.fetch('/users/me')).status, 200)

    async function invoke(): Promise<string> {
      const ahead = host.sandbox.clock.now() - Date.now()
      const { calendly } = host.sandbox
      const job: Invocation = { database, connection: connection.id, ahead, calendly, ...settings }
      const script = fileURLToPath(new URL('frozen-worker.ts', import.meta.url))
      const child = spawn(process.execPath, [...preloads, script, JSON.stringify(job)], {
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
      const line = String((await lines.next()).value)
      if (settings.waits) await lines.next()
      child.kill('SIGSTOP')
      // Each request that it has sent gets an answer, which no process reads.
      while (host.sandbox.requests().some(({ status }) => status === null)) await new Promise(setImmediate)
      await (await fetch(`${host.sandbox.url}/control/clock`)).text()
      const ended = new Promise((resolve) => child.once('close', resolve))
      child.kill('SIGKILL')
      await ended
      return line
    }
  })
}
