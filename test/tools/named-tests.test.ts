// A promise names its test, and each named test exists.

import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'

const root = join(import.meta.dirname, '../..')
const rowsOf = (path: string) =>
  readFileSync(join(root, path), 'utf8')
    .split('\n')
    .filter((line) => /^\| (?!---|section|part|promise|version|attack|protection)/.test(line))
const testIn = /`((?:src|test)\/[^`]+\.ts)`/g

for (const path of ['SECURITY.md', 'docs/standards.md', 'docs/decisions/attacks.md'])
  test(`each test that ${path} names exists`, () => {
    const named = rowsOf(path).flatMap((line) => [...line.matchAll(testIn)].map(([, file = '']) => file))
    assert.ok(named.length > 20)
    assert.deepEqual(
      named.filter((file) => !existsSync(join(root, file))),
      [],
    )
  })

test('each promise of SECURITY.md, and each line of the checklist, has a test or a reason', () => {
  for (const path of ['SECURITY.md', 'docs/standards.md'])
    for (const line of rowsOf(path).filter((row) => !/^\| (the latest|older)/.test(row))) {
      const [, , , shown = ''] = path === 'SECURITY.md' ? ['', ...line.split('|')] : line.split('|')
      assert.ok(shown.trim().length > 5, line)
    }
})
