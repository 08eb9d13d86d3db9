// What the tests of faults share.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { TestContext } from 'node:test'
import { type Clock, systemClock } from '../../src/core/clock.ts'
import type { Fault, Punctual } from '../../src/index.ts'

/** The faults that a Punctual tells from now on. */
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

/** What another program does to the database. */
export function alter(file: string, statement: string): void {
  const database = new DatabaseSync(file)
  database.exec(statement)
  database.close()
}

/** Real time, but for pauses between two tries. */
export const hasty: Clock = {
  now: () => Date.now(),
  monotonic: systemClock.monotonic,
  sleep: (ms: number, signal?: AbortSignal) => systemClock.sleep(ms < 5000 ? 1 : ms, signal),
}
