// What the check of the package says about the packed files alone.

import assert from 'node:assert/strict'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { checkContents } from '../../tools/package/contents.ts'
import { plant } from './tree.ts'

const root = join(import.meta.dirname, '../..')

function check(t: TestContext, files: Readonly<Record<string, string>>, dependencies = {}): string[] {
  const manifest = JSON.stringify({ name: 'punctual', dependencies, peerDependencies: { pg: '*' } })
  return checkContents(plant(t, { 'package.json': manifest, ...files }), root)
}

test('an import of a package that is not declared is named, also a late one and one of a declaration', (t) => {
  const files = {
    'dist/index.js': "import 'node:fs'\nimport 'hono/html'\nimport './late.js'\nexport * from 'zod'\n",
    'dist/late.js': "await import('pg')\nawait import('kysely')\n",
    'dist/index.d.ts': "export type { Hono } from 'hono'\nexport type { Kysely } from 'kysely'\n",
  }
  assert.deepEqual(check(t, files, { hono: '*' }).sort(), [
    'dist/index.d.ts imports kysely, which the package neither contains nor declares',
    'dist/index.js imports zod, which the package neither contains nor declares',
    'dist/late.js imports kysely, which the package neither contains nor declares',
  ])
})

test('the licence of each package whose code is inside must be there', (t) => {
  const files = {
    'dist/index.js':
      '// node_modules/@scope/one/a.js\nlet a\n// node_modules/two/b.js\nlet b\n// src/index.ts\nlet c\n',
    'dist/THIRD-PARTY-LICENSES': '## two\n\nVersion 1.0.0\n\nMIT\n',
  }
  assert.deepEqual(check(t, files), [
    'dist/ contains code of @scope/one, and dist/THIRD-PARTY-LICENSES does not have its licence',
  ])
})

test('too many files and too large an install are refused', (t) => {
  const files = Array.from({ length: 280 }, (_, index) => [`dist/${index}.js`, ''])
  assert.deepEqual(check(t, Object.fromEntries(files)), ['281 files are packed; 280 are allowed'])
  const [failure = '', ...more] = check(t, { 'dist/index.js': '' }, { zod: '*', typescript: '*' })
  assert.match(failure, /^an install takes [\d.]+ MiB; 8 are allowed$/)
  assert.deepEqual(more, [])
})
