// Several destinations of events, and the feed. Events that were written before are for the destination '', as are those of
// a host application with a single one.

import { type Kysely, sql } from 'kysely'
import type { Tables } from '../engine/tables.ts'
import { columns } from './columns.ts'

export async function destinations(db: Kysely<Tables>, { serial }: { readonly serial: string }): Promise<void> {
  const { schema } = db
  for (const table of ['outbox', 'subjects'])
    await schema
      .alterTable(table)
      .addColumn('destination', 'text', (column) => column.notNull().defaultTo(''))
      .execute()
  await schema.alterTable('outbox').addColumn('event', 'text').execute()

  // The copies of an event for its destinations have its key too.
  await schema.dropIndex('outbox_key').execute()
  const own = sql<boolean>`key is not null and event is null`
  await schema.createIndex('outbox_key').unique().on('outbox').column('key').where(own).execute()
  const copies = sql<boolean>`event is not null`
  await schema.createIndex('outbox_event').on('outbox').column('event').where(copies).execute()

  await schema.dropIndex('subjects_due').execute()
  await schema.createIndex('subjects_due').on('subjects').columns(['destination', 'due_at', 'subject']).execute()
  // Of a store that is being copied, or was.
  const frozen = sql<boolean>`leased = -1`
  await schema.createIndex('subjects_frozen').on('subjects').column('due_at').where(frozen).execute()

  const position = serial === 'integer' ? 'integer' : 'bigint'
  await columns(
    schema.createTable('feed').addColumn('position', position, (column) => column.primaryKey()),
    { text: ['event', 'type', 'body'], optionalText: ['owner'], bigint: ['created_at'] },
  ).execute()
  const owned = sql<boolean>`"owner" is not null`
  await schema.createIndex('feed_owner').on('feed').columns(['owner', 'position']).where(owned).execute()
  await columns(
    schema.createTable('feed_end').addColumn('id', 'integer', (column) => column.primaryKey()),
    { bigint: ['position'] },
  ).execute()
  await db.insertInto('feed_end').values({ id: 1, position: 0 }).execute()
}
