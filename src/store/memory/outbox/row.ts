// An event's row: finding it by its id, replacing it, and what a reader gets.

import { eventId, isChangeId, parseEventId } from '../../../core/store/event-id.ts'
import { longestSpans } from '../../../core/store/longest-spans.ts'
import type { OutboxRow } from '../../../core/store/outbox.ts'
import { believedTime } from '../../../core/store/wrong-clock.ts'
import type { OutboxRecord, Tables } from '../engine/tables.ts'

export function allEvents({ outbox }: Tables): OutboxRecord[] {
  return [...outbox.rows.values()]
}

export function findEvent({ outbox }: Tables, id: string): OutboxRecord | null {
  if (isChangeId(id)) return [...outbox.rows.values()].find(({ key }) => key === id) ?? null
  const row = outbox.rows.get(Number(parseEventId(id)?.serial ?? 0))
  return row && idOf(row) === id ? row : null
}

export function putEvent({ outbox }: Tables, row: OutboxRecord): void {
  outbox.rows.set(row.serial, row)
}

export function read(record: OutboxRecord, readAt: number): OutboxRow {
  const { serial: _, leaseOwner: __, endedAt: ___, ...row } = record
  return structuredClone({ ...row, id: idOf(record), dueAt: dueAtOf(record, readAt), readAt })
}

export function dueAtOf({ dueAt }: OutboxRecord, at: number): number {
  return believedTime(dueAt, at, longestSpans.event)
}

function idOf(row: OutboxRecord): string {
  return eventId(row.createdAt, String(row.serial))
}
