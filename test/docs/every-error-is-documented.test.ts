// docs/errors.md has every code and every reason, and no other.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { errorTexts } from '../../src/cli/doctor/words/error-texts.ts'
import { serverErrorTexts } from '../../src/cli/doctor/words/server-error-texts.ts'
import { errorReasons } from '../../src/core/errors.ts'
import { problemKinds, serverReasons } from '../../src/server/api/request/codes.ts'

const page = readFileSync(new URL('../../docs/errors.md', import.meta.url), 'utf8')
const [, ...sections] = page.split(/^## /m)
const documented = sections.map((section) => {
  const [, code] = /^`(\w+)`\n/.exec(section) ?? []
  return [code, [...section.matchAll(/^\| `(\w+)` \|/gm)].map(([, reason]) => reason)]
})
/** The heading between the codes of the library and those of the server. */
const border = sections.findIndex((section) => section.startsWith('The HTTP API\n'))

test('docs/errors.md lists the codes and reasons of the table, in its order', () => {
  assert.deepEqual(documented.slice(0, border), Object.entries(errorReasons))
})

test('docs/errors.md lists the codes and reasons that only the server has, in the order of their table', () => {
  assert.deepEqual(documented.slice(border + 1), Object.entries(serverReasons))
})

test('docs/errors.md lists every code of an answer under its status', () => {
  const rows = [...(sections[border] ?? '').matchAll(/^\| (\d{3}) \| (.+) \|$/gm)]
  const listed = rows.flatMap(([, status, codes = '']) =>
    [...codes.matchAll(/`(\w+)`/g)].map(([, code = '']): [string, number] => [code, Number(status)]),
  )
  const expected = Object.entries(problemKinds).map(([code, { status }]): [string, number] => [code, status])
  assert.deepEqual(Object.fromEntries(listed), Object.fromEntries(expected))
  assert.equal(listed.length, expected.length)
})

test('docs/errors.md has the words of the table that doctor explains by', () => {
  const written = [...sections.slice(0, border), ...sections.slice(border + 1)].map((section) => {
    const [, code = ''] = /^`(\w+)`\n/.exec(section) ?? []
    const [paragraphs = ''] = section.slice(section.indexOf('\n')).split('\n|')
    const reasons = [...section.matchAll(/^\| `(\w+)` \| (.*) \|$/gm)].map(([, reason, text]) => [reason, text])
    return [code, { meaning: paragraphs.trim().replace(/\s+/g, ' '), reasons: Object.fromEntries(reasons) }]
  })
  assert.deepEqual(Object.fromEntries(written), { ...errorTexts, ...serverErrorTexts })
})
