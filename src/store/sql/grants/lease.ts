// Leases on grants: one process presents the refresh token at a time, paced and cooled down. Each operation is one
// UPDATE, which finds no row where another process was first.

import { sql, type UpdateQueryBuilder, type UpdateResult } from 'kysely'
import type { GrantStore } from '../../../core/store/grants.ts'
import type { HistoryEntry } from '../../../core/store/history.ts'
import { longestSpans } from '../../../core/store/longest-spans.ts'
import { recordHistory } from '../changes/record-history.ts'
import type { Flag } from '../engine/column-types.ts'
import { after, type Database, type Engine, isReached, latest } from '../engine/engine.ts'
import type { Placeholders } from '../engine/parameters.ts'
import { statement } from '../engine/statement.ts'
import { copyingOwner, type Tables } from '../engine/tables.ts'
import { type Fence, fenced } from './fenced.ts'
import { leaseTime, read, readings } from './row.ts'
import { isPaced, type PaceValues, paced, paceValues } from './token-columns.ts'

interface ClaimValues extends Fence, PaceValues {
  readonly owner: string
  readonly leaseMs: number
  readonly intent: string
}

interface ReleaseValues extends Fence {
  readonly owner: string
  readonly harmless: Flag
  readonly retryInMs: number
  readonly failed: Flag
  readonly refused: Flag
}

export function leaseStatements(engine: Engine): Pick<GrantStore, 'claim' | 'extend' | 'release'> {
  const { now, leaseNow } = engine
  const claim = statement(engine, (db, values: Placeholders<ClaimValues>) =>
    fenced(db, values.id, values.generation)
      .set({
        lease_owner: values.owner,
        lease_until: after(leaseNow(), values.leaseMs),
        doubt: sql<Flag>`case when intent is null then doubt else 1 end`,
        intent: values.intent,
        paced_at: paced(leaseNow(), values),
      })
      .where('status', '=', 'live')
      .where(({ eb, or }) => or([eb('lease_owner', 'is', null), eb('lease_until', '<=', leaseTime(engine))]))
      .where(isReached('retry_at', now(), longestSpans.retry))
      .where(isPaced(leaseNow(), values))
      .returningAll()
      .returning(readings(engine)),
  )
  const cutLease = statement(engine, (db, { id, generation }: Placeholders<Fence>) =>
    cutTooLong(engine, db).where('id', '=', id).where('generation', '=', generation),
  )
  const extend = statement(
    engine,
    (db, { id, owner, leaseMs }: Placeholders<Pick<ClaimValues, 'id' | 'owner' | 'leaseMs'>>) =>
      db
        .updateTable('grants')
        .set({ lease_until: after(leaseNow(), leaseMs) })
        .where('id', '=', id)
        .where('lease_owner', '=', owner)
        .returning('id'),
  )
  const release = statement(engine, (db, values: Placeholders<ReleaseValues>) => {
    const { id, generation, owner, harmless, retryInMs, failed, refused } = values
    const retryAt = after(now(), retryInMs)
    return fenced(db, id, generation)
      .set({
        lease_owner: null,
        lease_until: 0,
        retry_at: retryAt,
        due_at: sql`case when due_at is null then null else ${latest('due_at', retryAt)} end`,
        intent: sql`case when ${harmless} = 1 then null else intent end`,
        failures: sql`failures + ${failed}`,
        refusals: sql`refusals + ${refused}`,
        refused_since: sql`case when ${refused} = 1 and refused_since is null then ${now()} else refused_since end`,
      })
      .where('lease_owner', '=', owner)
      .returning('id')
  })
  const releaseNewer = statement(engine, (db, { id, generation, owner }: Placeholders<Fence & { owner: string }>) =>
    db
      .updateTable('grants')
      .set({ lease_owner: null, lease_until: 0 })
      .where('id', '=', id)
      .where('generation', '!=', generation)
      .where('lease_owner', '=', owner)
      .returning('id'),
  )
  return {
    async claim(id, generation, { owner, leaseMs, intent, pace, entry }) {
      const values = { id, generation, owner, leaseMs, intent, ...paceValues(pace) }
      const row = await recorded(engine, id, entry, (trx) => claim.first(values, trx))
      if (row) return read(row)
      await cutLease.all({ id, generation })
      return null
    },
    async extend(id, owner, leaseMs) {
      return (await extend.first({ id, owner, leaseMs })) !== undefined
    },
    async release(id, generation, owner, { harmless, retryInMs, failed, refused = false, entry }) {
      const values = { id, generation, owner, retryInMs }
      const flags = { harmless: flag(harmless), failed: flag(failed), refused: flag(refused) }
      const row = await recorded(engine, id, entry, (trx) => release.first({ ...values, ...flags }, trx))
      return (row ?? (await releaseNewer.first(values))) !== undefined
    },
  }
}

/** Runs a change by itself, or with an entry of the history if it changes a row. */
async function recorded<Row>(
  engine: Engine,
  grant: string,
  entry: HistoryEntry | undefined,
  change: (trx?: Database) => Promise<Row | undefined>,
): Promise<Row | undefined> {
  if (!entry) return change()
  return engine.write(async (trx) => {
    const row = await change(trx)
    if (row) await recordHistory(engine, trx, grant, null, entry)
    return row
  })
}

function flag(value: boolean): Flag {
  return value ? 1 : 0
}

/** Shortens leases of live grants that would run for longer than a lease can. */
export async function cutLeases(engine: Engine): Promise<void> {
  await cutTooLong(engine, engine.db).execute()
}

function cutTooLong({ leaseNow }: Engine, db: Database): UpdateQueryBuilder<Tables, 'grants', 'grants', UpdateResult> {
  return db
    .updateTable('grants')
    .set({ lease_until: after(leaseNow(), longestSpans.lease) })
    .where('status', '=', 'live')
    .where('lease_owner', '!=', copyingOwner)
    .where('lease_until', '>', after(leaseNow(), longestSpans.lease))
}
