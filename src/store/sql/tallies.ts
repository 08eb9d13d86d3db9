// Tallies: one statement adds a batch of counts to those of all processes.

import { sql } from 'kysely'
import { type TallyStore, tallyBucketMs } from '../../core/store/tallies.ts'
import { after, type Engine } from './engine/engine.ts'
import { sweepOld } from './engine/sweep-old.ts'

export function tallies(engine: Engine): TallyStore {
  const { db, now, write } = engine
  return {
    async add(counts, agoMs) {
      // Not divided: of two whole numbers not every engine makes a whole one. SQLite must be told that its parameter is whole.
      const time = sql<number>`cast(${after(now(), -Math.round(agoMs))} as bigint)`
      const at = sql<number>`${time} - ${time} % ${sql.lit(tallyBucketMs)}`
      await write(async (trx) => {
        for (let from = 0; from < counts.length; from += rowsAtOnce)
          await trx
            .insertInto('tallies')
            .values(counts.slice(from, from + rowsAtOnce).map((count) => ({ ...count, at })))
            .onConflict((conflict) =>
              conflict
                .columns(['kind', 'at', 'client', 'outcome'])
                .doUpdateSet({ count: sql`tallies.count + excluded.count` }),
            )
            .execute()
      })
    },
    async between(kind, from, to) {
      const rows = await db
        .selectFrom('tallies')
        .select(['kind', 'outcome', 'client', 'count', 'at'])
        .where('kind', '=', kind)
        .where('at', '>=', from)
        .where('at', '<', to)
        .orderBy('at')
        .orderBy('client')
        .orderBy('outcome')
        .execute()
      return rows.map((row) => ({ ...row }))
    },
    async now() {
      const found = await db.selectNoFrom(now().as('now')).executeTakeFirstOrThrow()
      return Number(found.now)
    },
    sweep: (ageMs, limit) => sweepOld(engine, 'tallies', 'at', ageMs, limit),
  }
}

const rowsAtOnce = 100
