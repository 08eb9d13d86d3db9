// Runs all checks of the repository: every "check:…" script of package.json, one after the other, and the tests beside them.
// Usage: node tools/test.ts              the checks and all tests
//        node tools/test.ts --tests      all tests
//        node tools/test.ts FILE…        the tests in these files (globs are understood)
//        --full FILE…                    the same in full size, which takes minutes (PUNCTUAL_FULL=1)

import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { globSync, readFileSync, realpathSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { bundleSources } from './bundle-sources.ts'
import { writeUnits } from './test-units.ts'

const root = join(import.meta.dirname, '..')
// npm ci installs its own node, the first on the path of npm's scripts. PUNCTUAL_NODE is the path of another one, 24 or
// later, that runs all of this.
const chosen = process.env.PUNCTUAL_NODE
if (chosen && realpathSync(chosen) !== process.execPath) process.exit(runOn(chosen))
const folders = [...(chosen ? [dirname(chosen)] : []), join(root, 'node_modules/.bin'), process.env.PATH]
const cache = join(root, 'node_modules/.cache')
// Hundreds of processes load the same files: what one has compiled the next takes over, while the file is the same.
const env = { ...process.env, PATH: folders.join(delimiter), NODE_COMPILE_CACHE: join(cache, 'compiled') }
/** More than there are cores: many tests wait for a database, a browser or a process. */
const testsAtOnce = 3

/** Where the files of a whole run are written. Node passes over files in node_modules. */
const units = '.check/tests'

const allTests = ['src/**/*.test.ts', 'test/**/*.test.ts']

function runOn(node: string): number {
  const version = execFileSync(node, ['-p', 'process.versions.node'], { encoding: 'utf8' }).trim()
  if (Number.parseInt(version, 10) >= 24) {
    console.log(`Node ${version}`)
    return spawnSync(node, process.argv.slice(1), { stdio: 'inherit' }).status ?? 1
  }
  // An older one does not know import.meta.main: every check would end without having looked at anything.
  console.error(`PUNCTUAL_NODE is Node ${version}: the sources need 24. Try the package on it: npm run check:package`)
  return 2
}

/** Returns what the failed ones have printed, by their names. */
async function runChecks(): Promise<ReadonlyMap<string, string>> {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>
  }
  const failed = new Map<string, string>()
  for (const [name, command] of Object.entries(scripts)) {
    if (!name.startsWith('check:')) continue
    const printed = await runCheck(name.slice('check:'.length), command)
    if (printed !== null) failed.set(name, printed)
  }
  return failed
}

/** Returns what it has printed, if it fails. */
async function runCheck(name: string, command: string): Promise<string | null> {
  const started = performance.now()
  const child = spawn(command, { cwd: root, env, shell: true, stdio: ['ignore', 'pipe', 'pipe'] })
  const printed: Buffer[] = []
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => printed.push(chunk))
  const code = await new Promise((resolve) => child.on('close', resolve))
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  console.log(`${code === 0 ? '✔' : '✖'} ${name} (${seconds} s)`)
  return code === 0 ? null : Buffer.concat(printed).toString().trimEnd()
}

/** Runs the tests in these files; all tests by default. node's own summary is the last that is printed. */
async function runTests(chosen: readonly string[], full: boolean): Promise<boolean> {
  const files = chosen.length > 0 ? chosen : allTests
  if (globSync([...files], { cwd: root }).length === 0) {
    // node calls a run of no tests a success.
    console.error(`no test file matches ${files.join(' ')}`)
    return false
  }
  // For a file as a whole: one that leaves a server or a timer running does not end, and fails by this.
  const timeoutMs = full ? 3_600_000 : 300_000
  // Hundreds of processes load the sources: for all of them a bundle is worth making. Chosen tests run on the sources
  // themselves, so that a stack trace names the line.
  const bundled = chosen.length === 0
  if (bundled) {
    await bundleSources(root, join(cache, 'sources'))
    writeUnits(root, allTests, join(root, units))
  }
  const preloads = ['source-resolution', ...(bundled ? ['bundled-sources'] : []), 'closed-network']
  const options = [
    '--test',
    `--test-concurrency=${testsAtOnce}`,
    `--test-timeout=${timeoutMs}`,
    ...preloads.map((name) => `--import=./tools/${name}.ts`),
  ]
  const child = spawn(process.execPath, [...options, ...(bundled ? [`${units}/*.test.mjs`] : files)], {
    cwd: root,
    env: { ...env, ...(full && { PUNCTUAL_FULL: '1' }) },
    stdio: 'inherit',
  })
  return (await new Promise((resolve) => child.on('close', resolve))) === 0
}

const { values, positionals } = parseArgs({
  options: { tests: { type: 'boolean' }, full: { type: 'boolean', default: false } },
  allowPositionals: true,
})
const onlyTests = values.tests || positionals.length > 0
const [failed, passed] = await Promise.all([
  onlyTests ? new Map<string, string>() : runChecks(),
  runTests(positionals, values.full),
])
for (const [name, printed] of failed) console.error(`\n✖ ${name}\n${printed}`)
process.exitCode = passed && failed.size === 0 ? 0 : 1
