// Fails the build when a file in src/ imports what the table does not allow, reaches for the clock, the network or the
// environment itself, names a provider where none is known, closes a circle, or has grown too long.
// Usage: node tools/check-architecture.ts [root]

import { globSync, readFileSync } from 'node:fs'
import { basename, dirname, join, posix, resolve } from 'node:path'
import { circlesOf } from './architecture/circles.ts'
import { readSource } from './architecture/source.ts'

/** Who may import whom: the table of ARCHITECTURE.md. `*` are the files in src/ itself. A folder may import itself. */
const table: Readonly<Record<string, readonly string[]>> = {
  core: [],
  providers: ['core'],
  vault: ['core'],
  store: ['core'],
  oauth: ['core'],
  records: ['core', 'vault'],
  flow: ['core', 'oauth', 'records'],
  keeper: ['core', 'oauth', 'records'],
  calls: ['core', 'records', 'keeper'],
  webhooks: ['core', 'records'],
  outbox: ['core', 'records'],
  '*': ['core', 'vault', 'oauth', 'records', 'flow', 'keeper', 'calls', 'webhooks', 'outbox'],
  server: ['core', '*'],
  dashboard: ['core', '*'],
  sandbox: [],
  cli: [
    '*',
    'core',
    'providers',
    'vault',
    'store',
    'oauth',
    'records',
    'flow',
    'keeper',
    'calls',
    'webhooks',
    'outbox',
    'server',
    'dashboard',
    'sandbox',
  ],
}

/** Real parts that a test beside its source may use on top of the table; not in the sandbox, which is an island. */
const partsForTests: readonly string[] = ['src/store/memory.ts', 'src/sandbox/', 'src/vault/']

/** Files with one reader, tests in the same folder aside. */
const onlyReader: Readonly<Record<string, string>> = { 'src/oauth/refresh.ts': 'src/keeper/refresh.ts' }

/** Who may use what the process offers; everyone else is handed a clock, a fetch, a random, an option. */
const ambientOwners: Readonly<Record<string, readonly string[]>> = {
  fetch: ['src/core/http.ts', 'src/sandbox/', 'src/cli/'],
  'process.env': ['src/cli/'],
  '': ['src/core/clock.ts', 'src/sandbox/', 'src/cli/'],
}

const providerName = /calendly|cal\.?com/i
const namesProviders: readonly string[] = ['src/providers/', 'src/sandbox/', 'src/cli/']

const maximumLines = 300
const written = /\.(ts|js|mjs|css|html|sh)$/
const drawers = /^(utils?|helpers?|lib|types?|constants?)$/i
const namedAllTheSame: readonly string[] = ['test/types']

/** One sentence for each violation under `root`. */
export function checkArchitecture(root: string): string[] {
  const files = globSync('{src,test,tools,examples,bench}/**/*', {
    cwd: root,
    withFileTypes: true,
    exclude: ['**/node_modules'],
  })
    .filter((entry) => entry.isFile())
    .map((entry) => posix.relative(root, join(entry.parentPath, entry.name)))
    .sort()
  const known = new Set(files)
  const graph = new Map<string, readonly string[]>()
  const violations = [...checkNames(files)]
  for (const file of files) {
    const text = readFileSync(join(root, file), 'utf8')
    if (written.test(file)) violations.push(...checkLength(file, text))
    if (!file.startsWith('src/') || !file.endsWith('.ts')) continue
    const source = readSource(file, text)
    violations.push(...checkAmbient(file, source.ambient), ...checkProviderNames(file, source.code))
    if (basename(file) === 'index.ts') {
      for (const { line } of source.statements) violations.push(`${file}:${line} is more than "export { name } from"`)
    }
    const targets: string[] = []
    for (const { text: specifier, line } of source.imports) {
      const target = specifier.startsWith('.') ? posix.join(dirname(file), specifier) : null
      if (target && known.has(target)) targets.push(target)
      const wrong = checkImport(file, specifier, target, known)
      if (wrong) violations.push(`${file}:${line} ${wrong}`)
    }
    graph.set(file, targets)
  }
  for (const circle of circlesOf(graph)) violations.push(`${circle.join(' -> ')} is a circle (import type counts)`)
  return violations
}

function checkImport(
  file: string,
  specifier: string,
  target: string | null,
  known: ReadonlySet<string>,
): string | null {
  const folder = folderOf(file)
  const allowed = table[folder]
  if (!allowed) return `lies in src/${folder}/, which is not in the table of tools/check-architecture.ts`
  if (specifier === '') return folder === 'cli' ? null : 'imports a computed path: write it out, or only cli may'
  if (/^punctual(\/|$)/.test(specifier)) return `imports ${specifier}: inside src/ import the file that has the name`
  if (target === null) return null
  if (!target.startsWith('src/')) return `imports ${target}: src may import nothing outside src`
  if (!known.has(target)) return `imports ${target}: there is no such file`
  if (basename(target) === 'index.ts')
    return `imports ${target}: an index.ts is for users of the package, import the file that has the name`
  const reader = onlyReader[target]
  if (reader && file !== reader && !(isTest(file) && [target, reader].some((near) => dirname(near) === dirname(file))))
    return `imports ${target}: only ${reader} may`
  const there = folderOf(target)
  if (there === folder || allowed.includes(there)) return null
  if (isTest(file) && folder !== 'sandbox' && within(target, partsForTests)) return null
  const names = allowed.map((name) => (name === '*' ? 'src/*.ts' : name))
  return `imports ${target}: ${folder === '*' ? 'src/*.ts' : folder} may import ${names.join(', ') || 'nothing of ours'}`
}

function checkAmbient(file: string, uses: readonly { text: string; line: number }[]): string[] {
  // A test beside its source talks to what it has itself started, with the fetch that everyone has.
  const free = uses.filter(({ text }) => !(text === 'fetch' && isTest(file)))
  return free.flatMap(({ text, line }) => {
    const owners = ambientOwners[text] ?? ambientOwners[''] ?? []
    return within(file, owners)
      ? []
      : [`${file}:${line} uses ${text}: only ${owners.join(', ')} may, everyone else is handed it`]
  })
}

function checkProviderNames(file: string, code: string): string[] {
  // A test's data may name a provider; what the code does must not depend on it.
  if (within(file, namesProviders) || isTest(file)) return []
  return code.split('\n').flatMap((text, index) => {
    const said = providerName.exec(text)?.[0]
    return said
      ? [`${file}:${index + 1} says "${said}": only ${namesProviders.join(', ')} may, shared code asks the definition`]
      : []
  })
}

function checkLength(file: string, text: string): string[] {
  const lines = text.split('\n').length - (text.endsWith('\n') ? 1 : 0)
  return lines > maximumLines ? [`${file} has ${lines} lines: ${maximumLines} is the most`] : []
}

function checkNames(files: readonly string[]): string[] {
  const found = new Set<string>()
  for (const file of files) {
    for (let at = file; at !== '.'; at = dirname(at)) {
      const name = basename(at).split('.')[0] ?? ''
      if (drawers.test(name) && !namedAllTheSame.includes(at)) found.add(at)
    }
  }
  return [...found].map((path) => `${path} is named like a drawer: name it after what it owns`)
}

/** The folder directly under src/, or `*` for a file in src/ itself. */
function folderOf(file: string): string {
  const [, folder = '', ...more] = file.split('/')
  return more.length > 0 ? folder : '*'
}

function isTest(file: string): boolean {
  return file.endsWith('.test.ts')
}

function within(file: string, places: readonly string[]): boolean {
  return places.some((place) => file === place || (place.endsWith('/') && file.startsWith(place)))
}

if (import.meta.main) {
  const violations = checkArchitecture(resolve(process.argv[2] ?? '.'))
  for (const violation of violations) console.error(violation)
  process.exitCode = violations.length > 0 ? 1 : 0
}
