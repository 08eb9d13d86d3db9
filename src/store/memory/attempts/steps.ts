// The steps of an authorization attempt, from its state to its outcome.

import type { AttemptStore } from '../../../core/store/attempts.ts'
import { longestSpans } from '../../../core/store/longest-spans.ts'
import { believedTime } from '../../../core/store/wrong-clock.ts'
import type { AttemptRecord, Now, Tables } from '../engine/tables.ts'
import { byState, read } from './row.ts'

export function stepOperations(
  { attempts: table }: Tables,
  now: Now,
): Pick<AttemptStore, 'find' | 'consume' | 'get' | 'advance'> {
  return {
    async find(stateHash, client) {
      const found = byState(table, stateHash)
      return found?.client === client ? read(found, now()) : null
    },
    async consume(stateHash, client) {
      const at = now()
      const found = byState(table, stateHash)
      if (found?.client !== client) return null
      const expired = hasExpired(found, at)
      const first = !expired && found.phase === 'begun'
      const row = first ? { ...found, phase: 'consumed' as const, movedAt: at } : found
      table.set(row.id, row)
      return { row: read(row, at), first, expired }
    },
    async get(id) {
      const row = table.get(id)
      return row ? read(row, now()) : null
    },
    async advance(id, from, to, fields = {}) {
      const row = table.get(id)
      if (row?.phase !== from) return false
      const spent = to === 'exchanged' || to === 'finished'
      table.set(id, {
        ...row,
        phase: to,
        verifier: spent ? null : row.verifier,
        code: fields.code ?? null,
        answer: fields.answer ?? null,
        outcome: structuredClone(fields.outcome ?? row.outcome),
        movedAt: now(),
      })
      return true
    },
  }
}

function hasExpired({ expiresAt }: AttemptRecord, at: number): boolean {
  return believedTime(expiresAt, at, longestSpans.attempt) <= at
}
