// Marks the connections of a grant as changed, in the transaction of the grant's change.

import type { Flag } from '../engine/column-types.ts'
import { type Database, type Engine, perEngine } from '../engine/engine.ts'
import type { Placeholders } from '../engine/parameters.ts'
import { statement } from '../engine/statement.ts'

const mark = perEngine((engine) =>
  statement(engine, (db, { grant, needsReconnect }: Placeholders<{ grant: string; needsReconnect: Flag }>) =>
    db
      .updateTable('connections')
      .set({ needs_reconnect: needsReconnect, updated_at: engine.now() })
      .where('grant_id', '=', grant)
      .where('disconnected', '=', 0),
  ),
)

/** `needsReconnect`: whether the grant is over now. */
export async function markChanged(engine: Engine, trx: Database, grant: string, needsReconnect: Flag): Promise<void> {
  await mark(engine).all({ grant, needsReconnect }, trx)
}
