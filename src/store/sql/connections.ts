// Connections, each with the facts of the grant that it rests on. An owner has one connection to an account through a
// client, and it keeps its id for good.

import type { ConnectionRow, ConnectionStore } from '../../core/store/connections.ts'
import { appendEvents } from './changes/append-events.ts'
import { recordHistory } from './changes/record-history.ts'
import { attach, vacate } from './connections/attach.ts'
import { idsOf, isOf } from './connections/list.ts'
import { resume } from './connections/resume.ts'
import { forgetAccount, idsOfFinds, isCut } from './connections/search.ts'
import { tokenOf } from './connections/token-of.ts'
import type { Database, Engine } from './engine/engine.ts'
import { listOf } from './engine/json.ts'
import type { Placeholders } from './engine/parameters.ts'
import { statement } from './engine/statement.ts'

export function connections(engine: Engine): ConnectionStore {
  const { db, now, write } = engine
  const byId = statement(engine, (db, { id }: Placeholders<{ id: string }>) =>
    facts(db).where('connections.id', '=', id),
  )
  const get = async (id: string, trx?: Database) => {
    const row = await byId.first({ id }, trx)
    return row ? read(row) : null
  }
  const existing = async (trx: Database, id: string) => {
    const row = await get(id, trx)
    if (row) return row
    throw new Error(`the row ${id} is gone`)
  }
  return {
    get: (id) => get(id),
    tokenOf: tokenOf(engine),
    async list(filter) {
      const query = facts(db).where('connections.id', 'in', idsOf(db, filter))
      return (await inOrder(query).execute()).map(read)
    },
    async search(filter) {
      const query = isOf(facts(db).where('connections.id', 'in', idsOfFinds(db, filter)), filter)
      return { rows: (await inOrder(query).execute()).map(read), isCut: await isCut(db, filter) }
    },
    async some(ids) {
      return ids.length === 0 ? [] : (await inOrder(facts(db).where('connections.id', 'in', ids)).execute()).map(read)
    },
    async onGrant(grant) {
      const query = facts(db).where('grant_id', '=', grant).where('disconnected', '=', 0)
      return (await inOrder(query).execute()).map(read)
    },
    async attach(attachment) {
      return write(async (trx) => {
        const attached = await attach(engine, trx, attachment)
        return attached && { ...attached, connection: await existing(trx, attached.connection) }
      })
    },
    async detach(id, entry) {
      return write(async (trx) => {
        // The grant before the connection: all transactions lock them in this order.
        if (engine.rowLocks)
          await trx
            .selectFrom('grants')
            .select('id')
            .where('id', '=', ({ selectFrom }) => selectFrom('connections').select('grant_id').where('id', '=', id))
            .forUpdate()
            .execute()
        const row = await trx
          .updateTable('connections')
          .set({ disconnected: 1, updated_at: now() })
          .where('id', '=', id)
          .where('disconnected', '=', 0)
          .returning(['grant_id', 'owner'])
          .executeTakeFirst()
        if (!row) return null
        await forgetAccount(trx, { id, owner: row.owner })
        const closing = await vacate(engine, trx, row.grant_id)
        await recordHistory(engine, trx, row.grant_id, id, entry)
        await appendEvents(engine, trx, 'connection.disconnected', { connection: id }, {})
        return { row: await existing(trx, id), closing }
      })
    },
    resume: (id, entry) => write((trx) => resume(engine, trx, id, entry)),
  }
}

function facts(on: Database) {
  return on
    .selectFrom('connections')
    .innerJoin('grants', 'grants.id', 'connections.grant_id')
    .select([
      'connections.id',
      'connections.owner',
      'connections.client',
      'connections.grant_id',
      'connections.disconnected',
      'connections.created_at',
      'connections.updated_at',
      'grants.account_id',
      'grants.account_name',
      'grants.account_email',
      'grants.account_time_zone',
      'grants.scopes',
      'grants.status',
      'grants.reason',
    ])
}

type Facts = ReturnType<typeof facts>

function inOrder(query: Facts): Facts {
  return query.orderBy('connections.created_at').orderBy('connections.id')
}

function read(row: Awaited<ReturnType<Facts['executeTakeFirstOrThrow']>>): ConnectionRow {
  const over = row.status === 'over' && row.disconnected === 0
  const ended = row.disconnected === 1
  return {
    id: row.id,
    owner: row.owner,
    client: row.client,
    grant: row.grant_id,
    account: {
      id: row.account_id,
      // Of a connection that has ended, what is known of the account belongs to those that still rest on the grant.
      name: ended ? null : row.account_name,
      email: ended ? null : row.account_email,
      timeZone: ended ? null : row.account_time_zone,
    },
    scopes: ended ? [] : listOf(row.scopes),
    status: ended ? 'disconnected' : over ? 'needs_reconnect' : 'active',
    reason: over ? row.reason : null,
    createdAt: row.created_at,
    updatedAt: Math.abs(row.updated_at),
  }
}
