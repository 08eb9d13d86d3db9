// A clock that several processes share and one of them moves: each read takes it from a file. A process that is stopped
// meanwhile finds, when it continues, that time has passed, that its timers are overdue and its sockets full.

import { readFileSync, renameSync, writeFileSync } from 'node:fs'

import { type Clock, systemClock } from '../../src/core/clock.ts'

export interface SharedTime {
  /** Ms by which the shared time is ahead of the real one. */
  readonly ahead: number
  /** Whether a process that waits in a loop may continue. */
  readonly goOn: boolean
}

/** Ms between two reads of a sleeper. */
const look = 5

export function readSharedTime(file: string): SharedTime {
  return JSON.parse(readFileSync(file, 'utf8')) as SharedTime
}

export function writeSharedTime(file: string, moved: SharedTime): void {
  writeFileSync(`${file}.part`, JSON.stringify(moved))
  renameSync(`${file}.part`, file)
}

export function sharedClock(file: string): Clock {
  const monotonic = () => systemClock.monotonic() + readSharedTime(file).ahead
  return {
    now: () => Date.now() + readSharedTime(file).ahead,
    monotonic,
    async sleep(ms, signal) {
      for (const due = monotonic() + ms; monotonic() < due; ) await systemClock.sleep(look, signal)
    },
  }
}
