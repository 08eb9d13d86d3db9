// The beginning of an authorization attempt.

import { sql } from 'kysely'
import type { AttemptStore } from '../../../core/store/attempts.ts'
import { after, type Engine } from '../engine/engine.ts'

export function beginStatements({ db, now }: Engine): Pick<AttemptStore, 'insert' | 'trim'> {
  return {
    async insert(attempt, lifetimeMs) {
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
          expires_at: after(now(), lifetimeMs),
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
  }
}
