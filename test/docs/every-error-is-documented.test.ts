// docs/errors.md has every code and every reason, and no other.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { errorReasons } from '../../src/core/errors.ts'

test('docs/errors.md lists the codes and reasons of the table, in its order', () => {
  const page = readFileSync(new URL('../../docs/errors.md', import.meta.url), 'utf8')
  const [, ...sections] = page.split(/^## /m)
  const documented = sections.map((section) => {
    const [, code] = /^`(\w+)`\n/.exec(section) ?? []
    return [code, [...section.matchAll(/^\| `(\w+)` \|/gm)].map(([, reason]) => reason)]
  })
  assert.deepEqual(documented, Object.entries(errorReasons))
})
