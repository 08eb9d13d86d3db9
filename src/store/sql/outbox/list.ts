// Reading single events and lists of them.

import type { Expression } from 'kysely'
import { isChangeId, parseEventId } from '../../../core/store/event-id.ts'
import type { OutboxState, OutboxStore } from '../../../core/store/outbox.ts'
import type { Database, Engine } from '../engine/engine.ts'
import { firstOfEach } from '../engine/first-of-each.ts'
import { read, serial } from './row.ts'

export function listStatements({ db, now }: Engine): Pick<OutboxStore, 'get' | 'list'> {
  const select = () =>
    db
      .selectFrom('outbox')
      .selectAll()
      .select([serial.as('serial'), now().as('read_at')])
  return {
    async get(id) {
      const place = parseEventId(id)
      const row = await select()
        .$if(isChangeId(id), (query) => query.where('key', '=', id))
        .$if(!isChangeId(id), (query) =>
          query.where('seq', '=', place?.serial ?? '0').where('created_at', '=', place?.createdAt ?? 0),
        )
        .executeTakeFirst()
      return row ? read(row) : null
    },
    async list(filter) {
      const query = select().where('seq', 'in', numbersOf(db, filter))
      return (await query.orderBy('seq', 'desc').execute()).map(read)
    },
  }
}

const anyState: readonly [OutboxState, ...OutboxState[]] = ['pending', 'dead', 'done']

/** The numbers of the events of one page. */
function numbersOf(
  db: Database,
  { state, owner, before, limit }: Parameters<OutboxStore['list']>[0],
): Expression<string> {
  const newest = db
    .selectFrom('outbox')
    .select('seq')
    .$if(before !== undefined, (query) => query.where('seq', '<', parseEventId(before ?? '')?.serial ?? '0'))
    .orderBy('seq', 'desc')
    .limit(limit)
  if (owner === undefined) return (state === undefined ? newest : newest.where('state', '=', state)).$asScalar()
  // An index has the events of each owner by their state, and those that have none.
  const [first, ...others] = (state === undefined ? anyState : [state]).flatMap((state) => [
    newest.where('owner', '=', owner).where('state', '=', state),
    newest.where('owner', 'is', null).where('state', '=', state),
  ])
  return db
    .selectFrom(firstOfEach(db, first ?? newest, ...others).as('found'))
    .select('found.seq')
    .orderBy('found.seq', 'desc')
    .limit(limit)
    .$asScalar()
}
