// The file that keeps the state between two runs: written whole, by rename, readable by its owner only.
// The file always holds a complete state; a crash leaves the previous one.

import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { SandboxOptionError } from './world/problem.ts'
import type { State } from './world/state.ts'

/** Reads the state; null when there is no file yet. */
export function loadState(file: string): State | null {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw new SandboxOptionError(`The sandbox option "file" cannot be read: choose another path than ${file}.`, {
      cause: error,
    })
  }
  const value = parse(text)
  if (value?.format === 1) return value
  throw new SandboxOptionError(`The sandbox option "file" names ${file}, which is not a sandbox's state: remove it.`)
}

/** Writes the state; throws one sentence when it cannot. */
export function saveState(file: string, state: State): void {
  const temporary = `${file}.${process.pid}.tmp`
  try {
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(temporary, JSON.stringify(state), { mode: 0o600 })
    // The mode above counts for a new file only.
    chmodSync(temporary, 0o600)
    renameSync(temporary, file)
  } catch (cause) {
    rmSync(temporary, { force: true })
    throw new SandboxOptionError(`The sandbox option "file" cannot be written: choose another path than ${file}.`, {
      cause,
    })
  }
}

function parse(text: string): State | null {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as State) : null
  } catch {
    return null
  }
}
