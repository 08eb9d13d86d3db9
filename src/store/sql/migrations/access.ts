// The tables of the service: what people have been asked to connect, and who may use the HTTP API.

import { type Kysely, sql } from 'kysely'
import { columns } from './columns.ts'

/** Ties an attempt to its connect session, and a session to the browser that came back first. */
export async function sessionBrowsers({ schema }: Kysely<unknown>): Promise<void> {
  await schema.alterTable('attempts').addColumn('session', 'text').execute()
  await schema.alterTable('connect_sessions').addColumn('browser_hash', 'text').execute()
}

export async function access({ schema }: Kysely<unknown>): Promise<void> {
  await columns(
    schema.createTable('connect_sessions').addColumn('id', 'text', (column) => column.primaryKey()),
    {
      text: ['owner', 'return_to', 'clients', 'scopes'],
      optionalText: ['connection', 'attempt', 'connected'],
      bigint: ['another_account', 'revision', 'created_at', 'expires_at'],
    },
  ).execute()
  await schema.createIndex('connect_sessions_created').on('connect_sessions').column('created_at').execute()

  await columns(
    schema.createTable('api_keys').addColumn('id', 'text', (column) => column.primaryKey()),
    {
      text: ['name', 'scopes', 'secret_hash'],
      optionalText: ['owner', 'replaced_hash'],
      bigint: ['created_at'],
      optionalBigint: ['replaced_until', 'last_used_at', 'expires_at', 'revoked_at'],
    },
  ).execute()
  await schema.createIndex('api_keys_order').on('api_keys').columns(['created_at', 'id']).execute()
  for (const [name, end] of [
    ['api_keys_revoked', 'revoked_at'],
    ['api_keys_expired', 'expires_at'],
  ] as const)
    await schema
      .createIndex(name)
      .on('api_keys')
      .column(end)
      .where(sql<boolean>`${sql.ref(end)} is not null`)
      .execute()
}
