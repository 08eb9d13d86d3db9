// Whether a sweep may believe the store's clock. A clock that is a month ahead for a moment would delete what must be
// kept for a month, so the clock must have been seen to run for an hour without a step.

import { sql } from 'kysely'
import { longestSweepGapMs, steadyForMs } from '../../../core/store/wrong-clock.ts'
import { after, type Engine } from './engine.ts'
import type { SweepKind } from './tables.ts'

/** Notes that a sweep has looked at the clock. */
export async function isSteady({ db, now }: Engine, kind: SweepKind): Promise<boolean> {
  const last = { since: sql.ref<number>('sweeps.since'), at: sql.ref<number>('sweeps.at') }
  const goesOn = sql`${now()} >= ${last.at} and ${now()} <= ${after(last.at, longestSweepGapMs)}`
  const { since, at } = await db
    .insertInto('sweeps')
    .values({ kind, since: now(), at: now() })
    .onConflict((conflict) =>
      conflict
        .column('kind')
        .doUpdateSet({ since: sql`case when ${goesOn} then ${last.since} else ${now()} end`, at: now() }),
    )
    .returning(['since', 'at'])
    .executeTakeFirstOrThrow()
  return at - since >= steadyForMs
}
