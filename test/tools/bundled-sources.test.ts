// A process that uses the bundle gets what the sources export, each module once, without reading the sources.

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { cpSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { bundleSources } from '../../tools/bundle-sources.ts'
import { plant } from './tree.ts'

function packageOf(name: string) {
  const exports = { '.': './index.js', './*': './index.js' }
  return {
    [`node_modules/${name}/package.json`]: JSON.stringify({ name, type: 'module', exports }),
    [`node_modules/${name}/index.js`]: `export const name = '${name} as it was'\n`,
  }
}

test('every import of a source, or of a package in the bundle, leads to the bundle', async (t) => {
  const root = plant(t, {
    'package.json': JSON.stringify({ type: 'module' }),
    ...packageOf('kysely'),
    ...packageOf('zod'),
    'src/index.ts': "import { name } from 'zod'\nexport { word } from './core/word.ts'\nexport const zod = name\n",
    'src/core/word.ts': "export const word: { is: string } = { is: 'as it was' }\n",
    'src/core/place.ts': "export { word } from './word.ts'\nexport const place: string = import.meta.filename\n",
    'test/program.ts': `
      import { word, zod } from '../src/index.ts'
      import * as core from '../src/core/word.ts'
      import { place, word as wordThere } from '../src/core/place.ts'
      import { name } from 'kysely'
      const later = await import(new URL('../src/core/word.ts', import.meta.url).href)
      const once = [core.word, wordThere, later.word].every((each) => each === word)
      console.log(JSON.stringify([word.is, zod, name, once, place, Object.keys(core)]))
    `,
  })
  await bundleSources(root, join(root, 'node_modules/.cache/sources'))
  for (const file of ['src/index.ts', 'src/core/word.ts', 'node_modules/kysely/index.js', 'node_modules/zod/index.js'])
    writeFileSync(join(root, file), 'export {}\n')
  cpSync('tools/bundled-sources.ts', join(root, 'tools/bundled-sources.ts'))
  const preload = `--import=${join(root, 'tools/bundled-sources.ts')}`
  const { stdout, stderr } = spawnSync(process.execPath, [preload, 'test/program.ts'], { cwd: root, encoding: 'utf8' })
  assert.deepEqual(JSON.parse(stdout || JSON.stringify(stderr)), [
    'as it was',
    'zod as it was',
    'kysely as it was',
    true,
    join(root, 'src/core/place.ts'),
    ['word'],
  ])
})
