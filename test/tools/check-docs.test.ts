// The check of the documents is seen to fail on each thing it promises to find, at the document's own line.

import assert from 'node:assert/strict'
import { cpSync, readdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { checkDocs } from '../../tools/check-docs.ts'
import { plant } from './tree.ts'

const repository = join(import.meta.dirname, '../..')

function repositoryWith(t: TestContext, documents: Readonly<Record<string, string>>): string {
  const manifest = {
    name: 'punctual',
    type: 'module',
    exports: { '.': './dist/index.js' },
    repository: { type: 'git', url: 'git+https://github.com/punctual-dev/punctual.git' },
    scripts: { try: 'x', test: 'x' },
  }
  const root = plant(t, {
    'package.json': JSON.stringify(manifest),
    'src/index.ts': "export const greet = (name: string): string => 'hello '.concat(name)\n",
    ...documents,
  })
  cpSync(join(repository, 'tsconfig.json'), join(root, 'tsconfig.json'))
  cpSync(join(repository, 'tools'), join(root, 'tools'), { recursive: true })
  symlinkSync(join(repository, 'node_modules'), join(root, 'node_modules'))
  return root
}

const fence = (words: string, code: string) => `\`\`\`${words}\n${code}\n\`\`\`\n`

test('documents that say what is so pass, and leave nothing behind', async (t) => {
  const root = repositoryWith(t, {
    'README.md': [
      '# Hello, *you*\n\n[self](#hello-you) [guide](docs/guide.md#next-step) [web](https://example.com/x) `src/index.ts` `src/*.ts`\n',
      '[hosted](https://github.com/punctual-dev/punctual/blob/main/docs/guide.md#next-step) [else](https://github.com/x/y/blob/main/no)\n',
      '`[no](link)` in code, and a block in a list:\n\n',
      fence('ts run', "import { greet } from 'punctual'\nif (greet('you') !== 'hello you') throw new Error('no')"),
      fence('sh', 'npm ci && npm test # npm nonsense\nnpm run try'),
      fence('ts', 'a fragment, [not](checked)'),
    ].join('\n'),
    'docs/guide.md': `## Next step\n[back](../README.md)\n${fence('ts', "import { greet } from 'punctual'\nconst s: string = greet('x')")}`,
  })
  assert.deepEqual(await checkDocs(root), [])
  assert.deepEqual(readdirSync(join(root, '.check')), [])
})

test('fails on links, anchors, paths and commands that lead nowhere', async (t) => {
  const root = repositoryWith(t, {
    'README.md': `# Top\n[a](docs/none.md)\n[b](#bottom)\n[c](docs/guide.md#top "title")\n<img src="logo.svg">\n\`src/none.ts\`\n${fence('sh', 'npm run bench\nnpm try')}`,
    'docs/guide.md':
      '# Guide\n[up](../../else.md)\n\n[ref]: ./nowhere.md\n`src/none.ts` `src/none/*.ts`\n[h]: https://github.com/punctual-dev/punctual/blob/main/gone.md\n',
  })
  assert.deepEqual(await checkDocs(root), [
    'README.md:2 links to docs/none.md: there is no docs/none.md',
    'README.md:3 links to #bottom: README.md has no such heading',
    'README.md:4 links to docs/guide.md#top: docs/guide.md has no such heading',
    'README.md:5 links to logo.svg: there is no logo.svg',
    'README.md:6 names src/none.ts: there is no such file',
    'README.md:8 says "npm run bench": package.json has no such script',
    'README.md:9 says "npm try": it is "npm run try"',
    'docs/guide.md:2 links to ../../else.md: there is no ../else.md',
    'docs/guide.md:4 links to ./nowhere.md: there is no docs/nowhere.md',
    'docs/guide.md:6 links to https://github.com/punctual-dev/punctual/blob/main/gone.md: there is no gone.md',
    'docs/guide.md:5 names src/none.ts: there is no such file',
    'docs/guide.md:5 names src/none/*.ts: there is no such file',
  ])
})

test('fails on a program that does not type-check, one that fails, and one that leaves this machine', async (t) => {
  const root = repositoryWith(t, {
    'README.md': `# Top\n\n${fence('ts', "import { greet } from 'punctual'\n\ngreet(1)")}`,
    'docs/a.md': fence('ts run', "import { greet } from 'punctual'\nthrow new Error(greet('crash'))"),
    'docs/b.md': fence('ts run', "await fetch('http://example.com')"),
    'docs/c.md': fence('ts run', "import 'punctual/none'"),
  })
  const [types = '', subpath = '', crash = '', network = '', missing = '', ...more] = await checkDocs(root)
  assert.match(types, /^README\.md:6 does not type-check: TS2345: Argument of type 'number'/)
  assert.match(subpath, /^docs\/c\.md:2 does not type-check: TS2882: Cannot find module .+ 'punctual\/none'/)
  assert.match(crash, /^docs\/a\.md:2 does not run: [\s\S]*hello crash/)
  assert.match(network, /^docs\/b\.md:2 does not run: [\s\S]*the network is shut: no connection to example\.com/)
  assert.match(missing, /^docs\/c\.md:2 does not run: [\s\S]*"punctual\/none" is not in "exports"/)
  assert.deepEqual(more, [])
})

test('runs the shell and the Python of a document as one terminal would, beside its servers', async (t) => {
  const listen =
    "require('node:http').createServer((_, res) => res.end('hello')).listen(4600, '127.0.0.1', () => console.log('http://127.0.0.1:4600/ is here\\nCtrl+C ends it'))"
  const ask =
    'from urllib.request import urlopen\ninput("Continue? ")\nassert urlopen("http://127.0.0.1:4600/").read() == b"hello"'
  const document = (shell: string) =>
    [
      '# Server\n',
      fence('sh background', `node -e "${listen}"`),
      fence('sh run', 'answer=$(curl -s http://127.0.0.1:4600/)'),
      fence('sh run', shell),
      fence('sh', 'exit 1 # not run'),
      fence('python run', ask),
    ].join('\n')
  const good = repositoryWith(t, { 'docs/a.md': document('test "$answer" = hello') })
  const remarks: string[] = []
  assert.deepEqual(await checkDocs(good, { remark: (sentence) => remarks.push(sentence) }), [])
  for (const remark of remarks) assert.equal(remark, 'docs/a.md: python3 is not on this machine: not run')
  const bad = repositoryWith(t, { 'docs/a.md': document('echo no >&2; test "$answer" = goodbye') })
  assert.deepEqual(await checkDocs(bad, { remark() {} }), ['docs/a.md:8 does not run (sh): no'])
})

test('fails on a server of a document that does not start', async (t) => {
  const root = repositoryWith(t, { 'docs/a.md': fence('sh background', 'echo broken; exit 3') })
  assert.deepEqual(await checkDocs(root), ['docs/a.md:2 does not start: broken\n'])
})
