// Indexes of the lists, of the sweeps, and of the grants that are due.

import { type Kysely, type RawBuilder, sql } from 'kysely'
import type { Tables } from '../engine/tables.ts'

/**
 * Gives every list and every sweep an index with exactly the rows that it returns, in its order: none reads more when
 * the tables grow. Each row is in as few of them as can be, so that writing stays cheap.
 */
export async function listsAndSweeps(db: Kysely<Tables>): Promise<void> {
  const { schema } = db
  await schema
    .alterTable('connections')
    .addColumn('needs_reconnect', 'bigint', (column) => column.notNull().defaultTo(0))
    .execute()
  await db
    .updateTable('connections')
    .set({ needs_reconnect: 1 })
    .where('disconnected', '=', 0)
    .where('grant_id', 'in', ({ selectFrom }) => selectFrom('grants').select('id').where('status', '=', 'over'))
    .execute()
  for (const name of ['connections_order', 'attempts_phase', 'attempts_ended', 'outbox_open'])
    await schema.dropIndex(name).execute()
  for (const name of ['history_connection', 'history_grant']) await schema.dropIndex(name).execute()

  const listed = ['disconnected', 'needs_reconnect', 'created_at', 'id']
  await schema.createIndex('connections_order').on('connections').columns(listed).execute()
  await schema
    .createIndex('connections_owner')
    .on('connections')
    .columns(['owner', ...listed])
    .execute()
  await schema
    .createIndex('connections_client')
    .on('connections')
    .columns(['client', ...listed])
    .execute()

  const partial = (name: string, table: string, columns: string[], where: RawBuilder<boolean>) =>
    schema.createIndex(name).on(table).columns(columns).where(where).execute()
  await partial('history_connection', 'history', ['connection', 'seq'], sql`"connection" is not null`)
  await partial('history_grant', 'history', ['grant_id', 'seq'], sql`"connection" is null`)

  await schema.createIndex('outbox_state').on('outbox').columns(['state', 'seq']).execute()
  await partial('outbox_owner', 'outbox', ['owner', 'state', 'seq'], sql`"owner" is not null`)
  await partial('outbox_ownerless', 'outbox', ['state', 'seq'], sql`"owner" is null`)

  await partial('attempts_stranded', 'attempts', ['id'], sql`"phase" = 'exchanged' and answer is not null`)
  await partial('attempts_ended', 'attempts', ['moved_at'], sql`"phase" = 'finished' and answer is null`)
  await partial('attempts_expired', 'attempts', ['expires_at'], sql`"phase" != 'finished' and answer is null`)
}

export async function dueGrantsOfAClient({ schema }: Kysely<unknown>): Promise<void> {
  await schema.dropIndex('grants_due').execute()
  const due = sql<boolean>`due_at is not null and status = 'live'`
  await schema.createIndex('grants_due').on('grants').columns(['client', 'due_at', 'id']).where(due).execute()
}
