// Attempts. An attempt is consumed by one UPDATE, so that of two callers one is first; every other step names the phase
// it starts from.

import type { Selectable } from 'kysely'
import type { AttemptRow, AttemptStore } from '../../core/store.ts'
import { after, type Engine } from './engine.ts'
import type { AttemptTable } from './tables.ts'

export function attempts({ db, now }: Engine): AttemptStore {
  return {
    async insert(attempt, lifetime) {
      await db
        .insertInto('attempts')
        .values({
          id: attempt.id,
          client: attempt.client,
          owner: attempt.owner,
          return_to: attempt.returnTo,
          state_hash: attempt.stateHash,
          nonce_hash: attempt.nonceHash,
          verifier: attempt.verifier,
          scopes: JSON.stringify(attempt.scopes),
          reconnect: attempt.reconnect,
          another_account: attempt.anotherAccount ? 1 : 0,
          phase: 'begun',
          code: null,
          answer: null,
          outcome: null,
          created_at: now(),
          expires_at: after(now(), lifetime),
          moved_at: now(),
        })
        .execute()
    },
    async consume(stateHash, client) {
      const consumed = await db
        .updateTable('attempts')
        .set({ phase: 'consumed', moved_at: now() })
        .where('state_hash', '=', stateHash)
        .where('client', '=', client)
        .where('phase', '=', 'begun')
        .where('expires_at', '>', now())
        .returningAll()
        .returning(now().as('read_at'))
        .executeTakeFirst()
      if (consumed) return { row: read(consumed), first: true, expired: false }
      const row = await db
        .selectFrom('attempts')
        .selectAll()
        .select(now().as('read_at'))
        .where('state_hash', '=', stateHash)
        .where('client', '=', client)
        .executeTakeFirst()
      return row ? { row: read(row), first: false, expired: row.expires_at <= row.read_at } : null
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
    async stranded(age, limit) {
      const rows = await db
        .selectFrom('attempts')
        .selectAll()
        .select(now().as('read_at'))
        .where('phase', '=', 'exchanged')
        .where('answer', 'is not', null)
        .where('moved_at', '<=', after(now(), -Math.round(age)))
        .orderBy('moved_at')
        .orderBy('id')
        .limit(limit)
        .execute()
      return rows.map(read)
    },
    async sweep(age) {
      const before = after(now(), -Math.round(age))
      const rows = await db
        .deleteFrom('attempts')
        .where('answer', 'is', null)
        .where('moved_at', '<=', before)
        .where(({ eb, or }) => or([eb('phase', '=', 'finished'), eb('expires_at', '<=', before)]))
        .returning('id')
        .execute()
      return rows.length
    },
  }
}

function read(row: Selectable<AttemptTable> & { read_at: number }): AttemptRow {
  return {
    id: row.id,
    client: row.client,
    owner: row.owner,
    returnTo: row.return_to,
    stateHash: row.state_hash,
    nonceHash: row.nonce_hash,
    verifier: row.verifier,
    scopes: JSON.parse(row.scopes),
    reconnect: row.reconnect,
    anotherAccount: row.another_account === 1,
    phase: row.phase,
    code: row.code,
    answer: row.answer,
    outcome: row.outcome === null ? null : JSON.parse(row.outcome),
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    movedAt: row.moved_at,
    readAt: row.read_at,
  }
}
