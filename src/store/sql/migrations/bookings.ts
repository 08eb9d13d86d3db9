// The tables of the bookings: the keys under which they are made and changed, and what is known of those that were
// moved. Each has one index for each list that is taken from it, in its order.

import { type Kysely, sql } from 'kysely'
import { columns } from './columns.ts'

export async function bookings({ schema }: Kysely<unknown>): Promise<void> {
  await columns(schema.createTable('booking_keys'), {
    text: ['connection', 'key', 'verb', 'request_digest', 'request', 'state'],
    optionalText: ['step', 'reason', 'booking'],
    bigint: ['claim', 'lease_until', 'created_at'],
    optionalBigint: ['sent_at', 'sent_at_of_leases', 'check_at', 'frozen_until', 'created_at_of_leases'],
  })
    .addPrimaryKeyConstraint('booking_keys_pkey', ['connection', 'key'])
    .execute()
  const due = ['check_at', 'connection', 'key']
  const checked = sql<boolean>`check_at is not null`
  await schema.createIndex('booking_keys_due').on('booking_keys').columns(due).where(checked).execute()
  await schema.createIndex('booking_keys_created').on('booking_keys').column('created_at').execute()

  await columns(schema.createTable('booking_links'), {
    text: ['connection', 'booking'],
    optionalText: ['chain', 'replaces', 'replaced_by'],
    bigint: ['created_at'],
  })
    .addPrimaryKeyConstraint('booking_links_pkey', ['connection', 'booking'])
    .execute()
  await schema.createIndex('booking_links_created').on('booking_links').column('created_at').execute()
}
