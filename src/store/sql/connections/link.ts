// Finding or making the connection that rests on the grant of an attachment.

import type { Attachment } from '../../../core/store/connections.ts'
import { recordHistory } from '../changes/record-history.ts'
import { type Database, type Engine, perEngine } from '../engine/engine.ts'
import type { Placeholders } from '../engine/parameters.ts'
import { statement } from '../engine/statement.ts'
import { forgetAccount } from './search.ts'

interface Place {
  readonly client: string
  readonly account: string
  readonly grant: string
}

interface NewConnection extends Place {
  readonly id: string
  readonly owner: string
}

const statements = perEngine((engine) => {
  const now = engine.now()
  const columns = ({ client, account, grant }: Placeholders<Place>) =>
    ({ client, account, grant_id: grant, disconnected: 0, needs_reconnect: 0, updated_at: now }) as const
  const mine = (db: Database, owner: Placeholders<NewConnection>['owner']) =>
    db
      .selectFrom('connections')
      .select(['id', 'grant_id', 'disconnected'])
      .where('owner', '=', owner)
      .$if(engine.rowLocks, (query) => query.forUpdate())
  return {
    insert: statement(engine, (db, made: Placeholders<NewConnection>) =>
      db
        .insertInto('connections')
        .values({ ...columns(made), id: made.id, owner: made.owner, created_at: now })
        .onConflict((conflict) => conflict.columns(['owner', 'client', 'account']).doNothing())
        .returning('id'),
    ),
    byId: statement(engine, (db, { owner, id }: Placeholders<Pick<NewConnection, 'owner' | 'id'>>) =>
      mine(db, owner).where('id', '=', id),
    ),
    byAccount: statement(engine, (db, { owner, client, account }: Placeholders<Omit<NewConnection, 'id' | 'grant'>>) =>
      mine(db, owner).where('client', '=', client).where('account', '=', account),
    ),
    move: statement(engine, (db, moved: Placeholders<Place & { id: string }>) =>
      db.updateTable('connections').set(columns(moved)).where('id', '=', moved.id),
    ),
  }
})

/** The connection that rests on a grant from now on. */
export interface Linked {
  readonly id: string
  readonly created: boolean
  /** The other grant on which it rested before. */
  readonly left: string | null
}

/**
 * Finds or makes the connection that rests on the grant from now on: the one to reconnect, if it is the owner's, else
 * the owner's to that account, else a new one. If the first two both exist, the latter ends and gives up its place.
 */
export async function link(engine: Engine, trx: Database, { grant, connection }: Attachment): Promise<Linked> {
  const { insert, byId, byAccount, move } = statements(engine)
  const { owner, reconnect } = connection
  const place = { client: grant.client, account: grant.account.id, grant: grant.id }
  const asked = reconnect === null ? undefined : await byId.first({ owner, id: reconnect }, trx)
  const make = () => insert.first({ ...place, id: connection.id, owner }, trx)
  if (!asked && (await make())) return { id: connection.id, created: true, left: null }
  const known = await byAccount.first({ ...place, owner }, trx)
  if (asked && known && asked.id !== known.id) await merge(engine, trx, { ...known, owner }, asked.id, grant.id)
  const target = asked ?? known
  // The one that stood in its place when it was to be made was deleted meanwhile.
  if (!target && (await make())) return { id: connection.id, created: true, left: null }
  if (!target) throw new Error(`the connection of ${grant.id} is gone`)
  await move.all({ ...place, id: target.id }, trx)
  return { id: target.id, created: false, left: target.grant_id === grant.id ? null : target.grant_id }
}

/** Ends a connection whose place another one takes. */
async function merge(
  engine: Engine,
  trx: Database,
  { id, owner, disconnected }: { readonly id: string; readonly owner: string; readonly disconnected: number },
  into: string,
  grant: string,
): Promise<void> {
  await trx
    .updateTable('connections')
    .set({ account: null, disconnected: 1, ...(disconnected === 0 && { updated_at: engine.now() }) })
    .where('id', '=', id)
    .execute()
  await forgetAccount(trx, { id, owner })
  await recordHistory(engine, trx, grant, id, { type: 'connection.merged', data: { into } })
}
