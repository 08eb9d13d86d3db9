// Attempts that have failed and still hold an answer, whose tokens are to be revoked, are left over too.

import { type Kysely, sql } from 'kysely'

export async function unusedAnswers({ schema }: Kysely<unknown>): Promise<void> {
  await schema.dropIndex('attempts_stranded').execute()
  await schema
    .createIndex('attempts_left_over')
    .on('attempts')
    .columns(['id'])
    .where(sql<boolean>`answer is not null`)
    .execute()
}
