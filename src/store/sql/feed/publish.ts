// Publishing an event of the outbox, which is its acknowledgement too.

import type { FeedStore } from '../../../core/store/feed.ts'
import type { Engine } from '../engine/engine.ts'
import type { Placeholders } from '../engine/parameters.ts'
import { statement } from '../engine/statement.ts'
import { eventQueues } from '../outbox/event-queues.ts'
import { findEvents, notDone } from '../outbox/outcome.ts'
import { publicIdOf, serial } from '../outbox/row.ts'

interface Published {
  readonly position: number
  readonly event: string
  readonly type: string
  readonly owner: string | null
  readonly body: string
}

export function publishStatement(engine: Engine): Pick<FeedStore, 'publish'> {
  const { now, write } = engine
  const queues = eventQueues(engine)
  const find = findEvents(engine)
  const finish = statement(engine, (db, values: Placeholders<{ readonly serial: string }>) =>
    db
      .updateTable('outbox')
      .set({ state: 'done', body: null, lease_owner: null, ended_at: now() })
      .where('seq', '=', values.serial)
      .where('state', 'in', notDone)
      .returning(['event', 'key', 'type', 'owner', 'created_at', serial.as('serial')]),
  )
  const nextPosition = statement(engine, (db) =>
    db
      .updateTable('feed_end')
      .set(({ eb }) => ({ position: eb('position', '+', 1) }))
      .where('id', '=', 1)
      .returning('position'),
  )
  const insert = statement(engine, (db, { position, event, type, owner, body }: Placeholders<Published>) =>
    db.insertInto('feed').values({ position, event, type, owner, body, created_at: now() }),
  )
  return {
    publish: (id, body) =>
      write(async (trx) => {
        const [found] = await find(trx, [id])
        if (!found) return false
        await queues.lock(trx, found)
        const row = await finish.first({ serial: found.serial }, trx)
        await queues.settle(trx, [{ name: found.name, released: row ? found.serial : null }])
        if (!row) return false
        // Last, since all who publish wait for it.
        const end = await nextPosition.first({}, trx)
        if (!end) throw new Error('the table "feed_end" has no row')
        const { type, owner } = row
        await insert.all({ position: end.position, event: publicIdOf(row), type, owner, body }, trx)
        return true
      }),
  }
}
