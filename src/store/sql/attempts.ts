// Attempts. An attempt is consumed by one UPDATE, so that of two callers one is first; every other step names the phase
// it starts from.

import { type Selectable, sql } from 'kysely'
import type { AttemptOutcome, AttemptRow, AttemptStore } from '../../core/store/attempts.ts'
import { longestSpans } from '../../core/store/longest-spans.ts'
import { believedTime } from '../../core/store/wrong-clock.ts'
import { after, type Engine, isPast } from './engine/engine.ts'
import { listOf, objectOf } from './engine/json.ts'
import type { AttemptTable } from './engine/tables.ts'

export function attempts({ db, now, rowLocks }: Engine): AttemptStore {
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
    async trim(owner, most) {
      // Said in the statement itself, so that a planner may use the index of those that have begun.
      const begun = sql.lit('begun' as const)
      await db
        .deleteFrom('attempts')
        .where('owner', '=', owner)
        .where('phase', '=', begun)
        .where('id', 'not in', ({ selectFrom }) =>
          selectFrom('attempts as kept')
            .select('kept.id')
            .where('kept.owner', '=', owner)
            .where('kept.phase', '=', begun)
            .orderBy('kept.created_at', 'desc')
            .limit(most),
        )
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
    async stranded(age, limit, last) {
      const rows = await db
        .selectFrom('attempts')
        .selectAll()
        .select(now().as('read_at'))
        .where('phase', '=', 'exchanged')
        .where('answer', 'is not', null)
        .where(isPast('moved_at', now(), age))
        .where('id', '>', last ?? '')
        .orderBy('id')
        .limit(limit)
        .execute()
      return rows.map(read)
    },
    async sweep(age, limit) {
      const before = after(now(), -Math.round(age))
      const rows = await db
        // By itself, so that it runs once: within the deletion a planner may ask it again, and take more than the limit.
        .with(
          (name) => name('ended').materialized(),
          (query) =>
            query
              .selectFrom('attempts')
              .select('id')
              .where('answer', 'is', null)
              .where('moved_at', '<=', before)
              .where(({ eb, or }) =>
                or([
                  eb('phase', '=', 'finished'),
                  eb('expires_at', '<=', before),
                  eb('expires_at', '>', after(now(), longestSpans.attempt)),
                ]),
              )
              .orderBy('moved_at')
              .limit(limit)
              .$if(rowLocks, (query) => query.forUpdate().skipLocked()),
        )
        .deleteFrom('attempts')
        .where('id', 'in', ({ selectFrom }) => selectFrom('ended').select('ended.id'))
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
    scopes: listOf(row.scopes),
    reconnect: row.reconnect,
    anotherAccount: row.another_account === 1,
    phase: row.phase,
    code: row.code,
    answer: row.answer,
    outcome: outcomeOf(row.outcome),
    createdAt: row.created_at,
    expiresAt: believedTime(row.expires_at, row.read_at, longestSpans.attempt),
    movedAt: row.moved_at,
    readAt: row.read_at,
  }
}

function outcomeOf(text: string | null): AttemptOutcome | null {
  if (text === null) return null
  const { connection, error, reason = null } = objectOf<{ connection: string; error: string; reason: string }>(text)
  if (connection !== undefined) return { connection }
  return error === undefined ? null : { error, reason }
}
