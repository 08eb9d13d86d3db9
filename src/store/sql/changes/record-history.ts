// Appends to the history, in the transaction of the change that the entry describes, and looks there for an entry.

import type { HistoryEntry } from '../../../core/store/history.ts'
import { type Database, type Engine, perEngine } from '../engine/engine.ts'
import type { Placeholders } from '../engine/parameters.ts'
import { statement } from '../engine/statement.ts'

interface EntryValues {
  readonly grant: string
  readonly connection: string | null
  readonly type: string
  /** JSON. */
  readonly data: string
}

const insert = perEngine((engine) =>
  statement(engine, (db, { grant, connection, type, data }: Placeholders<EntryValues>) =>
    db.insertInto('history').values({ at: engine.now(), grant_id: grant, connection, type, data }),
  ),
)

/** `connection` is `null` for what concerns the grant. */
export async function recordHistory(
  engine: Engine,
  trx: Database,
  grant: string,
  connection: string | null,
  { type, data }: HistoryEntry,
): Promise<void> {
  await insert(engine).all({ grant, connection, type, data: JSON.stringify(data) }, trx)
}

/** Whether exactly this entry has been recorded for a grant itself, not for one of its connections. */
export async function isRecorded(db: Database, grant: string, { type, data }: HistoryEntry): Promise<boolean> {
  const row = await db
    .selectFrom('history')
    .select('seq')
    .where('grant_id', '=', grant)
    .where('connection', 'is', null)
    .where('type', '=', type)
    .where('data', '=', JSON.stringify(data))
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}
