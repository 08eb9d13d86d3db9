// A whole run runs each test file once, and nothing that needs a process of its own shares one.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { unitsOf, writeUnits } from '../../tools/test-units.ts'
import { plant } from './tree.ts'

const numbered = (folder: string, count: number) =>
  Array.from({ length: count }, (_, index) => `${folder}/${String(index).padStart(2, '0')}.test.ts`)

test('each file is in one unit, those with a process of their own first, and no unit is large', () => {
  const files = [...numbered('test/sandbox', 30), ...numbered('test/cli', 3), ...numbered('src/core', 17)]
  const units = unitsOf(files)
  assert.deepEqual(units.flat().sort(), files.toSorted())
  assert.deepEqual(units.slice(0, 3).flat(), numbered('test/cli', 3))
  assert.deepEqual(
    units.map((unit) => unit.length),
    [1, 1, 1, 11, 12, 12, 12],
  )
})

test('a file for each unit imports its test files, and what was there before is gone', (t) => {
  const files = { 'test/cli/b.test.ts': '', 'src/a.test.ts': '', 'src/b/c.test.ts': '' }
  const root = plant(t, { ...files, '.check/tests/old.test.mjs': '' })
  const folder = join(root, '.check/tests')
  writeUnits(root, ['src/**/*.test.ts', 'test/**/*.test.ts'], folder)
  const imported = (name: string) =>
    [...readFileSync(join(folder, name), 'utf8').matchAll(/import "file:.*?\/((?:src|test)\/.*)"/g)].map(
      ([, path]) => path,
    )
  assert.deepEqual(imported('000-test-cli-b.test.mjs'), ['test/cli/b.test.ts'])
  assert.deepEqual(imported('001-src-a.test.mjs'), ['src/a.test.ts', 'src/b/c.test.ts'])
  assert.throws(() => readFileSync(join(folder, 'old.test.mjs')), { code: 'ENOENT' })
})
