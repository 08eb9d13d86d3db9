// A database tells whether an escrow has ever had all of its grants: one that knows none of them then is not the right one.

import type { Kysely } from 'kysely'

export async function escrowMark({ schema }: Kysely<unknown>): Promise<void> {
  await schema
    .alterTable('database_identity')
    .addColumn('has_escrow', 'bigint', (column) => column.notNull().defaultTo(0))
    .execute()
}
