// An old Node prints a sentence instead of the error of a module that it cannot load.

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { delimiter, join } from 'node:path'
import { test } from 'node:test'
import { oldestNode, tooOldSentence } from '../../src/cli/node-version.ts'
import { emptyFolder, runAlone } from './start.ts'

const root = join(import.meta.dirname, '../..')
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  version: string
  engines: { node: string }
}

/** A file of `src/cli/` as it is in the built package. */
function built(name: string): string {
  const source = readFileSync(join(root, 'src/cli', `${name}.ts`), 'utf8')
  return stripTypeScriptTypes(source).replaceAll(/(['"]\.\/[\w-]+)\.ts(['"])/g, '$1.js$2')
}

/** A Node on the PATH that is too old, if there is one. */
function findOldNode(): { readonly path: string; readonly version: string } | null {
  const folders = (process.env.PATH ?? '').split(delimiter)
  for (const path of folders.map((folder) => join(folder, process.platform === 'win32' ? 'node.exe' : 'node'))) {
    const version = spawnSync(path, ['-p', 'process.versions.node'], { encoding: 'utf8' }).stdout?.trim()
    if (version && tooOldSentence(version) !== null) return { path, version }
  }
  return null
}

test('the oldest supported Node is the one that package.json names', () => {
  assert.equal(manifest.engines.node, `>=${oldestNode.join('.')}`)
})

test('only a Node that is too old gets a sentence, which names both versions', () => {
  for (const version of ['22.13.0', '22.14.1', '23.0.0', '24.21.0', process.versions.node])
    assert.equal(tooOldSentence(version), null, version)
  for (const version of ['22.12.0', '20.20.2', '18.0.0', '21.99.0']) {
    const sentence = `Punctual needs Node 22.13 or newer; this is ${version}. Install a newer Node from https://nodejs.org.`
    assert.equal(tooOldSentence(version), sentence)
  }
})

test('the entry imports nothing before it has checked the version', () => {
  const imports = (name: string) => built(name).match(/^(import|export) .*\bfrom\b.*$/gm) ?? []
  const everywhere = ["import module from 'node:module'", "import { join } from 'node:path'"]
  assert.deepEqual(imports('main'), [...everywhere, "import { tooOldSentence } from './node-version.js'"])
  assert.deepEqual(imports('node-version'), [])
  assert.match(built('main'), /tooOldSentence\(process\.versions\.node\)[\s\S]*import\('\.\/program\.js'\)/)
})

test('an old Node prints the sentence and nothing else', (t) => {
  const old = findOldNode()
  if (!old) return t.skip('the PATH has no old Node')
  const folder = join(emptyFolder(), 'cli')
  mkdirSync(folder)
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
  for (const name of ['main', 'node-version']) writeFileSync(join(folder, `${name}.js`), built(name))
  const { status, stdout, stderr } = spawnSync(old.path, [join(folder, 'main.js'), 'dev'], { encoding: 'utf8' })
  assert.deepEqual([status, stdout, stderr], [1, '', `${tooOldSentence(old.version)}\n`])
})

test('--version prints the version of the package', async () => {
  assert.deepEqual(await runAlone(['--version']), { code: 0, stdout: `${manifest.version}\n`, stderr: '' })
})
