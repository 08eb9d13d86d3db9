// The schema, step by step. A migration that has been published never changes; a new one takes the next number.

import { type Kysely, type SchemaModule, sql } from 'kysely'
import { type Migration, Migrator } from 'kysely/migration'
import { randomId, systemRandom } from '../../core/clock.ts'
import { PunctualError } from '../../core/errors.ts'
import { causeOf } from '../../core/foreign-error.ts'
import type { Tables } from './engine/tables.ts'
import { access, sessionBrowsers } from './migrations/access.ts'
import { activity } from './migrations/activity.ts'
import { bookings } from './migrations/bookings.ts'
import { columns } from './migrations/columns.ts'
import { dataThatEnds } from './migrations/data-that-ends.ts'
import { destinations } from './migrations/destinations.ts'
import { dispatches } from './migrations/dispatches.ts'
import { escrowMark } from './migrations/escrow-mark.ts'
import { dueGrantsOfAClient, listsAndSweeps } from './migrations/lists-and-sweeps.ts'
import { rebookings } from './migrations/rebookings.ts'
import { sealingKeys } from './migrations/sealing-keys.ts'
import { unusedAnswers } from './migrations/unused-answers.ts'

/** What differs between the engines' schemas. */
export interface Dialect {
  /** The type of a primary key that the engine numbers, in growing order. */
  readonly serial: 'integer' | 'bigserial'
  /** Where the tables are, in an engine that has schemas. It must exist. */
  readonly schema?: string
}

/**
 * Brings the schema up to date.
 *
 * @throws {PunctualError} `store_unavailable` when the schema is newer than this code.
 */
export async function migrate(db: Kysely<Tables>, dialect: Dialect, where: string): Promise<void> {
  const known = migrations(dialect)
  const migrator = new Migrator({
    db,
    provider: { getMigrations: async () => known },
    migrationTableName: ledger,
    migrationLockTableName: `${ledger}_lock`,
    ...(dialect.schema === undefined ? {} : { migrationTableSchema: dialect.schema }),
  })
  const { error } = await migrator.migrateToLatest()
  if (error === undefined) return
  if (error instanceof Error && error.message.includes('previously executed migration'))
    throw new PunctualError(
      'store_unavailable',
      `${where} was written by a newer version of Punctual; update this one, or use the database that belongs to it.`,
      { reason: 'newer_schema', cause: causeOf(error) },
    )
  throw error
}

/** The table that names the migrations that a database has had. */
export const ledger = 'punctual_migrations'

/** The names of all migrations, in their order. */
export function migrationNames(): readonly string[] {
  return Object.keys(migrations({ serial: 'integer' }))
}

function migrations(dialect: Dialect): Record<string, Migration> {
  const placed = (db: Kysely<unknown>) => (dialect.schema === undefined ? db : db.withSchema(dialect.schema))
  return {
    '0001_begin': { up: (db) => begin(placed(db), dialect) },
    '0002_events': { up: (db) => events(placed(db), dialect) },
    '0003_clocks': { up: (db) => clocks(placed(db) as Kysely<Tables>) },
    '0004_refusals': { up: (db) => refusals(placed(db)) },
    '0005_attempts_of_an_owner': { up: (db) => attemptsOfAnOwner(placed(db)) },
    '0006_lists_and_sweeps': { up: (db) => listsAndSweeps(placed(db) as Kysely<Tables>) },
    '0007_due_grants_of_a_client': { up: (db) => dueGrantsOfAClient(placed(db)) },
    '0008_bookings': { up: (db) => bookings(placed(db)) },
    '0009_destinations': { up: (db) => destinations(placed(db) as Kysely<Tables>, dialect) },
    '0010_access': { up: (db) => access(placed(db)) },
    '0011_rebookings': { up: (db) => rebookings(placed(db)) },
    '0012_session_browsers': { up: (db) => sessionBrowsers(placed(db)) },
    '0013_activity': { up: (db) => activity(placed(db) as Kysely<Tables>, dialect) },
    '0014_unused_answers': { up: (db) => unusedAnswers(placed(db)) },
    '0015_dispatches': { up: (db) => dispatches(placed(db)) },
    '0016_data_that_ends': { up: (db) => dataThatEnds(placed(db) as Kysely<Tables>) },
    '0017_sealing_keys': { up: (db) => sealingKeys(placed(db)) },
    '0018_escrow_mark': { up: (db) => escrowMark(placed(db)) },
  }
}

async function begin(db: Kysely<unknown>, dialect: Dialect): Promise<void> {
  const { schema } = db
  await columns(
    schema.createTable('attempts').addColumn('id', 'text', (column) => column.primaryKey()),
    {
      text: ['client', 'owner', 'return_to', 'state_hash', 'nonce_hash', 'scopes', 'phase'],
      optionalText: ['verifier', 'reconnect', 'code', 'answer', 'outcome'],
      bigint: ['another_account', 'created_at', 'expires_at', 'moved_at'],
    },
  ).execute()
  await schema.createIndex('attempts_state').unique().on('attempts').column('state_hash').execute()
  await schema.createIndex('attempts_phase').on('attempts').columns(['phase', 'moved_at']).execute()

  await columns(
    schema.createTable('grants').addColumn('id', 'text', (column) => column.primaryKey()),
    {
      text: ['client', 'account_id', 'scopes', 'status', 'spares'],
      optionalText: ['account_name', 'account_email', 'account_time_zone', 'tokens', 'reason', 'lease_owner'],
      bigint: ['generation', 'expires_at', 'lease_until', 'doubt', 'failures', 'retry_at', 'paced_at', 'used_at'],
      optionalBigint: ['due_at', 'renew_at', 'closing_at'],
    },
  )
    .addColumn('intent', 'text')
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .execute()
  await schema.createIndex('grants_account').unique().on('grants').columns(['client', 'account_id']).execute()
  const due = sql<boolean>`due_at is not null and status = 'live'`
  await schema.createIndex('grants_due').on('grants').columns(['due_at', 'id']).where(due).execute()
  const closing = sql<boolean>`closing_at is not null`
  await schema.createIndex('grants_closing').on('grants').column('closing_at').where(closing).execute()

  await columns(
    schema.createTable('connections').addColumn('id', 'text', (column) => column.primaryKey()),
    {
      text: ['owner', 'client'],
      optionalText: ['account'],
      bigint: ['disconnected', 'created_at', 'updated_at'],
    },
  )
    .addColumn('grant_id', 'text', (column) => column.notNull().references('grants.id'))
    .execute()
  const place = ['owner', 'client', 'account']
  await schema.createIndex('connections_place').unique().on('connections').columns(place).execute()
  await schema.createIndex('connections_grant').on('connections').column('grant_id').execute()
  await schema.createIndex('connections_order').on('connections').columns(['created_at', 'id']).execute()

  await columns(
    schema.createTable('clients').addColumn('client', 'text', (column) => column.primaryKey()),
    {
      text: ['reason'],
      bigint: ['since', 'probe_at', 'times'],
    },
  ).execute()

  await columns(numbered(schema, 'history', dialect), {
    text: ['grant_id', 'type', 'data'],
    optionalText: ['connection'],
    bigint: ['at'],
  }).execute()
  await schema.createIndex('history_connection').on('history').columns(['connection', 'seq']).execute()
  await schema.createIndex('history_grant').on('history').columns(['grant_id', 'seq']).execute()

  await columns(
    schema.createTable('health').addColumn('id', 'integer', (column) => column.primaryKey()),
    {
      bigint: ['at'],
    },
  ).execute()
}

async function events(db: Kysely<unknown>, dialect: Dialect): Promise<void> {
  const { schema } = db
  await columns(numbered(schema, 'outbox', dialect), {
    text: ['type', 'subject', 'client', 'data', 'state'],
    optionalText: ['connection', 'owner', 'body', 'key', 'error', 'lease_owner'],
    bigint: ['order_at', 'late', 'attempts', 'due_at', 'created_at'],
    optionalBigint: ['first_at', 'ended_at'],
  }).execute()
  await schema
    .createIndex('outbox_key')
    .unique()
    .on('outbox')
    .column('key')
    .where(sql<boolean>`key is not null`)
    .execute()
  const order = ['subject', 'state', 'order_at', 'seq']
  await schema.createIndex('outbox_subject').on('outbox').columns(order).execute()
  const open = sql<boolean>`state != 'done'`
  await schema.createIndex('outbox_open').on('outbox').columns(['state', 'seq']).where(open).execute()
  const ended = sql<boolean>`ended_at is not null`
  await schema.createIndex('outbox_ended').on('outbox').columns(['state', 'ended_at']).where(ended).execute()

  await columns(
    schema.createTable('subjects').addColumn('subject', 'text', (column) => column.primaryKey()),
    { bigint: ['due_at'], optionalBigint: ['leased'] },
  ).execute()
  await schema.createIndex('subjects_due').on('subjects').columns(['due_at', 'subject']).execute()

  await columns(
    schema.createTable('subscriptions').addColumn('id', 'text', (column) => column.primaryKey()),
    {
      text: ['connection', 'client', 'account', 'scope', 'events', 'state'],
      optionalText: ['secrets', 'reference', 'detail'],
      bigint: ['current', 'check_at', 'created_at'],
      optionalBigint: ['removed_at'],
    },
  ).execute()
  await schema.createIndex('subscriptions_connection').on('subscriptions').column('connection').execute()
  const standing = sql<boolean>`removed_at is null`
  const place = ['connection', 'scope', 'current']
  await schema
    .createIndex('subscriptions_place')
    .unique()
    .on('subscriptions')
    .columns(place)
    .where(sql<boolean>`"current" = 1 and removed_at is null`)
    .execute()
  await schema
    .createIndex('subscriptions_due')
    .on('subscriptions')
    .columns(['check_at', 'id'])
    .where(standing)
    .execute()
  const removed = sql<boolean>`removed_at is not null`
  await schema.createIndex('subscriptions_removed').on('subscriptions').column('removed_at').where(removed).execute()
}

async function clocks(db: Kysely<Tables>): Promise<void> {
  const { schema } = db
  await schema.alterTable('grants').addColumn('lifetime', 'bigint').execute()
  const unanswered = sql<boolean>`answer is null`
  await schema.createIndex('attempts_ended').on('attempts').column('moved_at').where(unanswered).execute()
  await columns(
    schema.createTable('sweeps').addColumn('kind', 'text', (column) => column.primaryKey()),
    { bigint: ['since', 'at'] },
  ).execute()
  await columns(
    schema.createTable('database_identity').addColumn('id', 'integer', (column) => column.primaryKey()),
    { text: ['identity'] },
  ).execute()
  await db
    .insertInto('database_identity')
    .values({ id: 1, identity: randomId(systemRandom, 'db') })
    .execute()
}

/** Deletes the refusals of clients: they were kept without the credentials, and come again if they are still true. */
async function refusals({ schema }: Kysely<unknown>): Promise<void> {
  await schema.dropTable('clients').execute()
  await columns(
    schema.createTable('clients').addColumn('credentials', 'text', (column) => column.primaryKey()),
    {
      text: ['client', 'code', 'reason'],
      optionalText: ['witness'],
      bigint: ['confirmed', 'since', 'probe_at'],
    },
  ).execute()
  await schema.createIndex('clients_client').on('clients').column('client').execute()
  await schema
    .alterTable('grants')
    .addColumn('refusals', 'bigint', (column) => column.notNull().defaultTo(0))
    .execute()
  await schema.alterTable('grants').addColumn('refused_since', 'bigint').execute()
}

async function attemptsOfAnOwner({ schema }: Kysely<unknown>): Promise<void> {
  const begun = sql<boolean>`"phase" = 'begun'`
  await schema.createIndex('attempts_begun').on('attempts').columns(['owner', 'created_at']).where(begun).execute()
}

/** A table whose rows the engine numbers, in growing order. */
function numbered(schema: SchemaModule, name: string, { serial }: Dialect) {
  return schema
    .createTable(name)
    .addColumn('seq', serial, (column) =>
      serial === 'integer' ? column.primaryKey().autoIncrement() : column.primaryKey(),
    )
}
