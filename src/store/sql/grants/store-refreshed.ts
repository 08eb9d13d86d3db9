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
export interface RefreshedSet extends Fence, NewTokens {
  /** JSON list; `null`: as they are. */
  readonly scopes: string | null
}

interface RefreshOf extends RefreshedSet {
  /** The status that the grant must have. */
  readonly status: GrantStatus
}

interface RecordedRefresh extends RefreshOf {
  readonly type: string
  /** JSON. */
  readonly data: string
}

export interface StoreRefreshed {
  /** Stores the set of a live grant by itself, in one statement. `false`: it is not live, or of another generation. */
  live(refreshed: RefreshedSet, entry: HistoryEntry): Promise<boolean>
  /** Returns the status before it; `null`: another set has been stored meanwhile. */
  inTransaction(trx: Database, refreshed: RefreshedSet, entry: HistoryEntry): Promise<GrantStatus | null>
}

export function storeRefreshed(engine: Engine): StoreRefreshed {
  const updateRow = statement(engine, (db, refreshed: Placeholders<RefreshOf>) => update(engine, db, refreshed))
  const updateAndRecord = statement(engine, (db, refreshed: Placeholders<RecordedRefresh>) =>
    db
      .with('updated', (db) => update(engine, db as unknown as Database, refreshed))
      .insertInto('history')
      .columns(['at', 'grant_id', 'type', 'data'])
      .expression(({ selectFrom }) =>
        selectFrom('updated').select([
          engine.now().as('at'),
          'updated.id as grant_id',
          sql<string>`cast(${refreshed.type} as text)`.as('type'),
          sql<string>`cast(${refreshed.data} as text)`.as('data'),
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
  async function statusBefore(trx: Database, refreshed: RefreshedSet): Promise<GrantStatus | null> {
    if (await updateRow.first({ ...refreshed, status: 'live' }, trx)) return 'live'
    const before = await lockedStatus.first(refreshed, trx)
    if (before) await updateRow.first({ ...refreshed, status: before.status }, trx)
    return before?.status ?? null
  }

  return {
    async live(refreshed, { type, data }) {
      const row = await updateAndRecord.first({ ...refreshed, status: 'live', type, data: JSON.stringify(data) })
      return row !== undefined
    },
    async inTransaction(trx, refreshed, entry) {
      const before = await statusBefore(trx, refreshed)
      if (before !== null) await recordHistory(engine, trx, refreshed.id, null, entry)
      return before
    },
  }
}

function update(
  { now }: Engine,
  db: Database,
  refreshed: Placeholders<RefreshOf>,
): UpdateQueryBuilder<Tables, 'grants', 'grants', { id: string }> {
  const isEnded = sql`status in ('closing', 'closed')`
  const { due_at: dueAt, ...set } = newTokenColumns(now(), refreshed)
  return fenced(db, refreshed.id, refreshed.generation)
    .set({
      ...set,
      scopes: sql<string>`coalesce(${refreshed.scopes}, scopes)`,
      status: sql<GrantStatus>`case when ${isEnded} then 'closing' else 'live' end`,
      due_at: sql`case when ${isEnded} then null else ${dueAt} end`,
      closing_at: sql`case when ${isEnded} then coalesce(closing_at, ${now()}) else null end`,
    })
    .where('status', '=', refreshed.status)
    .returning('id')
}
