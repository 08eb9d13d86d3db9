// What a webhook about a rebooking needs: the changes of a connection that are under way, and when a moved booking starts.

import { type Kysely, sql } from 'kysely'

export async function rebookings({ schema }: Kysely<unknown>): Promise<void> {
  await schema.alterTable('booking_links').addColumn('start', 'text').execute()
  // Only these rows, which are few: a key ends within seconds, or in an hour at the latest.
  await schema
    .createIndex('booking_keys_under_way')
    .on('booking_keys')
    .columns(['connection', 'verb', 'created_at desc', 'key'])
    .where(sql<boolean>`"state" = 'begun' and "step" is not null`)
    .execute()
}
