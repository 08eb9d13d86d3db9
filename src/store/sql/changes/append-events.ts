// The events of a change, written in its transaction: only those of the types that have been announced. The row of an
// event queue is written last: the transaction that has its lock must wait for no other lock.

import { type SelectQueryBuilder, sql } from 'kysely'
import type { OutboxRow } from '../../../core/store/outbox.ts'
import { type Database, type Engine, perEngine } from '../engine/engine.ts'
import type { Placeholders } from '../engine/parameters.ts'
import { statement } from '../engine/statement.ts'
import type { Tables } from '../engine/tables.ts'
import { type Queue, queueOf } from '../outbox/queue-name.ts'

type Data = OutboxRow['data']

/** The connections that a change concerns: one, or those that rest on a grant, perhaps except one of them. */
export type ConcernedConnections =
  | { readonly connection: string }
  | { readonly grant: string; readonly except?: string }

interface EventValues {
  readonly type: string
  /** JSON. */
  readonly data: string
}

type Chosen = (db: Database) => SelectQueryBuilder<Tables, 'connections', unknown>

/** The two statements that append an event for each of the chosen connections. */
function appending<Values extends object>(choose: (values: Placeholders<Values>) => Chosen) {
  return perEngine((engine) => {
    const now = engine.now()
    const insertEvents = statement(engine, (db, values: Placeholders<EventValues & Values>) =>
      db
        .insertInto('outbox')
        .columns([...columns])
        .expression(
          choose(values)(db).select([
            sql<string>`cast(${values.type} as text)`.as('type'),
            'id as subject',
            now.as('order_at'),
            'id as connection',
            'owner',
            'client',
            sql<string>`cast(${values.data} as text)`.as('data'),
            sql.lit('pending').as('state'),
            sql.lit(0).as('late'),
            sql.lit(0).as('attempts'),
            now.as('due_at'),
            now.as('created_at'),
          ]),
        ),
    )
    const insertQueues = statement(engine, (db, values: Placeholders<Values>) =>
      db
        .insertInto('subjects')
        .columns(['subject', 'due_at'])
        .expression(choose(values)(db).select(['id as subject', now.as('due_at')]))
        .onConflict((conflict) => conflict.column('subject').doUpdateSet({ due_at: sql`subjects.due_at` })),
    )
    return async (trx: Database, event: EventValues, values: Values) => {
      await insertEvents.all({ ...event, ...values }, trx)
      await insertQueues.all(values, trx)
    }
  })
}

const appendForConnection = appending(
  ({ connection }: Placeholders<{ connection: string }>) =>
    (db) =>
      db.selectFrom('connections').where('id', '=', connection),
)

const appendForGrant = appending(
  ({ grant, except }: Placeholders<{ grant: string; except: string }>) =>
    (db) =>
      db
        .selectFrom('connections')
        .where('grant_id', '=', grant)
        .where('disconnected', '=', 0)
        .where('id', '!=', except)
        .orderBy('id'),
)

/** Appends one event for each of the connections. */
export async function appendEvents(
  engine: Engine,
  trx: Database,
  type: string,
  concerned: ConcernedConnections,
  data: Data,
): Promise<void> {
  if (!engine.announced.has(type)) return
  const event = { type, data: JSON.stringify(data) }
  if ('connection' in concerned) await appendForConnection(engine)(trx, event, concerned)
  else await appendForGrant(engine)(trx, event, { except: '', ...concerned })
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
  await lockQueue(engine, trx, queueOf('', client))
}

/** The state that every event begins with. */
export const firstState: { readonly state: 'pending'; readonly late: 0; readonly attempts: 0 } = {
  state: 'pending',
  late: 0,
  attempts: 0,
}

const lock = perEngine((engine) =>
  statement(engine, (db, { name, destination }: Placeholders<Queue>) =>
    db
      .insertInto('subjects')
      .values({ subject: name, destination, due_at: engine.now() })
      .onConflict((conflict) => conflict.column('subject').doUpdateSet({ due_at: sql`subjects.due_at` })),
  ),
)

/** Locks a queue until the end of the transaction. One that has no row is due from now on. */
export async function lockQueue(engine: Engine, trx: Database, { name, destination }: Queue): Promise<void> {
  await lock(engine).all({ name, destination }, trx)
}
