// By what the dispatches of an event are found in the activity log.

import { type Kysely, sql } from 'kysely'

export async function dispatches({ schema }: Kysely<unknown>): Promise<void> {
  await schema.alterTable('activity_log').addColumn('subject', 'text').execute()
  await schema
    .createIndex('activity_log_subject')
    .on('activity_log')
    .columns(['subject', 'kind', 'seq'])
    .where(sql<boolean>`"subject" is not null`)
    .execute()
}
