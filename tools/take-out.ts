// Takes protections out, one after the other, and sees the test of each fail: npm run test:protections [-- PART-OF-A-NAME…]
// A protection whose text has changed, or whose test passes without it, fails the run. The files are put back in any case.

import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { type Protection, protections } from './protections.ts'

const root = join(import.meta.dirname, '..')

interface Files {
  read(path: string): string
  write(path: string, text: string): void
}

const files: Files = { read: (path) => readFileSync(path, 'utf8'), write: (path, text) => writeFileSync(path, text) }

/** Returns what is wrong with a protection; `null` if its test fails without it. */
export function wrongWith(
  { file, text, replacement, test }: Protection,
  runTest: (test: string) => boolean,
  { read, write }: Files = files,
): string | null {
  const path = join(root, file)
  const original = read(path)
  if (original.split(text).length !== 2) return `${file} does not have its text once: ${text}`
  try {
    write(
      path,
      original.replace(text, () => replacement),
    )
    return runTest(test) ? `${test} passes without it` : null
  } finally {
    write(path, original)
  }
}

/** Whether the tests of a file pass. @throws {Error} when somebody has stopped them. */
function passes(test: string): boolean {
  const { status, signal } = spawnSync(process.execPath, ['tools/test.ts', test], { cwd: root, encoding: 'utf8' })
  if (signal !== null) throw new Error(`${test} was stopped (${signal})`)
  return status === 0
}

async function takeOut(chosen: readonly Protection[]): Promise<number> {
  // A signal does not end the process while a file is changed: it is put back first.
  const stopped = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => stopped.abort(signal))
  const tests = [...new Set(chosen.map(({ test }) => test))]
  const red = tests.filter((test) => !passes(test))
  for (const test of red) console.log(`✗ ${test} fails while everything is in place`)
  let failed = red.length
  for (const protection of chosen) {
    const { name, test } = protection
    const problem = wrongWith(protection, passes)
    console.log(problem === null ? `✓ without ${name}, ${test} fails` : `✗ ${name}: ${problem}`)
    if (problem !== null) failed++
    // Signals are seen between two protections.
    await setImmediate()
    stopped.signal.throwIfAborted()
  }
  return failed
}

if (import.meta.main) {
  const parts = process.argv.slice(2)
  const chosen = protections.filter(({ name }) => parts.length === 0 || parts.some((part) => name.includes(part)))
  process.exitCode = (await takeOut(chosen)) === 0 ? 0 : 1
}
