// Reading the history. The entries of one connection are not shown to another one that rests on the same grant.

import type { HistoryEntry, HistoryStore } from '../../core/store/history.ts'
import type { Engine } from './engine/engine.ts'
import { firstOfEach } from './engine/first-of-each.ts'
import { objectOf } from './engine/json.ts'

type Data = HistoryEntry['data']

export function history({ db }: Engine): HistoryStore {
  return {
    async of(connection, limit) {
      const newest = db
        .selectFrom('history')
        .select(['seq', 'at', 'grant_id', 'connection', 'type', 'data'])
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
      return rows.map(({ at, grant_id, connection, type, data }) => {
        return { at, grant: grant_id, connection, type, data: objectOf<Data>(data) as Data }
      })
    },
    async has(grant, { type, data }) {
      const row = await db
        .selectFrom('history')
        .select('seq')
        .where('grant_id', '=', grant)
        .where('connection', 'is', null)
        .where('type', '=', type)
        .where('data', '=', JSON.stringify(data))
        .limit(1)
        .executeTakeFirst()
      return row !== undefined
    },
  }
}
