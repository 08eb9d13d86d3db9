// Clients whose credentials a provider refuses: confirmed by two refusals, probed by one caller at a time.

import type { ClientRefusal, ClientStore } from '../../core/store/clients.ts'
import { longestSpans } from '../../core/store/longest-spans.ts'
import { believedTime, isPast } from '../../core/store/wrong-clock.ts'
import { appendClientEvent } from './changes/append-events.ts'
import { after, type Engine, isReached } from './engine/engine.ts'
import type { Placeholders } from './engine/parameters.ts'
import { statement } from './engine/statement.ts'

export function clients(engine: Engine): ClientStore {
  const { db, now, write } = engine
  const refused = statement(engine, (db, { client }: Placeholders<{ client: string }>) =>
    db
      .selectFrom('clients')
      .selectAll()
      .select(now().as('read_at'))
      .where('client', '=', client)
      .orderBy('credentials'),
  )
  return {
    async refused(client) {
      const rows = await refused.all({ client })
      return rows.map(({ confirmed, probe_at, read_at, ...row }) => ({
        ...row,
        confirmed: confirmed === 1,
        probeAt: believedTime(probe_at, read_at, longestSpans.probe),
        readAt: read_at,
      }))
    },
    refuse: (client, refusal) => refuse(engine, client, refusal),
    async probe(credentials, nextInMs) {
      const row = await db
        .updateTable('clients')
        .set({ probe_at: after(now(), nextInMs) })
        .where('credentials', '=', credentials)
        .where(isReached('probe_at', now(), longestSpans.probe))
        .returning('client')
        .executeTakeFirst()
      return row !== undefined
    },
    async resume(credentials) {
      return write(async (trx) => {
        const row = await trx
          .deleteFrom('clients')
          .where('credentials', '=', credentials)
          .returning(['client', 'confirmed'])
          .executeTakeFirst()
        if (row?.confirmed !== 1) return false
        await appendClientEvent(engine, trx, 'client.recovered', row.client, {})
        return true
      })
    },
  }
}

async function refuse(
  engine: Engine,
  client: string,
  { credentials, grant, code, reason, repeatedAfterMs, probeInMs }: ClientRefusal,
): Promise<boolean> {
  const { now } = engine
  const suspicion = { code, reason, witness: grant, since: now(), probe_at: now() }
  return engine.write(async (trx) => {
    const first = await trx
      .insertInto('clients')
      .values({ client, credentials, ...suspicion, confirmed: 0 })
      .onConflict((conflict) => conflict.column('credentials').doNothing())
      .returning('credentials')
      .executeTakeFirst()
    if (first) return false
    const row = await trx
      .selectFrom('clients')
      .select(['code', 'witness', 'confirmed', 'since', now().as('read_at')])
      .where('credentials', '=', credentials)
      .$if(engine.rowLocks, (query) => query.forUpdate())
      .executeTakeFirst()
    if (!row) return false
    const change = trx.updateTable('clients').where('credentials', '=', credentials)
    if (row.witness !== null && row.code !== code) {
      await change.set(suspicion).execute()
      return false
    }
    if (row.witness === grant) {
      if (row.confirmed === 1 || !isPast(row.since, row.read_at, repeatedAfterMs)) return false
      await change.set({ reason, confirmed: 1 }).execute()
    } else {
      // Extended, never shortened.
      const probeAt = after(now(), probeInMs)
      await change.set({ code, reason, witness: null, confirmed: 1 }).execute()
      await change
        .set({ probe_at: probeAt })
        .where(({ eb, or }) => or([eb('probe_at', '<', probeAt), isReached('probe_at', now(), longestSpans.probe)]))
        .execute()
    }
    if (row.confirmed === 0) await appendClientEvent(engine, trx, 'client.misconfigured', client, { reason })
    return row.confirmed === 0
  })
}
