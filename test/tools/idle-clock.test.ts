import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { idleClock } from '../support/idle-clock.ts'

test('the clock for idle processes does not jump while a file is read', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'punctual-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const pipe = join(folder, 'pipe')
  execFileSync('mkfifo', [pipe])
  let now = 0
  const clock = idleClock({
    now: () => now,
    advance(seconds) {
      now += seconds * 1000
    },
  })
  // Takes until something is written to the pipe.
  const read = readFile(pipe, 'utf8')
  const slept = clock.sleep(1000)
  for (let turn = 0; turn < 200; turn++) await new Promise(setImmediate)
  assert.equal(now, 0)
  await writeFile(pipe, 'text')
  assert.equal(await read, 'text')
  await slept
  assert.equal(now, 1000)
})
