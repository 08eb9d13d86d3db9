// Connecting a disconnected connection again, as it was before the store went back in time.

import type { HistoryEntry } from '../../../core/store/history.ts'
import { recordHistory } from '../changes/record-history.ts'
import type { Database, Engine } from '../engine/engine.ts'
import { putTerms } from './search.ts'

/** `false`: it does not exist, is not disconnected, was merged or erased. */
export async function resume(engine: Engine, trx: Database, id: string, entry: HistoryEntry): Promise<boolean> {
  const grant = await trx
    .selectFrom('grants')
    .select(['id', 'status', 'account_name as name', 'account_email as email'])
    .where('id', '=', ({ selectFrom }) => selectFrom('connections').select('grant_id').where('id', '=', id))
    .$if(engine.rowLocks, (query) => query.forUpdate())
    .executeTakeFirst()
  if (!grant) return false
  const row = await trx
    .updateTable('connections')
    .set({ disconnected: 0, needs_reconnect: grant.status === 'live' ? 0 : 1, updated_at: engine.now() })
    .where('id', '=', id)
    .where('grant_id', '=', grant.id)
    .where('disconnected', '=', 1)
    .where('account', 'is not', null)
    // One that is being erased has a time below 0.
    .where('updated_at', '>', 0)
    .returning('owner')
    .executeTakeFirst()
  if (!row) return false
  await trx
    .updateTable('grants')
    .set({ status: 'over', reason: 'refused', due_at: null, closing_at: null, closed_at: null })
    .where('id', '=', grant.id)
    .where('status', 'in', ['closing', 'closed'])
    .execute()
  await putTerms(trx, { id, owner: row.owner, isNew: false }, grant)
  await recordHistory(engine, trx, grant.id, id, entry)
  return true
}
