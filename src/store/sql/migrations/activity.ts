// What has happened, for the operator: counts, errors and the activity log. And the terms that connections are found by.

import { type Kysely, sql } from 'kysely'
import { termsOf } from '../../../core/store/connection-terms.ts'
import type { Tables } from '../engine/tables.ts'
import { columns } from './columns.ts'

export async function activity(db: Kysely<Tables>, { serial }: { readonly serial: string }): Promise<void> {
  const { schema } = db
  await columns(schema.createTable('tallies'), {
    text: ['kind', 'client', 'outcome'],
    bigint: ['at', 'count'],
  })
    .addPrimaryKeyConstraint('tallies_pkey', ['kind', 'at', 'client', 'outcome'])
    .execute()
  await schema.createIndex('tallies_at').on('tallies').column('at').execute()

  await columns(
    schema.createTable('error_groups').addColumn('id', 'text', (column) => column.primaryKey()),
    {
      text: ['code', 'sentence'],
      optionalText: ['reason', 'client'],
      bigint: ['count', 'first_at', 'last_at', 'connections'],
    },
  ).execute()
  await schema.createIndex('error_groups_last').on('error_groups').columns(['last_at', 'id']).execute()
  await columns(schema.createTable('error_connections'), { text: ['error', 'connection'] })
    .addPrimaryKeyConstraint('error_connections_pkey', ['error', 'connection'])
    .execute()

  await columns(
    schema
      .createTable('activity_log')
      .addColumn('seq', serial as 'bigserial', (column) =>
        serial === 'integer' ? column.primaryKey().autoIncrement() : column.primaryKey(),
      ),
    { text: ['kind', 'data'], optionalText: ['client'], bigint: ['at'] },
  ).execute()
  await schema.createIndex('activity_log_kind').on('activity_log').columns(['kind', 'seq']).execute()
  await schema
    .createIndex('activity_log_client')
    .on('activity_log')
    .columns(['kind', 'client', 'seq'])
    .where(sql<boolean>`"client" is not null`)
    .execute()

  // Compared byte by byte in every engine, so that an index finds what begins with a text.
  const term = serial === 'integer' ? sql`text` : sql`text collate "C"`
  await columns(
    schema.createTable('connection_terms').addColumn('term', term, (column) => column.notNull()),
    { text: ['connection'] },
  )
    .addPrimaryKeyConstraint('connection_terms_pkey', ['term', 'connection'])
    .execute()
  await schema.createIndex('connection_terms_connection').on('connection_terms').column('connection').execute()
  await fillTerms(db)

  const failing = sql<boolean>`"detail" is not null and "removed_at" is null`
  await schema.createIndex('subscriptions_failing').on('subscriptions').column('id').where(failing).execute()
}

async function fillTerms(db: Kysely<Tables>): Promise<void> {
  const known = db
    .selectFrom('connections')
    .innerJoin('grants', 'grants.id', 'connections.grant_id')
    .select(['connections.id as found', 'connections.owner', 'grants.account_name', 'grants.account_email'])
  for (let last = ''; ; ) {
    const rows = await known.where('connections.id', '>', last).orderBy('connections.id').limit(500).execute()
    const terms = rows.flatMap(({ found, owner, account_name: name, account_email: email }) =>
      termsOf(owner, { name, email }).map((term) => ({ term, connection: found })),
    )
    if (terms.length > 0) await db.insertInto('connection_terms').values(terms).execute()
    const [end] = rows.slice(-1)
    if (!end) return
    last = end.found
  }
}
