// The beginning of an authorization attempt.

import { PunctualError } from '../../../core/errors.ts'
import type { AttemptStore } from '../../../core/store/attempts.ts'
import type { Now, Tables } from '../engine/tables.ts'
import { byState } from './row.ts'

export function beginOperations({ attempts: table }: Tables, now: Now): Pick<AttemptStore, 'insert' | 'trim'> {
  return {
    async insert(attempt, lifetimeMs) {
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
          expiresAt: at + Math.round(lifetimeMs),
          movedAt: at,
        }),
      )
    },
    async trim(owner, session, most) {
      const begun = [...table.values()].filter(
        (row) => row.owner === owner && row.session === session && row.phase === 'begun',
      )
      for (const row of begun.sort((a, b) => b.createdAt - a.createdAt).slice(most)) table.delete(row.id)
    },
  }
}
