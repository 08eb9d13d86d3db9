// Reading single events and lists of them.

import type { Expression } from 'kysely'
import { isChangeId, parseEventId } from '../../../core/store/event-id.ts'
import type { OutboxState, OutboxStore } from '../../../core/store/outbox.ts'
import type { Database, Engine } from '../engine/engine.ts'
import { firstOfEach } from '../engine/first-of-each.ts'
import { type FoundEvent, read, serial } from './row.ts'

export function listStatements({ db, now }: Engine): Pick<OutboxStore, 'get' | 'of' | 'list'> {
  const select = () =>
    db
      .selectFrom('outbox')
      .selectAll()
      .select([serial.as('serial'), now().as('read_at')])
      .$castTo<FoundEvent>()
  const byId = (id: string) => {
    const place = parseEventId(id)
    return select()
      .where('state', 'in', anyState)
      .where('seq', '=', place?.serial ?? '0')
      .where('created_at', '=', place?.createdAt ?? 0)
  }
  return {
    async get(id) {
      const row = await byId(id).executeTakeFirst()
      return row ? read(row) : null
    },
    async of(event) {
      const own = isChangeId(event) ? select().where('state', 'in', anyState).where('key', '=', event) : byId(event)
      const rows = await own.where('event', 'is', null).execute()
      const copies = await select().where('event', '=', event).orderBy('seq').execute()
      // A row of its own id may be known by that of its change.
      return [...rows, ...copies].map(read).filter((row) => row.event === event)
    },
    async list(filter) {
      const query = select().where('seq', 'in', numbersOf(db, filter))
      return (await query.orderBy('seq', 'desc').execute()).map(read)
    },
  }
}

/** Of a forwarded event the copies are listed. */
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
  // A forwarded event stands beside its copies, so leaving it out reads few rows more.
  if (owner === undefined)
    return (
      state === undefined ? newest.where('state', '!=', 'forwarded') : newest.where('state', '=', state)
    ).$asScalar()
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
