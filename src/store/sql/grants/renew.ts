// Storing a refreshed token set: generation + 1, with the entry of the history.

import { sql, type UpdateQueryBuilder } from 'kysely'
import type { GrantStatus } from '../../../core/grant.ts'
import type { HistoryEntry } from '../../../core/store/history.ts'
import { recordHistory } from '../changes/record-history.ts'
import type { Database, Engine } from '../engine/engine.ts'
import type { Placeholders } from '../engine/parameters.ts'
import { statement } from '../engine/statement.ts'
import type { Tables } from '../engine/tables.ts'
import { type Fence, fenced } from './fenced.ts'
import { type NewTokens, newTokenColumns } from './token-columns.ts'

/** A refreshed set, for the generation that was read. */
export interface Renewal extends Fence, NewTokens {
  /** JSON list; `null`: as they are. */
  readonly scopes: string | null
}

interface RenewalOf extends Renewal {
  /** The status that the grant must have. */
  readonly status: GrantStatus
}

interface RecordedRenewal extends RenewalOf {
  readonly type: string
  /** JSON. */
  readonly data: string
}

export interface Renew {
  /** Renews a live grant by itself, in one statement. `false`: it is not live, or of another generation. */
  live(renewal: Renewal, entry: HistoryEntry): Promise<boolean>
  /** Returns the status before it; `null`: another set has been stored meanwhile. */
  inTransaction(trx: Database, renewal: Renewal, entry: HistoryEntry): Promise<GrantStatus | null>
}

export function renewStatements(engine: Engine): Renew {
  const renew = statement(engine, (db, renewal: Placeholders<RenewalOf>) => renewed(engine, db, renewal))
  const renewAndRecord = statement(engine, (db, renewal: Placeholders<RecordedRenewal>) =>
    db
      .with('renewed', (db) => renewed(engine, db as unknown as Database, renewal))
      .insertInto('history')
      .columns(['at', 'grant_id', 'type', 'data'])
      .expression(({ selectFrom }) =>
        selectFrom('renewed').select([
          engine.now().as('at'),
          'renewed.id as grant_id',
          sql<string>`cast(${renewal.type} as text)`.as('type'),
          sql<string>`cast(${renewal.data} as text)`.as('data'),
        ]),
      )
      .returning('grant_id'),
  )
  const lockedStatus = statement(engine, (db, { id, generation }: Placeholders<Fence>) =>
    db
      .selectFrom('grants')
      .select('status')
      .where('id', '=', id)
      .where('generation', '=', generation)
      .$if(engine.rowLocks, (query) => query.forUpdate()),
  )

  /** Nearly every grant is live: then nothing need be read first. */
  async function statusBefore(trx: Database, renewal: Renewal): Promise<GrantStatus | null> {
    if (await renew.first({ ...renewal, status: 'live' }, trx)) return 'live'
    const before = await lockedStatus.first(renewal, trx)
    if (before) await renew.first({ ...renewal, status: before.status }, trx)
    return before?.status ?? null
  }

  return {
    async live(renewal, { type, data }) {
      const row = await renewAndRecord.first({ ...renewal, status: 'live', type, data: JSON.stringify(data) })
      return row !== undefined
    },
    async inTransaction(trx, renewal, entry) {
      const before = await statusBefore(trx, renewal)
      if (before !== null) await recordHistory(engine, trx, renewal.id, null, entry)
      return before
    },
  }
}

function renewed(
  { now }: Engine,
  db: Database,
  renewal: Placeholders<RenewalOf>,
): UpdateQueryBuilder<Tables, 'grants', 'grants', { id: string }> {
  const isEnded = sql`status in ('closing', 'closed')`
  const { due_at: dueAt, ...set } = newTokenColumns(now(), renewal)
  return fenced(db, renewal.id, renewal.generation)
    .set({
      ...set,
      scopes: sql<string>`coalesce(${renewal.scopes}, scopes)`,
      status: sql<GrantStatus>`case when ${isEnded} then 'closing' else 'live' end`,
      due_at: sql`case when ${isEnded} then null else ${dueAt} end`,
      closing_at: sql`case when ${isEnded} then coalesce(closing_at, ${now()}) else null end`,
    })
    .where('status', '=', renewal.status)
    .returning('id')
}
