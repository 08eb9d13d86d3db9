// Runs the tests as if today were another day: tools/test.ts, and every process that it starts, with the clock moved by
// libfaketime. Needs the command `faketime`, which Linux has as a package of that name.
// Usage: node tools/test-on-days.ts            all tests
//        node tools/test-on-days.ts FILE…      the tests in these files (globs are understood)

import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { execute } from './execute.ts'

interface Day {
  readonly name: string
  readonly at: number
  readonly timeZone: string
}

const root = join(import.meta.dirname, '..')

/** The tests pass on any day, so it does not matter which of these days are in the past. */
const days: readonly Day[] = [
  { name: '400 days ahead', at: Date.now() + 400 * 86_400_000, timeZone: 'UTC' },
  { name: 'leap day', at: Date.parse('2028-02-29T12:00:00Z'), timeZone: 'UTC' },
  // Half an hour before the hour that does not exist, and just before the hour that comes twice.
  { name: 'clocks go forward in Berlin', at: Date.parse('2027-03-28T00:30:00Z'), timeZone: 'Europe/Berlin' },
  { name: 'clocks go forward in New York', at: Date.parse('2027-03-14T06:30:00Z'), timeZone: 'America/New_York' },
  { name: 'clocks go back in Berlin', at: Date.parse('2027-10-31T00:55:00Z'), timeZone: 'Europe/Berlin' },
]

/** Returns the environment that moves the clock of a process and of every process that it starts. Timers stay real. */
function movedTo({ at, timeZone }: Day, library: string): NodeJS.ProcessEnv {
  const seconds = Math.round((at - Date.now()) / 1000)
  return {
    ...process.env,
    TZ: timeZone,
    LD_PRELOAD: library,
    // An offset, not a moment: processes that start later continue where the others are.
    FAKETIME: `${seconds < 0 ? '' : '+'}${seconds}`,
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
    // Otherwise waits on a monotonic clock count as waits on the wall clock, and Chromium takes ten times as long.
    FAKETIME_FORCE_MONOTONIC_FIX: '0',
  }
}

/**
 * Returns the value of LD_PRELOAD that `faketime` sets. The command is used for nothing else: it shares memory among the
 * processes that it starts, and a process that runs as another user, such as Postgres, may not open that memory.
 */
async function findLibrary(): Promise<string> {
  const { status, output } = await execute('faketime', ['-f', '+0', 'printenv', 'LD_PRELOAD'], root)
  if (status === 'ENOENT')
    throw new Error('faketime is not installed. On Debian and Ubuntu install it with: apt-get install faketime')
  if (status !== 0) throw new Error(`faketime failed: ${output.trim() || `it ended with code ${status}`}`)
  return output.trim()
}

/** Returns the exit code, and the output unless stdout is inherited. */
async function runNode(args: readonly string[], env: NodeJS.ProcessEnv, stdout: 'pipe' | 'inherit') {
  const child = spawn(process.execPath, args, { cwd: root, env, stdio: ['ignore', stdout, 'inherit'] })
  let printed = ''
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    printed += text
  })
  const code = await new Promise((resolve) => child.on('close', resolve))
  return { code, printed }
}

async function assertMoves(day: Day, env: NodeJS.ProcessEnv): Promise<void> {
  const { printed } = await runNode(['-p', 'Date.now()'], env, 'pipe')
  if (Math.abs(Number(printed) - day.at) < 60_000) return
  throw new Error(
    `faketime does not move the clock of ${process.execPath}: on the day "${day.name}" it shows ${printed}`,
  )
}

async function testOn(day: Day, library: string, files: readonly string[]): Promise<boolean> {
  const env = movedTo(day, library)
  await assertMoves(day, env)
  console.log(`\n${titleOf(day)}\n`)
  const { code } = await runNode(['tools/test.ts', ...(files.length > 0 ? files : ['--tests'])], env, 'inherit')
  return code === 0
}

function titleOf({ name, at, timeZone }: Day): string {
  return `${name}: ${new Date(at).toISOString()}, TZ=${timeZone}`
}

try {
  const library = await findLibrary()
  const failed: Day[] = []
  for (const day of days) if (!(await testOn(day, library, process.argv.slice(2)))) failed.push(day)
  for (const day of failed) console.error(`✖ failed on another day: ${titleOf(day)}`)
  if (failed.length === 0) console.log(`\n✔ passed on ${days.length} other days`)
  else process.exitCode = 1
} catch (error) {
  console.error(`test:days: ${error instanceof Error ? error.message : error}`)
  process.exitCode = 1
}
