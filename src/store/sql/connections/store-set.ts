// Storing the grant's token set of an attachment: the grant is new, or gets another set.

import { sql } from 'kysely'
import type { Attachment } from '../../../core/store/connections.ts'
import { withFallback } from '../../../core/store/grants.ts'
import { markChanged } from '../changes/mark-changed.ts'
import { after, type Database, type Engine, perEngine } from '../engine/engine.ts'
import { listOf } from '../engine/json.ts'
import type { Placeholders } from '../engine/parameters.ts'
import { statement } from '../engine/statement.ts'
import { type NewTokens, newTokenColumns, type PaceValues, paced, paceValues } from '../grants/token-columns.ts'

interface SetValues extends NewTokens, PaceValues {
  readonly id: string
  readonly client: string
  readonly account: string
  readonly name: string | null
  readonly email: string | null
  readonly timeZone: string | null
  /** JSON list. */
  readonly scopes: string
  /** The newest generation that is known outside the store; 0: none. */
  readonly above: number
}

const statements = perEngine((engine) => {
  const now = engine.now()
  const columns = (set: Placeholders<SetValues>) => ({
    ...newTokenColumns(now, set),
    account_name: set.name,
    account_email: set.email,
    account_time_zone: set.timeZone,
    scopes: set.scopes,
    used_at: now,
  })
  return {
    insert: statement(engine, (db, set: Placeholders<SetValues>) =>
      db
        .insertInto('grants')
        .values({
          ...columns(set),
          id: set.id,
          client: set.client,
          account_id: set.account,
          generation: generationAfterEnd(db, set),
          paced_at: after(engine.leaseNow(), set.stepMs),
          created_at: now,
        })
        .onConflict((conflict) => conflict.column('id').doNothing())
        .returning('generation'),
    ),
    lock: statement(engine, (db, { id }: Placeholders<{ id: string }>) =>
      db
        .selectFrom('grants')
        .select(['status', 'reason', 'tokens', 'spares', 'generation'])
        .where('id', '=', id)
        .$if(engine.rowLocks, (query) => query.forUpdate()),
    ),
    replace: statement(engine, (db, set: Placeholders<SetValues & { spares: string }>) => {
      // A lease runs on: the replaced set may be on its way to the provider.
      const { lease_owner: _, lease_until: __, ...rest } = columns(set)
      return db
        .updateTable('grants')
        .set({
          ...rest,
          spares: set.spares,
          generation: sql<number>`case when generation < ${set.above} then ${set.above} else generation end + 1`,
          paced_at: paced(engine.leaseNow(), set),
        })
        .where('id', '=', set.id)
    }),
  }
})

/** What a set has replaced. */
export interface Replaced {
  readonly replaced: string | null
  readonly generation: number
  /** Whether the grant was over. */
  readonly revived: boolean
}

/** Stores the set of a grant, whose row is locked from now on. */
export async function storeSet(engine: Engine, trx: Database, grant: Attachment['grant']): Promise<Replaced> {
  const { insert, lock, replace } = statements(engine)
  const { id: account, name, email, timeZone } = grant.account
  const { id, client, tokens, expiresInMs, refreshInMs, dueInMs, keepReplaced, above = 0 } = grant
  const facts = { id, client, account, name, email, timeZone, scopes: JSON.stringify(grant.scopes), above }
  const set = { ...facts, tokens, expiresInMs, refreshInMs, dueInMs, ...paceValues(grant.pace) }
  const made = await insert.first(set, trx)
  if (made) return { replaced: null, generation: made.generation, revived: false }
  const before = await lock.first({ id }, trx)
  if (!before) throw new Error(`the row ${id} is gone`)
  // A grant that is over keeps its reason while it closes: its set has been refused.
  const mayLive = before.status === 'live' || (before.status === 'closing' && before.reason === null)
  const keeps = keepReplaced && before.generation >= above && mayLive
  const kept = keeps ? withFallback(listOf(before.spares), '', before.tokens) : []
  await replace.all({ ...set, spares: JSON.stringify(kept) }, trx)
  const revived = before.status === 'over'
  if (revived) await markChanged(engine, trx, id, 0)
  return { replaced: before.tokens, generation: Math.max(before.generation, above) + 1, revived }
}

/** The first generation of a grant: a later one than that of the same grant that was deleted. */
function generationAfterEnd(db: Database, { id, above }: Placeholders<Pick<SetValues, 'id' | 'above'>>) {
  const ended = db.selectFrom('ended_ids').select('ended_ids.generation').where('ended_ids.id', '=', id)
  const known = sql<number>`coalesce(${ended}, 0)`
  return sql<number>`case when ${known} > ${above} then ${known} else ${above} end + 1`
}
