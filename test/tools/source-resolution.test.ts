// A program that imports the package by its name gets the sources, and only what package.json exports.

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { plant } from './tree.ts'

function run(t: TestContext, program: string): string {
  const root = plant(t, {
    'package.json': JSON.stringify({
      name: 'punctual',
      type: 'module',
      exports: { '.': './dist/index.js', './core/word': './dist/core/word.js', './package.json': './package.json' },
    }),
    'src/index.ts': "export { word } from './core/word.ts'\n",
    'src/core/word.ts': "export const word: string = 'spoken'\n",
    'src/core/other.ts': 'export {}\n',
    'elsewhere/program.ts': program,
  })
  cpSync('tools/source-resolution.ts', join(root, 'tools/source-resolution.ts'))
  const args = ['--import', join(root, 'tools/source-resolution.ts'), 'program.ts']
  const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: join(root, 'elsewhere'), encoding: 'utf8' })
  return stdout + stderr
}

test('the name and an exported subpath lead to the same sources', (t) => {
  const program = `
    import { word } from 'punctual'
    import * as core from 'punctual/core/word'
    import manifest from 'punctual/package.json' with { type: 'json' }
    console.log(word, core.word === word, manifest.name)
  `
  assert.equal(run(t, program), 'spoken true punctual\n')
})

test('a subpath that is not exported is refused', (t) => {
  assert.match(run(t, "import 'punctual/core/other'"), /"punctual\/core\/other" is not in "exports" of package\.json/)
})
