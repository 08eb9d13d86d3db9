// Connect sessions. A change of a row names the revision that it rests on.

import { type Selectable, sql } from 'kysely'
import type { ConnectSessionRow, ConnectSessionStore, NewConnectSession } from '../../core/store/connect-sessions.ts'
import { longestSpans } from '../../core/store/longest-spans.ts'
import { believedTime } from '../../core/store/wrong-clock.ts'
import type { Flag } from './engine/column-types.ts'
import { after, type Engine } from './engine/engine.ts'
import { listOf, objectOf } from './engine/json.ts'
import type { Placeholders } from './engine/parameters.ts'
import type { ConnectSessionTable } from './engine/service-tables.ts'
import { statement } from './engine/statement.ts'
import { sweepOld } from './engine/sweep-old.ts'

interface InsertValues extends Omit<NewConnectSession, 'clients' | 'scopes' | 'anotherAccount'> {
  /** JSON list. */
  readonly clients: string
  /** JSON object. */
  readonly scopes: string
  readonly anotherAccount: Flag
  readonly lifetimeMs: number
}

/** A value that is `null` stays as it is. */
interface UpdateValues {
  readonly id: string
  readonly revision: number
  readonly attempt: string | null
  readonly browserHash: string | null
  readonly connected: string | null
}

export function connectSessions(engine: Engine): ConnectSessionStore {
  const { now } = engine
  const insert = statement(engine, (db, session: Placeholders<InsertValues>) =>
    db
      .insertInto('connect_sessions')
      .values({
        id: session.id,
        owner: session.owner,
        return_to: session.returnTo,
        clients: session.clients,
        connection: session.connection,
        another_account: session.anotherAccount,
        scopes: session.scopes,
        attempt: null,
        browser_hash: null,
        connected: null,
        revision: 0,
        created_at: now(),
        expires_at: after(now(), session.lifetimeMs),
      })
      .returningAll()
      .returning(now().as('read_at')),
  )
  const byId = statement(engine, (db, { id }: Placeholders<{ id: string }>) =>
    db.selectFrom('connect_sessions').selectAll().select(now().as('read_at')).where('id', '=', id),
  )
  // Every character of an id comes before "~".
  const byPage = statement(engine, (db, { page, end }: Placeholders<{ page: string; end: string }>) =>
    db
      .selectFrom('connect_sessions')
      .selectAll()
      .select(now().as('read_at'))
      .where('id', '>=', page)
      .where('id', '<', end)
      .limit(1),
  )
  const update = statement(engine, (db, change: Placeholders<UpdateValues>) =>
    db
      .updateTable('connect_sessions')
      .set({
        attempt: sql`coalesce(${change.attempt}, attempt)`,
        browser_hash: sql`coalesce(${change.browserHash}, browser_hash)`,
        connected: sql`coalesce(${change.connected}, connected)`,
        revision: sql`revision + 1`,
      })
      .where('id', '=', change.id)
      .where('revision', '=', change.revision)
      .returning('id'),
  )
  return {
    async insert({ clients, scopes, anotherAccount, ...session }, lifetimeMs) {
      const values = { clients: JSON.stringify(clients), scopes: JSON.stringify(scopes) }
      const [row] = await insert.all({ ...session, ...values, anotherAccount: anotherAccount ? 1 : 0, lifetimeMs })
      if (row) return read(row)
      throw new Error('the row was not returned')
    },
    async get(id) {
      const row = await byId.first({ id })
      return row ? read(row) : null
    },
    async ofPage(page) {
      const row = await byPage.first({ page, end: `${page}~` })
      return row ? read(row) : null
    },
    async update(id, revision, { attempt = null, browserHash = null, connected = null }) {
      return (await update.first({ id, revision, attempt, browserHash, connected })) !== undefined
    },
    sweep: (ageMs, limit) => sweepOld(engine, 'connect_sessions', 'created_at', ageMs, limit),
  }
}

function read(row: Selectable<ConnectSessionTable> & { readonly read_at: number }): ConnectSessionRow {
  const scopes = Object.entries(objectOf<Record<string, unknown>>(row.scopes))
  return {
    id: row.id,
    owner: row.owner,
    returnTo: row.return_to,
    clients: listOf(row.clients),
    connection: row.connection,
    anotherAccount: row.another_account === 1,
    scopes: Object.fromEntries(scopes.map(([client, list]) => [client, listOf(JSON.stringify(list))])),
    attempt: row.attempt,
    browserHash: row.browser_hash,
    connected: row.connected,
    revision: row.revision,
    createdAt: row.created_at,
    expiresAt: believedTime(row.expires_at, row.read_at, longestSpans.connectSession),
    readAt: row.read_at,
  }
}
