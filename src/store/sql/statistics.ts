// Counting. A million index entries in one statement would block a process on SQLite for a fifth of a second. So each
// statement steps over two thousand of them, and other work goes on between two steps.

import { type SqlBool, sql } from 'kysely'
import type { ConnectionStatus } from '../../core/connection.ts'
import { fewPerTurn } from '../../core/each.ts'
import { inUseMs, type StoreStatistics, soonestGrants } from '../../core/store/statistics.ts'
import { places } from './connections/list.ts'
import type { Flag } from './engine/column-types.ts'
import { after, type Database, type Engine } from './engine/engine.ts'
import type { Placeholders } from './engine/parameters.ts'
import { type Statement, statement } from './engine/statement.ts'
import { serial } from './outbox/row.ts'

const stepRows = 2000

export function statistics(engine: Engine): () => Promise<StoreStatistics> {
  const clientsOf = createClients(engine)
  const countConnections = createConnectionCount(engine)
  const firstExpiry = createFirstExpiry(engine)
  const countEvents = createEventCount(engine)
  const oldestEvent = createOldestEvent(engine)
  return async () => {
    const turn = fewPerTurn(4)
    const connections: Record<string, Record<ConnectionStatus, number>> = {}
    const expiries: number[] = []
    for (const client of await clientsOf()) {
      const count = (status: ConnectionStatus) => countConnections(client, status, turn)
      connections[client] = {
        active: await count('active'),
        needs_reconnect: await count('needs_reconnect'),
        disconnected: await count('disconnected'),
      }
      const expiresInMs = await firstExpiry(client)
      if (expiresInMs !== null) expiries.push(expiresInMs)
    }
    return {
      connections,
      grantExpiryMinMs: expiries.length > 0 ? Math.min(...expiries) : null,
      events: {
        pending: await countEvents('pending', turn),
        dead: await countEvents('dead', turn),
        oldestPendingMs: await oldestEvent(),
      },
    }
  }
}

/** Lets other work go on. */
type Turn = () => Promise<void>

/** Counts the rows after a place: `step` returns the place that lies that many rows further, if there is one. */
async function countInSteps<Place extends object>(
  from: Place,
  step: Statement<Place, Partial<Place>>,
  rest: Statement<Place, { readonly count: number }>,
  turn: Turn,
): Promise<number> {
  for (let place = from, counted = 0; ; counted += stepRows) {
    await turn()
    const next = await step.first(place)
    if (!next) return counted + Number((await rest.first(place))?.count ?? 0)
    place = { ...place, ...next }
  }
}

/** The clients that have connections: each is found in the index behind the one before. */
function createClients(engine: Engine): () => Promise<string[]> {
  const nextClient = statement(engine, (db, { client }: Placeholders<{ readonly client: string }>) =>
    db.selectFrom('connections').select('client').where('client', '>', client).orderBy('client').limit(1),
  )
  return async () => {
    const found: string[] = []
    for (let client = ''; ; found.push(client)) {
      const next = await nextClient.first({ client })
      if (!next) return found
      client = next.client
    }
  }
}

interface ConnectionPlace {
  readonly client: string
  readonly disconnected: Flag
  readonly needsReconnect: Flag
  readonly created_at: number
  readonly id: string
}

function createConnectionCount(
  engine: Engine,
): (client: string, status: ConnectionStatus, turn: Turn) => Promise<number> {
  const following = (db: Database, place: Placeholders<ConnectionPlace>) =>
    db
      .selectFrom('connections')
      .select(['created_at', 'id'])
      .where('client', '=', place.client)
      .where('disconnected', '=', place.disconnected)
      .where('needs_reconnect', '=', place.needsReconnect)
      .where(({ eb, refTuple, tuple }) => eb(refTuple('created_at', 'id'), '>', tuple(place.created_at, place.id)))
      .orderBy('created_at')
      .orderBy('id')
  const step = statement(engine, (db, place: Placeholders<ConnectionPlace>) =>
    following(db, place)
      .limit(1)
      .offset(stepRows - 1),
  )
  const rest = statement(engine, (db, place: Placeholders<ConnectionPlace>) =>
    db
      .selectFrom(following(db, place).limit(stepRows).as('rest'))
      .select(({ fn }) => fn.countAll<number>().as('count')),
  )
  return async (client, status, turn) => {
    let count = 0
    for (const { disconnected, needs_reconnect } of places[status]) {
      const from = { client, disconnected, needsReconnect: needs_reconnect, created_at: -1, id: '' }
      count += await countInSteps<ConnectionPlace>(from, step, rest, turn)
    }
    return count
  }
}

/** Milliseconds until the first access token of a client's grants in use expires, among those that fall due first. */
function createFirstExpiry(engine: Engine): (client: string) => Promise<number | null> {
  const { now } = engine
  const first = statement(engine, (db, { client }: Placeholders<{ readonly client: string }>) =>
    db
      .selectFrom(
        db
          .selectFrom('grants')
          .select(['expires_at', 'renew_at', 'used_at'])
          // As it stands in the index, which holds no other rows.
          .where(sql<SqlBool>`due_at is not null and status = 'live'`)
          .where('client', '=', client)
          .orderBy('due_at')
          .orderBy('id')
          .limit(soonestGrants)
          .as('soonest'),
      )
      .select(({ fn }) => [fn.min<number | null>('expires_at').as('expires_at'), now().as('read_at')])
      .whereRef('renew_at', '<', 'expires_at')
      .where('used_at', '>', after(now(), -inUseMs)),
  )
  return async (client) => {
    const found = await first.first({ client })
    return found?.expires_at == null ? null : Number(found.expires_at) - found.read_at
  }
}

interface EventPlace {
  readonly state: 'pending' | 'dead'
  readonly seq: string
}

function createEventCount(engine: Engine): (state: EventPlace['state'], turn: Turn) => Promise<number> {
  const following = (db: Database, { state, seq }: Placeholders<EventPlace>) =>
    db.selectFrom('outbox').select(serial.as('seq')).where('state', '=', state).where('outbox.seq', '>', seq)
  const step = statement(engine, (db, place: Placeholders<EventPlace>) =>
    following(db, place)
      .orderBy('outbox.seq')
      .limit(1)
      .offset(stepRows - 1),
  )
  const rest = statement(engine, (db, place: Placeholders<EventPlace>) =>
    db
      .selectFrom(following(db, place).orderBy('outbox.seq').limit(stepRows).as('rest'))
      .select(({ fn }) => fn.countAll<number>().as('count')),
  )
  return (state, turn) => countInSteps<EventPlace>({ state, seq: '0' }, step, rest, turn)
}

/** The age of the pending event that was written first. */
function createOldestEvent(engine: Engine): () => Promise<number | null> {
  const oldest = statement(engine, (db) =>
    db
      .selectFrom('outbox')
      .select(['created_at', engine.now().as('read_at')])
      // No state comes after this one. With `state = 'pending'` a planner may walk by `seq` through all that is done.
      .where(sql<SqlBool>`(state, seq) >= ('pending', 0)`)
      .orderBy('state')
      .orderBy('seq')
      .limit(1),
  )
  return async () => {
    const found = await oldest.first({})
    return found ? Math.max(0, found.read_at - found.created_at) : null
  }
}
