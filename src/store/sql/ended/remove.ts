// Deletes a connection, or a grant, with all that is left of it, in a transaction that locks the grants first. What is
// still under way stays: a grant whose tokens are not revoked yet, and one whose refresh may still be answered.

import { sql } from 'kysely'
import { longestSpans } from '../../../core/store/longest-spans.ts'
import { type Database, type Engine, isReached } from '../engine/engine.ts'
import { leaseTime } from '../grants/row.ts'
import type { EndedConnection } from './candidates.ts'

/** Tables of which each row is about one connection. */
const ofConnection = ['booking_keys', 'booking_links', 'subscriptions', 'connection_terms'] as const

/** `false`: it is not over, or is gone. */
export async function removeConnection(engine: Engine, trx: Database, found: EndedConnection): Promise<boolean> {
  const { id, grant, isErased } = found
  const grants = isErased ? await grantsOf(trx, id, grant) : [grant]
  const states = await lockGrants(engine, trx, grants)
  if (states.some(({ isUnderWay }) => isUnderWay)) return false
  const gone = await trx
    .deleteFrom('connections')
    .where('id', '=', id)
    .where('grant_id', '=', grant)
    .where('disconnected', '=', 1)
    .returning('id')
    .executeTakeFirst()
  if (!gone) return false
  for (const table of ofConnection) await trx.deleteFrom(table).where('connection', '=', id).execute()
  await trx.deleteFrom('history').where('connection', '=', id).execute()
  await removeTouched(trx, id)
  await remember(engine, trx, id, 0)
  if (isErased) for (const one of states) await removeLocked(engine, trx, one)
  return true
}

/** `false`: a connection rests on it, it is in use again, or is gone. */
export async function removeGrant(engine: Engine, trx: Database, id: string): Promise<boolean> {
  const [found] = await lockGrants(engine, trx, [id])
  return found !== undefined && !found.isUnderWay && (await removeLocked(engine, trx, found))
}

/** Forgets which errors have touched a connection. */
export async function removeTouched(trx: Database, connection: string): Promise<number> {
  const rows = await trx
    .deleteFrom('error_connections')
    .where('connection', '=', connection)
    .returning('error')
    .execute()
  for (const { error } of rows)
    await trx
      .updateTable('error_groups')
      .set(({ eb }) => ({ connections: eb('connections', '-', 1) }))
      .where('id', '=', error)
      .execute()
  return rows.length
}

/** That on which it rests, and those on which it rested before. */
async function grantsOf(trx: Database, connection: string, grant: string): Promise<string[]> {
  const rows = await trx.selectFrom('history').select('grant_id').where('connection', '=', connection).execute()
  return [...new Set([grant, ...rows.map(({ grant_id }) => grant_id)])].sort()
}

interface LockedGrant {
  readonly id: string
  readonly generation: number
  readonly isClosed: boolean
  readonly isUnderWay: boolean
}

async function lockGrants(engine: Engine, trx: Database, ids: readonly string[]): Promise<LockedGrant[]> {
  const leaseIsOver = isReached('lease_until', leaseTime(engine), longestSpans.lease)
  const rows = await trx
    .selectFrom('grants')
    .select(['id', 'generation', 'status'])
    .select(sql<number>`case when lease_owner is null or ${leaseIsOver} then 0 else 1 end`.as('leased'))
    .where('id', 'in', ids)
    .orderBy('id')
    .$if(engine.rowLocks, (query) => query.forUpdate())
    .execute()
  return rows.map(({ id, generation, status, leased }) => ({
    id,
    generation,
    isClosed: status === 'closed',
    // One that is live is another connection's.
    isUnderWay: status === 'closing' || (status === 'closed' && Number(leased) === 1),
  }))
}

async function removeLocked(
  engine: Engine,
  trx: Database,
  { id, generation, isClosed }: LockedGrant,
): Promise<boolean> {
  if (!isClosed) return false
  const resting = await trx
    .selectFrom('connections')
    .select('id')
    .where('grant_id', '=', id)
    .limit(1)
    .executeTakeFirst()
  if (resting) return false
  await trx.deleteFrom('history').where('grant_id', '=', id).where('connection', 'is', null).execute()
  await trx.deleteFrom('grants').where('id', '=', id).execute()
  await remember(engine, trx, id, generation)
  return true
}

async function remember({ now }: Engine, trx: Database, id: string, generation: number): Promise<void> {
  await trx
    .insertInto('ended_ids')
    .values({ id, generation, at: now() })
    .onConflict((conflict) => conflict.column('id').doUpdateSet({ generation, at: now() }))
    .execute()
}
