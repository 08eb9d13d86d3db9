// How the commands show an event of the outbox.

import type { EventRecord } from '../../outbox/admin.ts'
import type { Column } from '../output/listing.ts'
import { timeText } from '../output/times.ts'

export const eventColumns: readonly Column<EventRecord>[] = [
  { head: 'id', of: ({ id }) => id },
  { head: 'written', of: ({ createdAt }) => timeText(createdAt) },
  { head: 'state', of: ({ state }) => state },
  { head: 'what', of: typeText },
  { head: 'of', of: ({ connection, client }) => connection ?? client },
  { head: 'to', of: ({ destination }) => destination, mayCut: true },
  { head: 'tries', of: ({ attempts }) => String(attempts) },
  { head: 'error', of: ({ error }) => error ?? '', mayCut: true },
]

export function typeText({ type, name }: Pick<EventRecord, 'type' | 'name'>): string {
  return name === null ? type : `${type} (${name})`
}
