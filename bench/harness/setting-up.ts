// What must be there before anything is measured: the built package, and the peers, which are installed here alone.

import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'

const here = join(import.meta.dirname, '..')
const root = join(here, '..')

/** Installs the peers if they are missing, then builds the package. */
export function setUp(): void {
  if (!existsSync(join(here, 'node_modules/better-auth'))) run('npm', 'ci', '--ignore-scripts', '--prefix', here)
  buildPackage()
}

/** Builds the package, and lets the bench import it by its name. */
export function buildPackage(): void {
  run('npm', 'run', 'build', '--silent')
  // As an application finds it: node_modules/punctual, with what "exports" of its package.json names.
  const link = join(here, 'node_modules/punctual')
  rmSync(link, { recursive: true, force: true })
  mkdirSync(join(here, 'node_modules'), { recursive: true })
  symlinkSync(root, link, 'dir')
}

function run(command: string, ...words: string[]): void {
  execFileSync(command, words, { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] })
}
