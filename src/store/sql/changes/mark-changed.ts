// Marks the connections of a grant as changed, in the transaction of the grant's change.

import type { Database, Engine } from '../engine/engine.ts'

export async function markChanged({ now }: Engine, trx: Database, grant: string): Promise<void> {
  await trx
    .updateTable('connections')
    .set({ updated_at: now() })
    .where('grant_id', '=', grant)
    .where('disconnected', '=', 0)
    .execute()
}
