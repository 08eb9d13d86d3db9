// The steps of an authorization attempt, from its state to its outcome.

import type { AttemptRow, AttemptStore } from '../../../core/store/attempts.ts'
import { longestSpans } from '../../../core/store/longest-spans.ts'
import { after, type Engine } from '../engine/engine.ts'
import { read } from './row.ts'

export function stepStatements({ db, now }: Engine): Pick<AttemptStore, 'find' | 'consume' | 'get' | 'advance'> {
  async function find(stateHash: string, client: string): Promise<AttemptRow | null> {
    const row = await db
      .selectFrom('attempts')
      .selectAll()
      .select(now().as('read_at'))
      .where('state_hash', '=', stateHash)
      .where('client', '=', client)
      .executeTakeFirst()
    return row ? read(row) : null
  }

  return {
    find,
    async consume(stateHash, client) {
      const consumed = await db
        .updateTable('attempts')
        .set({ phase: 'consumed', moved_at: now() })
        .where('state_hash', '=', stateHash)
        .where('client', '=', client)
        .where('phase', '=', 'begun')
        .where('expires_at', '>', now())
        .where('expires_at', '<=', after(now(), longestSpans.attempt))
        .returningAll()
        .returning(now().as('read_at'))
        .executeTakeFirst()
      if (consumed) return { row: read(consumed), first: true, expired: false }
      const row = await find(stateHash, client)
      return row && { row, first: false, expired: row.expiresAt <= row.readAt }
    },
    async get(id) {
      const row = await db
        .selectFrom('attempts')
        .selectAll()
        .select(now().as('read_at'))
        .where('id', '=', id)
        .executeTakeFirst()
      return row ? read(row) : null
    },
    async advance(id, from, to, { code, answer, outcome } = {}) {
      const row = await db
        .updateTable('attempts')
        .set({
          phase: to,
          code: code ?? null,
          answer: answer ?? null,
          moved_at: now(),
          ...((to === 'exchanged' || to === 'finished') && { verifier: null }),
          ...(outcome && { outcome: JSON.stringify(outcome) }),
        })
        .where('id', '=', id)
        .where('phase', '=', from)
        .returning('id')
        .executeTakeFirst()
      return row !== undefined
    },
  }
}
