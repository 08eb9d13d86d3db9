// Helpers for tests of faults: they record faults, change a database from outside, and shorten waits.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { TestContext } from 'node:test'
import { type Clock, systemClock } from '../../src/core/clock.ts'
import type { Fault, Punctual } from '../../src/index.ts'

/** Records the faults that a Punctual reports from now on. */
export function faultsOf(punctual: Punctual): Fault[] {
  const faults: Fault[] = []
  punctual.on((event) => {
    if (event.type !== 'fault') return
    const { type: _, at: __, ...fault } = event
    faults.push(fault)
  })
  return faults
}

export function folderOf(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'punctual-silence-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Changes the database as another program does. */
export function alter(file: string, statement: string): void {
  const database = new DatabaseSync(file)
  database.exec(statement)
  database.close()
}

/** Real time, but no wait between two tries. */
export const hastyClock: Clock = {
  now: () => Date.now(),
  monotonic: systemClock.monotonic,
  sleep: (ms: number, signal?: AbortSignal) => systemClock.sleep(ms < 5000 ? 1 : ms, signal),
}
