// An event's row as it is read: with the store's clock, and its number as text, since it may be greater than a
// JavaScript number can be.

import { type RawBuilder, type Selectable, sql } from 'kysely'
import { eventId } from '../../../core/store/event-id.ts'
import { longestSpans } from '../../../core/store/longest-spans.ts'
import type { OutboxRow } from '../../../core/store/outbox.ts'
import { believedTime } from '../../../core/store/wrong-clock.ts'
import { objectOf } from '../engine/json.ts'
import type { OutboxTable } from '../engine/tables.ts'

export type FoundEvent = Selectable<OutboxTable> & { readonly serial: string; readonly read_at: number }

export const serial: RawBuilder<string> = sql<string>`cast(seq as text)`

export function read(row: FoundEvent): OutboxRow {
  return {
    id: eventId(row.created_at, row.serial),
    type: row.type,
    orderingKey: row.subject,
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
