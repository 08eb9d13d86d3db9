// The heads of the sealed values, which name their keys: which keys are needed is found without reading a value.

import { type Kysely, sql } from 'kysely'

export async function sealingKeys({ schema }: Kysely<unknown>): Promise<void> {
  const columns = [
    ['grants', 'tokens'],
    ['attempts', 'verifier'],
    ['attempts', 'code'],
    ['attempts', 'answer'],
    ['outbox', 'body'],
    ['subscriptions', 'secrets'],
  ] as const
  const heads = (table: string, column: string) =>
    schema
      .createIndex(`${table}_${column}_key`)
      .on(table)
      .expression(sql`substr(${sql.ref(column)}, 1, 12)`)
  for (const [table, column] of columns)
    await heads(table, column)
      .where(sql<boolean>`${sql.ref(column)} is not null`)
      .execute()
  await heads('feed', 'body').execute()
  await heads('booking_keys', 'request').execute()
  await schema.createIndex('grants_fallbacks').on('grants').column('id').where(sql<boolean>`spares <> '[]'`).execute()
}
