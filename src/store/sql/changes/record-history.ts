// Appends to the history, in the transaction of the change that the entry describes.

import type { HistoryEntry } from '../../../core/store/history.ts'
import type { Database, Engine } from '../engine/engine.ts'

/** `connection` is `null` for what concerns the grant. */
export async function recordHistory(
  { now }: Engine,
  trx: Database,
  grant: string,
  connection: string | null,
  entry: HistoryEntry,
): Promise<void> {
  await trx
    .insertInto('history')
    .values({ at: now(), grant_id: grant, connection, type: entry.type, data: JSON.stringify(entry.data) })
    .execute()
}
