// The steps of an authorization attempt, from its state to its outcome.

import { sql } from 'kysely'
import type { AttemptPhase, AttemptStore } from '../../../core/store/attempts.ts'
import { longestSpans } from '../../../core/store/longest-spans.ts'
import type { Flag } from '../engine/column-types.ts'
import { after, type Engine } from '../engine/engine.ts'
import type { Placeholders } from '../engine/parameters.ts'
import { statement } from '../engine/statement.ts'
import { read } from './row.ts'

interface StateValues {
  readonly stateHash: string
  readonly client: string
}

interface AdvanceValues {
  readonly id: string
  readonly from: AttemptPhase
  readonly to: AttemptPhase
  readonly code: string | null
  readonly answer: string | null
  /** JSON; `null`: as it is. */
  readonly outcome: string | null
  /** Whether the code has been exchanged, or never will be. */
  readonly needsNoVerifier: Flag
}

export function stepStatements(engine: Engine): Pick<AttemptStore, 'find' | 'consume' | 'get' | 'advance'> {
  const { now } = engine
  const byState = statement(engine, (db, { stateHash, client }: Placeholders<StateValues>) =>
    db
      .selectFrom('attempts')
      .selectAll()
      .select(now().as('read_at'))
      .where('state_hash', '=', stateHash)
      .where('client', '=', client),
  )
  const byId = statement(engine, (db, { id }: Placeholders<{ id: string }>) =>
    db.selectFrom('attempts').selectAll().select(now().as('read_at')).where('id', '=', id),
  )
  const consume = statement(engine, (db, { stateHash, client }: Placeholders<StateValues>) =>
    db
      .updateTable('attempts')
      .set({ phase: 'consumed', moved_at: now() })
      .where('state_hash', '=', stateHash)
      .where('client', '=', client)
      .where('phase', '=', 'begun')
      .where('expires_at', '>', now())
      .where('expires_at', '<=', after(now(), longestSpans.attempt))
      .returningAll()
      .returning(now().as('read_at')),
  )
  const advance = statement(engine, (db, values: Placeholders<AdvanceValues>) =>
    db
      .updateTable('attempts')
      .set({
        phase: values.to,
        code: values.code,
        answer: values.answer,
        moved_at: now(),
        verifier: sql`case when ${values.needsNoVerifier} = 1 then null else verifier end`,
        outcome: sql`coalesce(${values.outcome}, outcome)`,
      })
      .where('id', '=', values.id)
      .where('phase', '=', values.from)
      .returning('id'),
  )

  return {
    async find(stateHash, client) {
      const row = await byState.first({ stateHash, client })
      return row ? read(row) : null
    },
    async consume(stateHash, client) {
      const consumed = await consume.first({ stateHash, client })
      if (consumed) return { row: read(consumed), first: true, expired: false }
      const found = await byState.first({ stateHash, client })
      if (!found) return null
      const row = read(found)
      return { row, first: false, expired: row.expiresAt <= row.readAt }
    },
    async get(id) {
      const row = await byId.first({ id })
      return row ? read(row) : null
    },
    async advance(id, from, to, { code = null, answer = null, outcome } = {}) {
      const needsNoVerifier = to === 'exchanged' || to === 'finished' ? 1 : 0
      const values = { id, from, to, code, answer, needsNoVerifier } as const
      return (await advance.first({ ...values, outcome: outcome ? JSON.stringify(outcome) : null })) !== undefined
    },
  }
}
