import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { protections } from '../../tools/protections.ts'
import { wrongWith } from '../../tools/take-out.ts'

const root = join(import.meta.dirname, '../..')
const textOf = (path: string) => readFileSync(join(root, path), 'utf8')

test('each protection can be taken out, is named once, and is in the table of docs/decisions/attacks.md', () => {
  const table = textOf('docs/decisions/attacks.md')
  assert.ok(protections.length >= 20)
  assert.equal(new Set(protections.map(({ name }) => name)).size, protections.length)
  for (const { name, file, text, replacement, test } of protections) {
    assert.equal(textOf(file).split(text).length, 2, `${file} does not have its text once: ${text}`)
    assert.notEqual(text, replacement)
    assert.ok(existsSync(join(root, test)), test)
    assert.ok(table.includes(`| ${name} | \`${file}\` | \`${test}\` |`), `it is not in the table: ${name}`)
  }
})

test('a file is put back, and a test that passes without the protection is reported', () => {
  const [protection] = protections
  assert.ok(protection)
  const original = textOf(protection.file)
  // The file is not really changed: other tests run beside this one.
  const written: string[] = []
  const at = (passes: boolean) =>
    wrongWith(protection, () => passes, { read: () => original, write: (_, text) => written.push(text) })
  assert.equal(at(false), null)
  assert.match(at(true) ?? '', /passes without it$/)
  assert.deepEqual([written.length, written.at(-1), written[0] === original], [4, original, false])
  assert.match(
    wrongWith(protection, () => false, { read: () => '', write: () => {} }) ?? '',
    /does not have its text once/,
  )
  assert.equal(textOf(protection.file), original)
})
