// The events of a change, written with it: only those of the types that have been announced.

import type { OutboxRow } from '../../../core/store/outbox.ts'
import type { ConnectionRecord, OutboxRecord, Tables } from '../engine/tables.ts'

type Data = OutboxRow['data']

/** Appends one event for each of the connections. */
export function appendEvents(
  tables: Tables,
  at: number,
  type: string,
  rows: readonly ConnectionRecord[],
  data: Data,
): void {
  const inOrder = [...rows].sort((a, b) => (a.id < b.id ? -1 : 1))
  for (const { id, owner, client } of inOrder)
    write(tables, at, { type, orderingKey: id, connection: id, owner, client, data })
}

/** Appends an event of a client. */
export function appendClientEvent(tables: Tables, at: number, type: string, client: string, data: Data): void {
  write(tables, at, { type, orderingKey: client, connection: null, owner: null, client, data })
}

type EventFacts = Pick<OutboxRow, 'type' | 'orderingKey' | 'connection' | 'owner' | 'client' | 'data'>

function write(tables: Tables, at: number, event: EventFacts): void {
  if (tables.announced.has(event.type)) append(tables, at, { ...event, orderAt: at, body: null, key: null }, at)
}

type Appended = EventFacts & Pick<OutboxRow, 'orderAt' | 'body' | 'key'>
/** What only a copy for one of several destinations has: it was created with its event. */
type OfCopy = Pick<OutboxRecord, 'destination' | 'event' | 'createdAt'>

/** Puts an event at the end of the outbox. */
export function append({ outbox }: Tables, at: number, event: Appended & Partial<OfCopy>, dueAt: number): void {
  const row: OutboxRecord = {
    destination: '',
    event: null,
    createdAt: at,
    ...event,
    data: { ...event.data },
    serial: outbox.drawn + 1,
    state: 'pending',
    outOfOrder: false,
    dispatches: 0,
    firstAt: null,
    dueAt,
    error: null,
    leaseOwner: null,
    endedAt: null,
  }
  outbox.drawn = row.serial
  outbox.rows.set(row.serial, row)
}
