// An event's row as it is read: with the store's clock, and its number as text, since it may be greater than a
// JavaScript number can be.

import { type RawBuilder, type Selectable, sql } from 'kysely'
import { eventId, publicEventId } from '../../../core/store/event-id.ts'
import { longestSpans } from '../../../core/store/longest-spans.ts'
import type { OutboxRow, OutboxState } from '../../../core/store/outbox.ts'
import { believedTime } from '../../../core/store/wrong-clock.ts'
import { objectOf } from '../engine/json.ts'
import type { OutboxTable } from '../engine/tables.ts'
import { orderingKeyOf } from './queue-name.ts'

type Row = Selectable<OutboxTable> & { readonly serial: string }

/** An event that is not forwarded. */
export type FoundEvent = Row & { readonly state: OutboxState; readonly read_at: number }

export const serial: RawBuilder<string> = sql<string>`cast(seq as text)`

/** The id by which the host application knows the event. */
export function publicIdOf({
  event,
  key,
  created_at,
  serial,
}: Pick<Row, 'event' | 'key' | 'created_at' | 'serial'>): string {
  return event ?? publicEventId({ id: eventId(created_at, serial), key })
}

export function read(row: FoundEvent): OutboxRow {
  return {
    id: eventId(row.created_at, row.serial),
    event: publicIdOf(row),
    destination: row.destination,
    type: row.type,
    orderingKey: orderingKeyOf({ destination: row.destination, name: row.subject }),
    orderAt: row.order_at,
    connection: row.connection,
    owner: row.owner,
    client: row.client,
    data: objectOf<OutboxRow['data']>(row.data) as OutboxRow['data'],
    body: row.body,
    key: row.key,
    state: row.state,
    outOfOrder: row.late === 1,
    dispatches: row.attempts,
    firstAt: row.first_at,
    dueAt: believedTime(row.due_at, row.read_at, longestSpans.event),
    error: row.error,
    createdAt: row.created_at,
    readAt: row.read_at,
  }
}
