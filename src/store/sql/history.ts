// Reading the history, and keeping it bounded. The entries of one connection are not shown to another one that rests on
// the same grant.

import type { HistoryEntry, HistoryStore } from '../../core/store/history.ts'
import { isRecorded } from './changes/record-history.ts'
import { deleteNumbered } from './engine/delete-numbered.ts'
import { type Engine, isPast } from './engine/engine.ts'
import { firstOfEach } from './engine/first-of-each.ts'
import { objectOf } from './engine/json.ts'
import { isSteady } from './engine/sweep-clock.ts'

type Data = HistoryEntry['data']

export function history(engine: Engine): HistoryStore {
  const { db } = engine
  return {
    async of(connection, limit, before) {
      const newest = db
        .selectFrom('history')
        .select(['seq', 'at', 'grant_id', 'connection', 'type', 'data'])
        .$if(before !== undefined, (query) => query.where('seq', '<', before as number))
        .orderBy('seq', 'desc')
        .limit(limit)
      const own = newest.where('connection', '=', connection)
      const ofTheGrant = newest
        .where('connection', 'is', null)
        .where('grant_id', '=', ({ selectFrom }) =>
          selectFrom('connections').select('grant_id').where('id', '=', connection),
        )
      const rows = await db
        .selectFrom(firstOfEach(db, own, ofTheGrant).as('found'))
        .selectAll()
        .orderBy('seq', 'desc')
        .limit(limit)
        .execute()
      return rows.map(({ seq, at, grant_id, connection, type, data }) => {
        return { seq, at, grant: grant_id, connection, type, data: objectOf<Data>(data) as Data }
      })
    },
    has: (grant, entry) => isRecorded(db, grant, entry),
    ...sweeps(engine),
  }
}

function sweeps(engine: Engine): Pick<HistoryStore, 'trim' | 'sweep'> {
  const { db, now } = engine
  return {
    async trim(grant, most, limit) {
      const surplus = await db
        .selectFrom('history')
        .select('seq')
        .where('grant_id', '=', grant)
        .where('connection', 'is', null)
        .orderBy('seq', 'desc')
        .limit(limit)
        .offset(most)
        .execute()
      return deleteNumbered(db, 'history', surplus)
    },
    async sweep(ageMs, limit) {
      if (!(await isSteady(engine, 'history'))) return 0
      // Entries are numbered in the order of their times, as far as the clock was right.
      const oldest = db.selectFrom('history').select(['seq', 'at']).orderBy('seq').limit(limit).as('oldest')
      const old = await db
        .selectFrom(oldest)
        .select('oldest.seq')
        .where(isPast('oldest.at', now(), ageMs))
        .execute()
      return deleteNumbered(db, 'history', old)
    },
  }
}
