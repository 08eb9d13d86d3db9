// Each rule of the architecture is seen to fail on a tree that breaks it: the import table of dependency-cruiser, the
// rules of Biome, and what neither can say.

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { test } from 'node:test'
import { plant } from './tree.ts'

const clean = {
  'package.json': '{ "type": "module" }',
  // Biome reads the paths of its overrides from where its settings lie.
  'biome.json': readFileSync('biome.json', 'utf8'),
  'src/index.ts':
    "// Public names.\nexport { begin } from './punctual.ts'\nexport type { Word } from './core/word.ts'\n",
  'src/punctual.ts': "export { begin } from './flow/begin.ts'\n",
  'src/core/word.ts': 'export type Word = string\n',
  'src/core/clock.ts': 'export const now = (): number => Date.now()\nexport const timer = setTimeout\n',
  'src/core/http.ts': 'export const systemFetch: typeof fetch = (...of) => fetch(...of)\n',
  'src/oauth/refresh.ts': 'export const refresh = 1\n',
  'src/oauth/refresh.test.ts': "import { refresh } from './refresh.ts'\n\nvoid refresh\n",
  'src/keeper/refresh.ts': "import { refresh } from '../oauth/refresh.ts'\n\nexport const keep = refresh\n",
  'src/vault/seal.ts':
    "import type { Word } from '../core/word.ts'\n\nexport const seal = (word: Word): Word => word\n",
  'src/store/memory.ts': 'export const memory = 1\n',
  'src/store/sqlite.ts': "export { table } from './sql/table.ts'\n",
  'src/store/sql/table.ts': 'export const table = 1\n',
  'src/flow/begin.ts': [
    '// Calendly and Cal.com may be named in a comment, and so may fetch() and Date.now().',
    "import { keep } from './step.ts'",
    '',
    'interface Parts {',
    '  fetch(url: string): unknown',
    '  setTimeout(): void',
    '}',
    'export const begin = ({ fetch }: Parts): unknown => fetch(String(keep) + new Date(0))',
    '',
  ].join('\n'),
  'src/flow/step.ts': 'export const keep = 1\n',
  'src/flow/begin.test.ts': [
    "import test from 'node:test'",
    "import { memory } from '../store/memory.ts'",
    "import { seal } from '../vault/seal.ts'",
    "import { begin } from './begin.ts'",
    '',
    "test('calendly', async () => void [memory, seal, begin, await fetch('http://localhost')])",
    '',
  ].join('\n'),
  'src/providers/calendly/definition.ts': "export const name = 'calendly'\n",
  'src/server/app.ts': "import '../punctual.ts'\n",
  'src/sandbox/app.ts': "export const started = Date.now()\nawait fetch('http://calendly')\n",
  'src/cli/main.ts': [
    "import { begin } from '../punctual.ts'",
    "import '../sandbox/app.ts'",
    '',
    'void [begin, process.env.KEY]',
    '',
  ].join('\n'),
  'test/types/surface.ts': 'export {}\n',
  'test/sandbox/answers.json': `[\n${'  1,\n'.repeat(999)}  1\n]\n`,
}

type Tool = 'imports' | 'biome' | 'architecture'

/** Runs one tool of `npm test` over a tree. */
function run(tool: Tool, root: string): { readonly status: number | null; readonly printed: string } {
  const commands: Readonly<Record<Tool, readonly string[]>> = {
    imports: [resolve('node_modules/dependency-cruiser/bin/dependency-cruiser.mjs'), 'src', '-T', 'err', '--config'],
    biome: [resolve('node_modules/@biomejs/biome/bin/biome'), 'lint', '--colors=off', '--vcs-enabled=false'],
    architecture: [resolve('tools/check-architecture.ts'), '.'],
  }
  const rest: Readonly<Record<Tool, readonly string[]>> = {
    imports: [resolve('.dependency-cruiser.mjs')],
    biome: ['--diagnostic-level=error', '--max-diagnostics=200'],
    architecture: [],
  }
  const { status, stdout, stderr } = spawnSync(process.execPath, [...commands[tool], ...rest[tool]], {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: '0' },
  })
  return { status, printed: stdout + stderr }
}

/** What breaks a rule: the file, its text, and what the tool prints for it. */
const broken: Readonly<
  Record<Tool, Readonly<Record<string, readonly [path: string, text: string, ...printed: RegExp[]]>>>
> = {
  imports: {
    'an import that the table does not allow': [
      'src/flow/a.ts',
      "import '../keeper/refresh.ts'\n",
      /flow-imports.*flow\/a\.ts → src\/keeper\/refresh\.ts/,
    ],
    'a type import': [
      'src/flow/b.ts',
      "import type { A } from '../keeper/refresh.ts'\n",
      /flow-imports.*flow\/b\.ts → src\/keeper/,
    ],
    'an export from': [
      'src/flow/c.ts',
      "export * from '../keeper/refresh.ts'\n",
      /flow-imports.*flow\/c\.ts → src\/keeper/,
    ],
    'a dynamic import': [
      'src/flow/d.ts',
      "await import('../keeper/refresh.ts')\n",
      /flow-imports.*flow\/d\.ts → src\/keeper/,
    ],
    'core reaching up': [
      'src/core/e.ts',
      "import '../oauth/refresh.ts'\n",
      /core-imports.*core\/e\.ts → src\/oauth/,
      /one-presenter.*core\/e\.ts/,
    ],
    'core reaching sideways, which makes a circle': [
      'src/core/f.ts',
      "import '../vault/f.ts'\n",
      /core-imports.*core\/f\.ts → src\/vault/,
    ],
    'wiring that picks a store': [
      'src/wiring.ts',
      "export { memory } from './store/memory.ts'\n",
      /src-imports.*src\/wiring\.ts → src\/store/,
    ],
    'the dashboard on the server': [
      'src/dashboard/page.ts',
      "import '../server/app.ts'\n",
      /dashboard-imports.*page\.ts → src\/server/,
    ],
    'an import that leads nowhere': [
      'src/flow/g.ts',
      "import './nowhere.ts'\n",
      /no-dead-end.*flow\/g\.ts → \.\/nowhere\.ts/,
    ],
    'the sandbox leaving its island': [
      'src/sandbox/h.test.ts',
      "import '../store/memory.ts'\n",
      /the-sandbox-is-an-island.*h\.test\.ts/,
    ],
    'a test beside its source reaching further': [
      'src/flow/i.test.ts',
      "import '../providers/calendly/definition.ts'\n",
      /a-test-in-flow.*i\.test\.ts → src\/providers/,
    ],
    'a second presenter of refresh tokens': [
      'src/keeper/j.ts',
      "import '../oauth/refresh.ts'\n",
      /one-presenter-of-refresh-tokens.*keeper\/j\.ts/,
    ],
    'an index imported from inside': ['src/cli/k.ts', "import '../index.ts'\n", /no-index-from-inside.*cli\/k\.ts/],
    'the package imported by its name': [
      'src/cli/l.ts',
      "import 'punctual/server'\n",
      /no-own-name-inside.*cli\/l\.ts/,
    ],
    'an import of the tests': [
      'src/cli/m.ts',
      "import '../../test/types/surface.ts'\n",
      /cli-imports-src-alone.*cli\/m\.ts/,
    ],
    'a folder that is not in the table': [
      'src/queue/queue.ts',
      "import 'node:fs'\n",
      /a-folder-of-the-table.*queue\.ts/,
    ],
    'a circle of types': [
      'src/flow/n.ts',
      "import type { O } from './o.ts'\n\nexport type N = O | 1\n",
      /no-circle.*(n\.ts → |o\.ts → )/,
    ],
    'a subfolder that imports its parent': [
      'src/store/sql/p.ts',
      "import '../memory.ts'\n",
      /a-parent-imports-its-subfolder.*sql\/p\.ts → src\/store\/memory\.ts/,
    ],
  },
  biome: {
    'a timer': ['src/flow/a.ts', 'setTimeout(() => {}, 1)\n', /src\/flow\/a\.ts:1:1 lint\/style\/noRestrictedGlobals/],
    'an interval': [
      'src/flow/b.ts',
      'export const a = { setInterval }\n',
      /src\/flow\/b\.ts:1:\d+ lint\/style\/noRestrictedGlobals/,
    ],
    'the global fetch': [
      'src/flow/c.ts',
      "await fetch('http://a')\n",
      /src\/flow\/c\.ts:1:\d+ lint\/style\/noRestrictedGlobals/,
    ],
    'a timer in a test': [
      'src/flow/d.test.ts',
      "import { setTimeout } from 'node:timers/promises'\n\nawait setTimeout(9)\n",
      /src\/flow\/d\.test\.ts:1:\d+ lint\/style\/noRestrictedImports/,
    ],
    'the environment': ['src/flow/e.ts', 'void process.env.A\n', /src\/flow\/e\.ts:1:\d+ lint\/style\/noProcessEnv/],
    'the environment by an import': [
      'src/flow/f.ts',
      "import { env } from 'node:process'\n\nvoid env.B\n",
      /src\/flow\/f\.ts:1:\d+ lint\/style\/noRestrictedImports/,
    ],
    'a long file': [
      'test/journeys/long.ts',
      Array.from({ length: 301 }, (_, n) => `export const a${n} = ${n}\n`).join(''),
      /test\/journeys\/long\.ts.*lint\/style\/noExcessiveLinesPerFile/,
    ],
    'a long function': [
      'test/journeys/function.ts',
      `export function long(): void {\n${'  long()\n'.repeat(71)}}\n`,
      /test\/journeys\/function\.ts:1:\d+ lint\/complexity\/noExcessiveLinesPerFunction/,
    ],
  },
  architecture: {
    'the clock': [
      'src/flow/a.ts',
      'export const a = Date.now()\n',
      /src\/flow\/a\.ts:1 Date\.now: only src\/core\/clock\.ts/,
    ],
    'the clock by another name': [
      'src/flow/b.ts',
      'export const { now } = globalThis.Date\n',
      /src\/flow\/b\.ts:1 } = globalThis\.Date: only/,
    ],
    'the date of today': ['src/flow/c.ts', 'export const a = new Date()\n', /src\/flow\/c\.ts:1 new Date\(\): only/],
    'the stopwatch': ['src/flow/d.ts', 'performance.now()\n', /src\/flow\/d\.ts:1 performance\.now: only/],
    'a deadline': ['src/flow/e.ts', 'AbortSignal.timeout(1)\n', /src\/flow\/e\.ts:1 AbortSignal\.timeout: only/],
    chance: ['src/flow/f.ts', 'export const a = Math.random()\n', /src\/flow\/f\.ts:1 Math\.random: only/],
    'a computed import': [
      'src/flow/g.ts',
      'await import(String(1))\n',
      /src\/flow\/g\.ts:1 import\(: a computed import/,
    ],
    'a body without a deadline': [
      'src/flow/j.ts',
      'export const a = (c: Context) => c.req.formData()\nexport const b = (request: Request) => request.text()\n',
      /src\/flow\/j\.ts:1 req\.formData\(: a stranger/,
      /src\/flow\/j\.ts:2 request\.text\(: a stranger/,
    ],
    'a provider named in shared code': [
      'src/flow/h.ts',
      "// calendly\nexport const a = (name: string): boolean => name === 'Cal.com' /* calcom */\nexport const isCalendly = a\n",
      /src\/flow\/h\.ts:2 Cal\.com: only/,
      /src\/flow\/h\.ts:3 Calendly: only/,
    ],
    'an index that does more': [
      'src/other/index.ts',
      "import './punctual.ts'\nexport * from './core/word.ts'\nexport const a = 1\n",
      /src\/other\/index\.ts:1/,
      /src\/other\/index\.ts:2/,
      /src\/other\/index\.ts:3/,
    ],
    'a drawer for a folder': ['src/core/utils/url.ts', '', /^src\/core\/utils is named like a drawer/m],
    'a drawer for a file': ['tools/helper.test.ts', '', /^tools\/helper\.test\.ts is named like a drawer/m],
  },
}

const beside = {
  'src/vault/f.ts': "import '../core/f.ts'\n",
  'src/flow/o.ts': "import type { N } from './n.ts'\n\nexport type O = N | 2\n",
}

for (const tool of Object.keys(broken) as Tool[]) {
  test(`${tool}: a tree that keeps every rule passes`, (t) => {
    const { status, printed } = run(tool, plant(t, clean))
    assert.equal(status, 0, printed)
  })

  test(`${tool}: fails`, async (t) => {
    const cases = Object.entries(broken[tool])
    const files = Object.fromEntries(cases.map(([, [path, text]]) => [path, text]))
    const { status, printed } = run(tool, plant(t, { ...clean, ...(tool === 'imports' ? beside : {}), ...files }))
    assert.notEqual(status, 0)
    for (const [name, [path, , ...expected]] of cases)
      await t.test(`on ${name}`, () => {
        for (const pattern of expected) assert.match(printed, pattern, path)
      })
    await t.test('on nothing that keeps the rules', () => {
      for (const path of Object.keys(clean).filter((path) => path.endsWith('.ts')))
        assert.doesNotMatch(printed, new RegExp(`^(\\s*error [\\w-]+: )?${path.replaceAll('.', '\\.')}[: ]`, 'm'))
    })
  })
}
