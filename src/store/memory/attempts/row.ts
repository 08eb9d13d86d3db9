// An attempt's row: finding it by its state, and what a reader gets.

import type { AttemptRow } from '../../../core/store/attempts.ts'
import { longestSpans } from '../../../core/store/longest-spans.ts'
import { believedTime } from '../../../core/store/wrong-clock.ts'
import type { AttemptRecord, Tables } from '../engine/tables.ts'

export function read(row: AttemptRecord, readAt: number): AttemptRow {
  const expiresAt = believedTime(row.expiresAt, readAt, longestSpans.attempt)
  return structuredClone({ ...row, expiresAt, readAt })
}

export function byState(table: Tables['attempts'], stateHash: string): AttemptRecord | undefined {
  return [...table.values()].find((row) => row.stateHash === stateHash)
}
