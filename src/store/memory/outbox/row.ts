// An event's row: finding it by its id, replacing it, and what a reader gets.

import { eventId, parseEventId, publicEventId } from '../../../core/store/event-id.ts'
import { longestSpans } from '../../../core/store/longest-spans.ts'
import type { OutboxRow, OutboxState } from '../../../core/store/outbox.ts'
import { believedTime } from '../../../core/store/wrong-clock.ts'
import type { OutboxRecord, Tables } from '../engine/tables.ts'

export function allEvents({ outbox }: Tables): OutboxRecord[] {
  return [...outbox.rows.values()]
}

export function eventsFor(tables: Tables, destination: string): OutboxRecord[] {
  return allEvents(tables).filter((row) => row.destination === destination)
}

/** An event that is not forwarded: of those the host application sees the copies. */
export type Present = OutboxRecord & { readonly state: OutboxState }

export function isPresent(row: OutboxRecord): row is Present {
  return row.state !== 'forwarded'
}

export function findEvent({ outbox }: Tables, id: string): Present | null {
  const row = outbox.rows.get(Number(parseEventId(id)?.serial ?? 0))
  return row && isPresent(row) && idOf(row) === id ? row : null
}

export function putEvent({ outbox }: Tables, row: OutboxRecord): void {
  outbox.rows.set(row.serial, row)
}

export function read(record: Present, readAt: number): OutboxRow {
  const { serial: _, leaseOwner: __, endedAt: ___, ...row } = record
  const [id, event] = [idOf(record), publicIdOf(record)]
  return structuredClone({ ...row, id, event, dueAt: dueAtOf(record, readAt), readAt })
}

export function publicIdOf(record: OutboxRecord): string {
  return record.event ?? publicEventId({ id: idOf(record), key: record.key })
}

export function dueAtOf({ dueAt }: OutboxRecord, at: number): number {
  return believedTime(dueAt, at, longestSpans.event)
}

function idOf(row: OutboxRecord): string {
  return eventId(row.createdAt, String(row.serial))
}
