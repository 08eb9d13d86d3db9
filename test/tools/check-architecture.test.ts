// Each rule of the architecture check is seen to fail, with its sentence, on a tree that breaks it and nothing else.

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { checkArchitecture } from '../../tools/check-architecture.ts'
import { plant } from './tree.ts'

const clean = {
  'src/index.ts':
    "// Public names.\nexport { begin } from './punctual.ts'\nexport type { Word } from './core/word.ts'\n",
  'src/punctual.ts': "export { begin } from './flow/begin.ts'\n",
  'src/core/word.ts': 'export type Word = string\n',
  'src/core/clock.ts': 'export const now = (): number => Date.now()\nexport const timer = setTimeout\n',
  'src/core/http.ts': 'export const systemFetch: typeof fetch = (...of) => fetch(...of)\n',
  'src/oauth/refresh.ts': 'export const refresh = 1\n',
  'src/oauth/refresh.test.ts': "import { refresh } from './refresh.ts'\nvoid refresh\n",
  'src/keeper/refresh.ts': "import { refresh } from '../oauth/refresh.ts'\nexport const keep = refresh\n",
  'src/vault/seal.ts': "import type { Word } from '../core/word.ts'\nexport const seal = (word: Word): Word => word\n",
  'src/store/memory.ts': 'export const memory = 1\n',
  'src/flow/begin.ts': [
    '// Calendly and Cal.com may be named in a comment, and so may fetch() and Date.now().',
    "import { keep } from './step.ts'",
    'interface Parts { fetch: typeof fetch; setTimeout(): void }',
    'export const begin = ({ fetch }: Parts): unknown => fetch(String(keep) + new Date(0) + local.Date.now())',
    "const local = { fetch: 1, Date: { now: () => 'new Date()' }, clock: { setInterval: 2 } }",
    '',
  ].join('\n'),
  'src/flow/step.ts': 'export const keep = 1\n',
  'src/flow/begin.test.ts': [
    "import test from 'node:test'",
    "import { memory } from '../store/memory.ts'",
    "import { seal } from '../vault/seal.ts'",
    "import { begin } from './begin.ts'",
    "test('calendly', async () => void [memory, seal, begin, await fetch('http://localhost')])",
    '',
  ].join('\n'),
  'src/providers/calendly/definition.ts': "export const name = 'calendly'\n",
  'src/server/app.ts': "import '../punctual.ts'\n",
  'src/sandbox/app.ts': 'export const started = Date.now()\nawait fetch(`http://calendly`)\n',
  'src/cli/main.ts':
    "import { begin } from '../punctual.ts'\nimport '../sandbox/app.ts'\nvoid [begin, process.env['KEY']]\n",
  'test/types/surface.ts': 'export {}\n',
  'test/sandbox/answers.json': '\n'.repeat(999),
}

test('a tree that keeps every rule passes', (t) => {
  assert.deepEqual(checkArchitecture(plant(t, clean)), [])
})

const owners = 'only src/core/clock.ts, src/sandbox/, src/cli/ may, everyone else is handed it'
const fetchOwners = owners.replace('clock', 'http')
const strangers = 'only src/providers/, src/sandbox/, src/cli/ may, shared code asks the definition'
const begin = 'src/flow/begin.ts:1'
const toKeeper = `${begin} imports src/keeper/refresh.ts: flow may import core, oauth, records`

const broken: Readonly<Record<string, readonly [path: string, text: string, ...sentences: string[]]>> = {
  'an import the table does not allow': ['src/flow/begin.ts', "import '../keeper/refresh.ts'", toKeeper],
  'a type import': ['src/flow/begin.ts', "import type { A } from '../keeper/refresh.ts'", toKeeper],
  'an export from': ['src/flow/begin.ts', "export * from '../keeper/refresh.ts'", toKeeper],
  'a dynamic import': ['src/flow/begin.ts', 'await import(`../keeper/refresh.ts`)', toKeeper],
  'an import in a type': ['src/flow/begin.ts', "export type A = import('../keeper/refresh.ts').A", toKeeper],
  'a computed import': [
    'src/flow/begin.ts',
    'await import(String(1))',
    `${begin} imports a computed path: write it out, or only cli may`,
  ],
  'core reaching up': [
    'src/core/word.ts',
    "\nimport '../oauth/refresh.ts'",
    'src/core/word.ts:2 imports src/oauth/refresh.ts: only src/keeper/refresh.ts may',
  ],
  'core reaching sideways': [
    'src/core/word.ts',
    "import '../vault/seal.ts'",
    'src/core/word.ts:1 imports src/vault/seal.ts: core may import nothing of ours',
    'src/core/word.ts -> src/vault/seal.ts -> src/core/word.ts is a circle (import type counts)',
  ],
  'wiring that picks a store': [
    'src/punctual.ts',
    "export { memory } from './store/memory.ts'",
    'src/punctual.ts:1 imports src/store/memory.ts: src/*.ts may import core, vault, oauth, records, flow, keeper, calls, webhooks, outbox',
  ],
  'the server on the dashboard': [
    'src/dashboard/page.ts',
    "import '../server/app.ts'",
    'src/dashboard/page.ts:1 imports src/server/app.ts: dashboard may import core, src/*.ts',
  ],
  'an import that leads nowhere': [
    'src/flow/begin.ts',
    "import './step.js'",
    'src/flow/begin.ts:1 imports src/flow/step.js: there is no such file',
  ],
  'the sandbox leaving its island': [
    'src/sandbox/app.test.ts',
    "import '../store/memory.ts'",
    'src/sandbox/app.test.ts:1 imports src/store/memory.ts: sandbox may import nothing of ours',
  ],
  'a test beside its source reaching further': [
    'src/flow/begin.test.ts',
    "import '../providers/calendly/definition.ts'",
    'src/flow/begin.test.ts:1 imports src/providers/calendly/definition.ts: flow may import core, oauth, records',
  ],
  'a second spender of refresh tokens': [
    'src/keeper/keeper.ts',
    "import '../oauth/refresh.ts'",
    'src/keeper/keeper.ts:1 imports src/oauth/refresh.ts: only src/keeper/refresh.ts may',
  ],
  'an index imported from inside': [
    'src/cli/main.ts',
    "import '../index.ts'",
    'src/cli/main.ts:1 imports src/index.ts: an index.ts is for users of the package, import the file that has the name',
  ],
  'the package imported by its name': [
    'src/cli/main.ts',
    "import 'punctual/server'",
    'src/cli/main.ts:1 imports punctual/server: inside src/ import the file that has the name',
  ],
  'an import of the tests': [
    'src/cli/main.ts',
    "import '../../test/types/surface.ts'",
    'src/cli/main.ts:1 imports test/types/surface.ts: src may import nothing outside src',
  ],
  'a folder that is not in the table': [
    'src/queue/queue.ts',
    "import 'node:fs'",
    'src/queue/queue.ts:1 lies in src/queue/, which is not in the table of tools/check-architecture.ts',
  ],
  'an index that does more': [
    'src/index.ts',
    "import './punctual.ts'\nexport * from './core/word.ts'\nexport const a = 1",
    'src/index.ts:1 is more than "export { name } from"',
    'src/index.ts:2 is more than "export { name } from"',
    'src/index.ts:3 is more than "export { name } from"',
  ],
  'a circle of types': [
    'src/flow/step.ts',
    "import type { begin } from './begin.ts'\nexport const keep: typeof begin | 1 = 1",
    'src/flow/begin.ts -> src/flow/step.ts -> src/flow/begin.ts is a circle (import type counts)',
  ],
  'the clock': ['src/flow/begin.ts', 'export const a = Date.now()', `${begin} uses Date.now: ${owners}`],
  'the clock by another name': [
    'src/flow/begin.ts',
    'export const { now } = globalThis.Date',
    `${begin} uses Date.now: ${owners}`,
  ],
  'the date of today': ['src/flow/begin.ts', 'export const a = new Date()', `${begin} uses new Date(): ${owners}`],
  'the stopwatch': ['src/flow/begin.ts', 'performance.now()', `${begin} uses performance.now: ${owners}`],
  'a timer': ['src/flow/begin.ts', 'setTimeout(() => {}, 1)', `${begin} uses setTimeout: ${owners}`],
  'a timer in a test': [
    'src/flow/begin.test.ts',
    "import { setTimeout } from 'node:timers/promises'\nawait setTimeout(9)",
    `src/flow/begin.test.ts:1 uses setTimeout: ${owners}`,
  ],
  'an interval': ['src/flow/begin.ts', 'export const a = { setInterval }', `${begin} uses setInterval: ${owners}`],
  'a deadline': ['src/flow/begin.ts', 'AbortSignal.timeout(1)', `${begin} uses AbortSignal.timeout: ${owners}`],
  chance: ['src/flow/begin.ts', 'export const a = Math.random()', `${begin} uses Math.random: ${owners}`],
  'the global fetch': [
    'src/flow/begin.ts',
    "function a(fetch: () => void) { fetch() }\nawait fetch('http://a')\nglobalThis.fetch.call(a)",
    `src/flow/begin.ts:2 uses fetch: ${fetchOwners}`,
    `src/flow/begin.ts:3 uses fetch: ${fetchOwners}`,
  ],
  'the environment': [
    'src/flow/begin.ts',
    "import process, { env } from 'node:process'\nvoid [process.env.A, env.B]",
    'src/flow/begin.ts:1 uses process.env: only src/cli/ may, everyone else is handed it',
    'src/flow/begin.ts:2 uses process.env: only src/cli/ may, everyone else is handed it',
  ],
  'a provider named in shared code': [
    'src/flow/begin.ts',
    "// calendly\nexport const a = (name: string): boolean => name === 'Cal.com' /* calcom */\nexport const isCalendly = a",
    `src/flow/begin.ts:2 says "Cal.com": ${strangers}`,
    `src/flow/begin.ts:3 says "Calendly": ${strangers}`,
  ],
  'a long file': ['test/journeys/long.ts', '\n'.repeat(301), 'test/journeys/long.ts has 301 lines: 300 is the most'],
  'a drawer for a folder': [
    'src/core/utils/url.ts',
    '',
    'src/core/utils is named like a drawer: name it after what it owns',
  ],
  'a drawer for a file': [
    'tools/helper.test.ts',
    '',
    'tools/helper.test.ts is named like a drawer: name it after what it owns',
  ],
}

for (const [name, [path, text, ...sentences]] of Object.entries(broken)) {
  test(`fails on ${name}`, (t) => {
    assert.deepEqual(checkArchitecture(plant(t, { ...clean, [path]: text })).sort(), sentences.sort())
  })
}

test('the command prints each sentence and exits with 1, and with 0 on a clean tree', (t) => {
  const command = (root: string) =>
    spawnSync(process.execPath, ['tools/check-architecture.ts', root], { encoding: 'utf8' })
  const bad = command(plant(t, { ...clean, 'src/flow/begin.ts': "import '../keeper/refresh.ts'" }))
  assert.deepEqual([bad.status, bad.stderr], [1, `${toKeeper}\n`])
  assert.deepEqual(command(plant(t, clean)).status, 0)
})
