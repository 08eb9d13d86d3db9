// A clock that several processes share, and that one of them moves: it is read from a file at every look. A process that
// is stopped meanwhile finds, when it goes on, that time has passed, its timers overdue and its sockets full.

import { readFileSync, renameSync, writeFileSync } from 'node:fs'

import { type Clock, systemClock } from '../../src/core/clock.ts'

export interface Moved {
  /** Ms by which the shared time is ahead of the real one. */
  readonly ahead: number
  /** Whether a process that waits in a loop may go on. */
  readonly goOn: boolean
}

/** Ms between two looks of one who sleeps. */
const look = 5

export function readMoved(file: string): Moved {
  return JSON.parse(readFileSync(file, 'utf8')) as Moved
}

export function writeMoved(file: string, moved: Moved): void {
  writeFileSync(`${file}.part`, JSON.stringify(moved))
  renameSync(`${file}.part`, file)
}

export function movedClock(file: string): Clock {
  const monotonic = () => systemClock.monotonic() + readMoved(file).ahead
  return {
    now: () => Date.now() + readMoved(file).ahead,
    monotonic,
    async sleep(ms, signal) {
      for (const due = monotonic() + ms; monotonic() < due; ) await systemClock.sleep(look, signal)
    },
  }
}
