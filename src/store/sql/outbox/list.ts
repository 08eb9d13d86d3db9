// Reading single events and lists of them.

import { sql } from 'kysely'
import { parseEventId } from '../../../core/store/event-id.ts'
import type { OutboxStore } from '../../../core/store/outbox.ts'
import type { Engine } from '../engine/engine.ts'
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
        .where('seq', '=', place?.serial ?? '0')
        .where('created_at', '=', place?.createdAt ?? 0)
        .executeTakeFirst()
      return row ? read(row) : null
    },
    async list({ state, owner, before, limit }) {
      let query = select()
      if (state !== undefined) query = query.where('state', '=', state)
      // As it stands in the index, which holds no other rows.
      if (state === 'pending' || state === 'dead') query = query.where('state', '!=', sql.lit('done'))
      if (owner !== undefined)
        query = query.where(({ eb, or }) => or([eb('owner', '=', owner), eb('owner', 'is', null)]))
      if (before !== undefined) query = query.where('seq', '<', parseEventId(before)?.serial ?? '0')
      return (await query.orderBy('seq', 'desc').limit(limit).execute()).map(read)
    },
  }
}
