// The check of words finds a denied word wherever people read it, and leaves code alone.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkWords } from '../../tools/check-words.ts'
import { plant } from './tree.ts'

const found: Readonly<Record<string, readonly [path: string, text: string, sentence: string]>> = {
  'in a comment': ['src/a.ts', 'export {}\n// For whoever reads it.\n', 'src/a.ts:2 says "whoever"'],
  'in a comment that breaks in the middle': [
    'src/a.ts',
    '// It is\n// no client.\nexport {}\n',
    'src/a.ts:1 says "is no"',
  ],
  'in a docstring': ['src/a.ts', '/**\n * Begin\n * anew.\n */\nexport {}\n', 'src/a.ts:3 says "anew"'],
  'in a string': ['test/a.test.ts', "export const a = 'Nobody who asks'\n", 'test/a.test.ts:1 says "Nobody who"'],
  'in a template': ['src/a.ts', 'export const a = `It is none`\n', 'src/a.ts:1 says "is none"'],
  'in a document': ['docs/a.md', 'The events are handed\nover.\n', 'docs/a.md:1 says "handed over"'],
}

for (const [where, [path, text, sentence]] of Object.entries(found))
  test(`a denied word is found ${where}`, (t) => {
    const violations = checkWords(plant(t, { [path]: text }))
    assert.equal(violations.length, 1, violations.join('\n'))
    assert.ok(violations[0]?.startsWith(sentence), violations[0])
  })

test('code, code in documents and longer words are left alone', (t) => {
  const tree = {
    'src/a.ts': "export const anew = 'there is no longer a client'\n",
    'docs/a.md': 'Say `anew`.\n\n```ts\n// whoever\n```\n\nIt is\nno more.\n',
  }
  assert.deepEqual(checkWords(plant(t, tree)), [])
})
