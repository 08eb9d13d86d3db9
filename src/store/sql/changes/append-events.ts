// The events of a change, written in its transaction: only those of the types that have been announced. The row of an
// event queue is written last: the transaction that has its lock must wait for no other lock.

import { type SelectQueryBuilder, sql } from 'kysely'
import type { OutboxRow } from '../../../core/store/outbox.ts'
import type { Database, Engine } from '../engine/engine.ts'
import type { Tables } from '../engine/tables.ts'

type Data = OutboxRow['data']

/** The connections that a change concerns: one, or those that rest on a grant, perhaps except one of them. */
export type ConcernedConnections =
  | { readonly connection: string }
  | { readonly grant: string; readonly except?: string }

/** Appends one event for each of the connections. */
export async function appendEvents(
  engine: Engine,
  trx: Database,
  type: string,
  concerned: ConcernedConnections,
  data: Data,
): Promise<void> {
  if (!engine.announced.has(type)) return
  const now = engine.now()
  const chosen = <Row>(query: SelectQueryBuilder<Tables, 'connections', Row>) =>
    'connection' in concerned
      ? query.where('id', '=', concerned.connection)
      : query
          .where('grant_id', '=', concerned.grant)
          .where('disconnected', '=', 0)
          .where('id', '!=', concerned.except ?? '')
          .orderBy('id')
  await trx
    .insertInto('outbox')
    .columns([...columns])
    .expression(({ selectFrom }) =>
      chosen(
        selectFrom('connections').select([
          sql<string>`cast(${type} as text)`.as('type'),
          'id as subject',
          now.as('order_at'),
          'id as connection',
          'owner',
          'client',
          sql<string>`cast(${JSON.stringify(data)} as text)`.as('data'),
          sql.lit('pending').as('state'),
          sql.lit(0).as('late'),
          sql.lit(0).as('attempts'),
          now.as('due_at'),
          now.as('created_at'),
        ]),
      ),
    )
    .execute()
  await trx
    .insertInto('subjects')
    .columns(['subject', 'due_at'])
    .expression(({ selectFrom }) =>
      chosen(selectFrom('connections').select(['id as subject', engine.now().as('due_at')])),
    )
    .onConflict((conflict) => conflict.column('subject').doUpdateSet({ due_at: sql`subjects.due_at` }))
    .execute()
}

const columns = [
  'type',
  'subject',
  'order_at',
  'connection',
  'owner',
  'client',
  'data',
  'state',
  'late',
  'attempts',
  'due_at',
  'created_at',
] as const

/** Appends an event of a client. */
export async function appendClientEvent(
  engine: Engine,
  trx: Database,
  type: string,
  client: string,
  data: Data,
): Promise<void> {
  if (!engine.announced.has(type)) return
  const now = engine.now()
  const times = { order_at: now, due_at: now, created_at: now }
  await trx
    .insertInto('outbox')
    .values({ type, subject: client, client, data: JSON.stringify(data), ...firstState, ...times })
    .execute()
  await lockQueue(engine, trx, client)
}

/** The state that every event begins with. */
export const firstState: { readonly state: 'pending'; readonly late: 0; readonly attempts: 0 } = {
  state: 'pending',
  late: 0,
  attempts: 0,
}

/** Locks the queue of an ordering key until the end of the transaction. A queue that has no row is due from now on. */
export async function lockQueue({ now }: Engine, trx: Database, orderingKey: string): Promise<void> {
  await trx
    .insertInto('subjects')
    .values({ subject: orderingKey, due_at: now() })
    .onConflict((conflict) => conflict.column('subject').doUpdateSet({ due_at: sql`subjects.due_at` }))
    .execute()
}
