// Which connections and grants may be deleted: an index has those that have ended in the order of their time.

import { type RawBuilder, type SqlBool, sql } from 'kysely'
import { isErased } from '../../../core/store/ended.ts'
import { after, type Database, type Engine, type Time } from '../engine/engine.ts'

export interface EndedConnection {
  readonly id: string
  readonly grant: string
  /** Whether its grants are deleted with it, as soon as they are closed. */
  readonly isErased: boolean
}

export interface Candidates {
  connections(ageMs: number | null, limit: number): Promise<EndedConnection[]>
  grants(ageMs: number, limit: number): Promise<string[]>
}

export function candidates({ db, now }: Engine): Candidates {
  const before = (ageMs: number | null): Time => (ageMs === null ? sql<number>`0` : after(now(), -Math.round(ageMs)))
  return {
    async connections(ageMs, limit) {
      const rows = await db
        .selectFrom('connections')
        .select(['id', 'grant_id', 'updated_at'])
        // Said in the statement itself, so that a planner may use the index of those that have ended.
        .where('disconnected', '=', sql.lit(1 as const))
        .where('updated_at', '<=', before(ageMs))
        .where(hasNothingUnderWay(db))
        .orderBy('updated_at')
        .limit(limit)
        .execute()
      return rows.map(({ id, grant_id: grant, updated_at }) => ({ id, grant, isErased: isErased(updated_at) }))
    },
    async grants(ageMs, limit) {
      if (limit === 0) return []
      const rows = await db
        .selectFrom('grants')
        .select('id')
        .where('closed_at', 'is not', null)
        .where('closed_at', '<=', before(ageMs))
        .where(({ not, exists, selectFrom }) =>
          not(exists(selectFrom('connections').select('connections.id').whereRef('grant_id', '=', 'grants.id'))),
        )
        .orderBy('closed_at')
        .limit(limit)
        .execute()
      return rows.map(({ id }) => id)
    },
  }
}

/** Its grant is not being closed, each of its subscriptions is removed, each event is done, and no booking key is kept. */
function hasNothingUnderWay(db: Database): RawBuilder<SqlBool> {
  const closing = db
    .selectFrom('grants')
    .select('grants.id')
    .where('status', '=', 'closing')
    .where(ref('grants.id', 'connections.grant_id'))
  const standing = db
    .selectFrom('subscriptions')
    .select('subscriptions.id')
    .where('removed_at', 'is', null)
    .where(ref('subscriptions.connection', 'connections.id'))
  // Found by the owner, by whom an index has them.
  const undone = db
    .selectFrom('outbox')
    .select('outbox.seq')
    .where('state', 'in', ['pending', 'dead'])
    .where(ref('outbox.owner', 'connections.owner'))
    .where(ref('outbox.connection', 'connections.id'))
  const keys = db
    .selectFrom('booking_keys')
    .select('booking_keys.key')
    .where(ref('booking_keys.connection', 'connections.id'))
  return sql<SqlBool>`not exists ${closing} and not exists ${standing} and not exists ${undone} and not exists ${keys}`
}

/** That a column of the part is the one of the connection at hand. */
function ref(column: string, ofConnection: string): RawBuilder<SqlBool> {
  return sql<SqlBool>`${sql.ref(column)} = ${sql.ref(ofConnection)}`
}
