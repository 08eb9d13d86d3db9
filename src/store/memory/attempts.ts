// Attempts in memory. An attempt is consumed once, and only while it lives.

import { PunctualError } from '../../core/errors.ts'
import type { AttemptRow, AttemptStore } from '../../core/store/attempts.ts'
import { longestSpans } from '../../core/store/longest-spans.ts'
import { believedTime, isPast } from '../../core/store/wrong-clock.ts'
import type { AttemptRecord, Now, Tables } from './engine/tables.ts'

export function attempts({ attempts: table }: Tables, now: Now): AttemptStore {
  return {
    async insert(attempt, lifetime) {
      const at = now()
      if (table.has(attempt.id) || byState(table, attempt.stateHash))
        throw new PunctualError(
          'store_unavailable',
          'The store refused a row: an attempt with this id or state exists.',
          {
            reason: 'conflict',
          },
        )
      table.set(
        attempt.id,
        structuredClone({
          ...attempt,
          phase: 'begun',
          code: null,
          answer: null,
          outcome: null,
          createdAt: at,
          expiresAt: at + Math.round(lifetime),
          movedAt: at,
        }),
      )
    },
    async trim(owner, most) {
      const begun = [...table.values()].filter((row) => row.owner === owner && row.phase === 'begun')
      for (const row of begun.sort((a, b) => b.createdAt - a.createdAt).slice(most)) table.delete(row.id)
    },
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
    async stranded(age, limit, after) {
      const at = now()
      return [...table.values()]
        .filter((row) => row.phase === 'exchanged' && row.answer !== null && isPast(row.movedAt, at, age))
        .filter(({ id }) => after === null || id > after)
        .sort((a, b) => (a.id < b.id ? -1 : 1))
        .slice(0, limit)
        .map((row) => read(row, at))
    },
    async sweep(age, limit) {
      const at = now()
      const before = at - Math.round(age)
      const ended = [...table.values()]
        .filter((row) => row.answer === null && row.movedAt <= before)
        .filter(
          (row) => row.phase === 'finished' || row.expiresAt <= before || row.expiresAt > at + longestSpans.attempt,
        )
        .sort((a, b) => a.movedAt - b.movedAt || (a.id < b.id ? -1 : 1))
        .slice(0, limit)
      for (const row of ended) table.delete(row.id)
      return ended.length
    },
  }
}

function read(row: AttemptRecord, readAt: number): AttemptRow {
  const expiresAt = believedTime(row.expiresAt, readAt, longestSpans.attempt)
  return structuredClone({ ...row, expiresAt, readAt })
}

function hasExpired({ expiresAt }: AttemptRecord, at: number): boolean {
  return believedTime(expiresAt, at, longestSpans.attempt) <= at
}

function byState(table: Tables['attempts'], stateHash: string): AttemptRecord | undefined {
  return [...table.values()].find((row) => row.stateHash === stateHash)
}
