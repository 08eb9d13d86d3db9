// Pauses of clients: a client that its provider refuses is probed by one caller at a time.

import { sql } from 'kysely'
import type { ClientStore } from '../../core/store.ts'
import { tellOfClient } from './announced.ts'
import { after, type Engine, latest } from './engine.ts'

export function clients(engine: Engine): ClientStore {
  const { db, now, write } = engine
  return {
    async paused(client) {
      const row = await db
        .selectFrom('clients')
        .select(['client', 'reason', 'since', 'probe_at', now().as('read_at')])
        .where('client', '=', client)
        .executeTakeFirst()
      return row ? { client, reason: row.reason, since: row.since, probeAt: row.probe_at, readAt: row.read_at } : null
    },
    async pause(client, reason, probeIn) {
      const probeAt = after(now(), probeIn)
      return write(async (trx) => {
        const row = await trx
          .insertInto('clients')
          .values({ client, reason, since: now(), probe_at: probeAt, times: 1 })
          .onConflict((conflict) =>
            conflict
              .column('client')
              .doUpdateSet({ reason, probe_at: latest('clients.probe_at', probeAt), times: sql`clients.times + 1` }),
          )
          .returning('times')
          .executeTakeFirstOrThrow()
        const began = row.times === 1
        if (began) await tellOfClient(engine, trx, 'client.misconfigured', client, { reason })
        return began
      })
    },
    async probe(client, nextIn) {
      const row = await db
        .updateTable('clients')
        .set({ probe_at: after(now(), nextIn) })
        .where('client', '=', client)
        .where('probe_at', '<=', now())
        .returning('client')
        .executeTakeFirst()
      return row !== undefined
    },
    async resume(client) {
      return write(async (trx) => {
        const row = await trx.deleteFrom('clients').where('client', '=', client).returning('client').executeTakeFirst()
        if (row) await tellOfClient(engine, trx, 'client.recovered', client, {})
        return row !== undefined
      })
    },
  }
}
