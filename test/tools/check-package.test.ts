// The check of the package is seen to fail on each thing that a user of a broken package would meet.

import assert from 'node:assert/strict'
import { cpSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { checkPackage } from '../../tools/check-package.ts'
import { plant } from './tree.ts'

const repository = join(import.meta.dirname, '../..')

const manifest = {
  name: 'punctual',
  version: '0.0.0',
  type: 'module',
  license: 'MIT',
  files: ['dist'],
  sideEffects: false,
  bin: { punctual: './dist/cli.js' },
  exports: { '.': './dist/index.js', './core/word': './dist/core/word.js', './package.json': './package.json' },
  dependencies: { oauth4webapi: '*' },
}

const sources = {
  'README.md': 'Hello.\n',
  'src/index.ts': "export { word } from './core/word.ts'\nexport { isText, type Text } from './core/text.ts'\n",
  'src/core/word.ts':
    "import { type AuthorizationServer, None } from 'oauth4webapi'\nexport const word: [AuthorizationServer | null, unknown] = [null, None()]\n",
  // Its code goes inside, and its types do not.
  'src/core/text.ts': `import { z } from 'zod'
    export type Text = string
    export const text: z.ZodType<Text> = z.string()
    export const isText = (value: unknown): value is Text => text.safeParse(value).success\n`,
  'src/core/word.test.ts': 'export {}\n',
  'src/cli.ts': "#!/usr/bin/env node\nimport { word } from './core/word.ts'\nvoid word\n",
}

function packageWith(t: TestContext, files: Readonly<Record<string, string>>, changes: object = {}): string {
  const root = plant(t, { 'package.json': JSON.stringify({ ...manifest, ...changes }), ...sources, ...files })
  for (const name of ['tsconfig.json', 'tsconfig.build.json']) cpSync(join(repository, name), join(root, name))
  symlinkSync(join(repository, 'node_modules'), join(root, 'node_modules'))
  return root
}

test('a sound package passes', async (t) => {
  assert.deepEqual(await checkPackage(packageWith(t, {})), [])
})

test('fails on a target without a source, before anything is built', async (t) => {
  const root = packageWith(
    t,
    {},
    { exports: { '.': './dist/none.js', './odd': './odd.js', './by': { import: './dist/index.js' } } },
  )
  assert.deepEqual(await checkPackage(root), [
    'package.json: "." leads to ./dist/none.js, but there is no src/none.ts',
    'package.json: "./odd" leads to "./odd.js", which is not a "./dist/….js"',
    'package.json: "./by" leads to {"import":"./dist/index.js"}, which is not a "./dist/….js"',
  ])
})

test('fails on a build with an error', async (t) => {
  const [failure = '', ...more] = await checkPackage(packageWith(t, { 'src/index.ts': 'export const a: string = 1\n' }))
  assert.match(failure, /^tsc failed: src\/index\.ts\(1,14\): error TS2322/)
  assert.deepEqual(more, [])
})

test('fails on strangers in the tarball, undeclared dependencies, a broken command and loose types', async (t) => {
  const root = packageWith(
    t,
    {
      'private/service.key': '1\n',
      'src/index.ts': "export { word } from './core/word.ts'\nexport const key = '-----BEGIN PRIVATE KEY-----'\n",
      'src/cli.ts': 'process.exitCode = 1\n',
    },
    { dependencies: {}, files: ['dist', 'private'] },
  )
  const violations = await checkPackage(root)
  const has = (pattern: RegExp) =>
    assert.ok(
      violations.some((text) => pattern.test(text)),
      `${pattern} in ${violations.join('\n')}`,
    )
  has(/^private\/service\.key is packed and should not be$/)
  has(/^dist\/index\.js is packed and holds a private key$/)
  has(/^dist\/core\/word\.d\.ts imports oauth4webapi, which the package neither contains nor declares$/)
  has(/^node_modules\/punctual\/dist\/cli\.js does not begin with #!/)
  has(/^import 'punctual' fails in a project that installs the package: [\s\S]*Cannot find package 'oauth4webapi'/)
  has(/^import 'punctual\/core\/word' fails/)
  has(/does not type-check: node_modules\/punctual\/dist\/core\/word\.d\.ts\(1,\d+\): error TS2307/)
})

test('fails on a guide whose program does not run with the installed package', async (t) => {
  const guide =
    '```ts run\nimport { word } from "punctual"\nthrow new Error(typeof word + " at " + process.env.PORT)\n```\n'
  const [failure = '', ...more] = await checkPackage(packageWith(t, { 'docs/guide/getting-started.md': guide }))
  assert.match(failure, /^the program of docs\/guide\/getting-started\.md fails[\s\S]+object at \d+/)
  assert.deepEqual(more, [])
})

test('fails on a program of test/package/ that does not run with the installed package', async (t) => {
  const program = "import { isText } from 'punctual'\nif (isText('a')) throw new Error('it is a text')\n"
  const [failure = '', ...more] = await checkPackage(packageWith(t, { 'test/package/text.mjs': program }))
  assert.match(failure, /^test\/package\/text\.mjs fails in a project[\s\S]+it is a text/)
  assert.deepEqual(more, [])
})

test('fails on what publint and attw refuse', async (t) => {
  const extensionless = "// @ts-ignore\nexport { word } from './core/word'\n"
  const violations = await checkPackage(packageWith(t, { 'src/index.ts': extensionless }, { main: './none.js' }))
  for (const judge of [/^publint: .*none\.js/, /^attw: [\s\S]*Internal resolution error/]) {
    assert.ok(
      violations.some((text) => judge.test(text)),
      `${judge} in ${violations.join('\n')}`,
    )
  }
})
