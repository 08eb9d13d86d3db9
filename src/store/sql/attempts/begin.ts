// The beginning of an authorization attempt.

import { sql } from 'kysely'
import type { AttemptStore, NewAttempt } from '../../../core/store/attempts.ts'
import type { Flag } from '../engine/column-types.ts'
import { after, type Engine } from '../engine/engine.ts'
import type { Placeholders } from '../engine/parameters.ts'
import { statement } from '../engine/statement.ts'

interface InsertValues extends Omit<NewAttempt, 'scopes' | 'anotherAccount'> {
  /** JSON list. */
  readonly scopes: string
  readonly anotherAccount: Flag
  readonly lifetimeMs: number
}

export function beginStatements(engine: Engine): Pick<AttemptStore, 'insert' | 'trim'> {
  const { now } = engine
  const insert = statement(engine, (db, attempt: Placeholders<InsertValues>) =>
    db.insertInto('attempts').values({
      id: attempt.id,
      client: attempt.client,
      owner: attempt.owner,
      return_to: attempt.returnTo,
      state_hash: attempt.stateHash,
      nonce_hash: attempt.nonceHash,
      verifier: attempt.verifier,
      scopes: attempt.scopes,
      reconnect: attempt.reconnect,
      another_account: attempt.anotherAccount,
      phase: 'begun',
      code: null,
      answer: null,
      outcome: null,
      created_at: now(),
      expires_at: after(now(), attempt.lifetimeMs),
      moved_at: now(),
    }),
  )
  const trim = statement(engine, (db, { owner, most }: Placeholders<{ owner: string; most: number }>) => {
    // Said in the statement itself, so that a planner may use the index of those that have begun.
    const begun = sql.lit('begun' as const)
    return db
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
  })
  return {
    async insert({ scopes, anotherAccount, ...attempt }, lifetimeMs) {
      const flags = { scopes: JSON.stringify(scopes), anotherAccount: anotherAccount ? 1 : 0 } as const
      await insert.all({ ...attempt, ...flags, lifetimeMs })
    },
    async trim(owner, most) {
      await trim.all({ owner, most })
    },
  }
}
