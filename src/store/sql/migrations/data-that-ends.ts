// What is needed to delete connections and grants that have ended, and everything about one owner. What is known of the
// accounts of connections that had ended before is deleted.

import { type Kysely, sql } from 'kysely'
import { searchTerm } from '../../../core/store/connection-terms.ts'
import type { Tables } from '../engine/tables.ts'
import { columns } from './columns.ts'

export async function dataThatEnds(db: Kysely<Tables>): Promise<void> {
  const { schema } = db
  await columns(
    schema.createTable('ended_ids').addColumn('id', 'text', (column) => column.primaryKey()),
    { bigint: ['generation', 'at'] },
  ).execute()
  await schema.createIndex('ended_ids_at').on('ended_ids').column('at').execute()

  await schema.alterTable('grants').addColumn('closed_at', 'bigint').execute()
  const closed = sql<boolean>`"closed_at" is not null`
  await schema.createIndex('grants_closed').on('grants').column('closed_at').where(closed).execute()
  // With the second condition, which every row meets, no planner uses it for a list, which does not name that column.
  const disconnected = sql<boolean>`"disconnected" = 1 and "updated_at" is not null`
  await schema.createIndex('connections_ended').on('connections').column('updated_at').where(disconnected).execute()

  await schema.createIndex('error_connections_connection').on('error_connections').column('connection').execute()
  await schema.createIndex('connect_sessions_owner').on('connect_sessions').columns(['owner', 'id']).execute()
  await schema.createIndex('attempts_owner').on('attempts').columns(['owner', 'id']).execute()
  const owned = sql<boolean>`"owner" is not null`
  await schema.createIndex('api_keys_owner').on('api_keys').columns(['owner', 'id']).where(owned).execute()

  await forgetAccounts(db)
  await forgetTerms(db)
}

/** Of closed grants the last time that is known is that of their last use. */
async function forgetAccounts(db: Kysely<Tables>): Promise<void> {
  const nothing = { account_name: null, account_email: null, account_time_zone: null }
  const grants = db.selectFrom('grants').select(['id', 'status', 'used_at'])
  for (let last = ''; ; ) {
    const rows = await grants.where('id', '>', last).orderBy('id').limit(500).execute()
    for (const { id, status, used_at } of rows)
      if (status === 'closing' || status === 'closed')
        await db
          .updateTable('grants')
          .set({ ...nothing, closed_at: status === 'closed' ? used_at : null })
          .where('id', '=', id)
          .execute()
    const [end] = rows.slice(-1)
    if (!end) return
    last = end.id
  }
}

async function forgetTerms(db: Kysely<Tables>): Promise<void> {
  const connections = db.selectFrom('connections').select(['id', 'owner', 'disconnected'])
  for (let last = ''; ; ) {
    const rows = await connections.where('id', '>', last).orderBy('id').limit(500).execute()
    for (const { id, owner, disconnected } of rows)
      if (disconnected === 1)
        await db
          .deleteFrom('connection_terms')
          .where('connection', '=', id)
          .where('term', '!=', searchTerm(owner))
          .execute()
    const [end] = rows.slice(-1)
    if (!end) return
    last = end.id
  }
}
