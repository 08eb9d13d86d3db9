// Marks the connections of a grant as changed, in the transaction of the grant's change.

import type { Database, Engine } from '../engine/engine.ts'
import type { Flag } from '../engine/tables.ts'

/** `needsReconnect`: whether the grant is over now. */
export async function markChanged({ now }: Engine, trx: Database, grant: string, needsReconnect: Flag): Promise<void> {
  await trx
    .updateTable('connections')
    .set({ needs_reconnect: needsReconnect, updated_at: now() })
    .where('grant_id', '=', grant)
    .where('disconnected', '=', 0)
    .execute()
}
