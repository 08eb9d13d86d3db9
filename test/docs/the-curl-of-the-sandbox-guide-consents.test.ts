// The commands that docs/guide/sandbox.md prints, against a sandbox: they consent, and print where the browser goes.

import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { createSandbox } from '../../src/sandbox/index.ts'

test('the printed curl signs Ada in', async (t) => {
  const guide = readFileSync(new URL('../../docs/guide/sandbox.md', import.meta.url), 'utf8')
  const commands = guide.split('```').find((part) => part.startsWith('sh\n') && part.includes('/control/authorize'))
  assert.ok(commands)
  const sandbox = await createSandbox()
  t.after(sandbox.close)
  const there = commands.replace(/^sh\n/, '').replace('http://127.0.0.1:4610', sandbox.url)
  assert.ok(there.includes(sandbox.url))
  const { stdout } = await promisify(execFile)('sh', ['-c', there])
  const { location } = JSON.parse(stdout) as { location: string }
  assert.match(location, /^http:\/\/localhost:3000\/callback\?code=[0-9a-f]{64}$/)
  assert.deepEqual(
    sandbox.requests().map(({ endpoint, account, status }) => [endpoint, account, status]),
    [
      ['authorize', null, 200],
      ['authorize', 'ADALINDQVIST0001', 302],
    ],
  )
})
