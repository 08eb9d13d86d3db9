// Where the rows of each kind are that are about one owner, and what of them a reader gets: no secret, no digest, no hash.
// Sealed columns are opened in src/records/.

import { type Expression, type RawBuilder, type SqlBool, sql } from 'kysely'
import type { PersonalKind } from '../../../core/store/personal-data.ts'
import type { Database } from '../engine/engine.ts'
import type { Tables } from '../engine/tables.ts'

/** The kinds whose rows are those of one table. */
export type TableKind = Exclude<PersonalKind, 'errors' | 'activity' | 'connections'>

export interface PersonalTable {
  readonly table: keyof Tables
  /** Whether a row is about the owner. */
  readonly isMine: (db: Database, owner: string) => Expression<SqlBool>
  /** The name of each column that is read. */
  readonly fields: Readonly<Record<string, string>>
  /** Columns that hold JSON. */
  readonly json: readonly string[]
}

const ofOwner: PersonalTable['isMine'] = (_, owner) => sql<SqlBool>`"owner" = ${owner}`

const ofConnections: PersonalTable['isMine'] = (db, owner) => sql<SqlBool>`"connection" in ${connectionsOf(db, owner)}`

/** Those of the owner's connections, and those of the grants on which no other owner's connection rests. */
const ofHistory: PersonalTable['isMine'] = (db, owner) => {
  const own = db
    .selectFrom('history as entry')
    .select('entry.seq')
    .where(sql<SqlBool>`${sql.ref('entry.connection')} in ${connectionsOf(db, owner)}`)
  const ofGrants = db
    .selectFrom('history as entry')
    .select('entry.seq')
    .where('entry.connection', 'is', null)
    .where('entry.grant_id', 'in', ownGrants(db, owner))
  return sql<SqlBool>`"seq" in ${own.unionAll(ofGrants)}`
}

export function connectionsOf(db: Database, owner: string): RawBuilder<string> {
  return sql<string>`${db.selectFrom('connections as own').select('own.id').where('own.owner', '=', owner)}`
}

function ownGrants(db: Database, owner: string) {
  return db
    .selectFrom('connections as mine')
    .select('mine.grant_id')
    .where('mine.owner', '=', owner)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('connections as other')
            .select('other.id')
            .whereRef('other.grant_id', '=', 'mine.grant_id')
            .where('other.owner', '!=', owner)
            .where('other.disconnected', '=', 0),
        ),
      ),
    )
}

const common = { client: 'client', scopes: 'scopes', created_at: 'createdAt', expires_at: 'expiresAt' }
const dispatched = {
  destination: 'destination',
  data: 'data',
  state: 'state',
  late: 'outOfOrder',
  attempts: 'dispatches',
}

export const personalTables: Readonly<Record<TableKind, PersonalTable>> = {
  connectSessions: {
    table: 'connect_sessions',
    isMine: ofOwner,
    fields: {
      id: 'id',
      return_to: 'returnTo',
      clients: 'clients',
      connection: 'connection',
      connected: 'connected',
      scopes: 'scopes',
      created_at: 'createdAt',
      expires_at: 'expiresAt',
    },
    json: ['clients', 'scopes'],
  },
  attempts: {
    table: 'attempts',
    isMine: ofOwner,
    fields: {
      id: 'id',
      return_to: 'returnTo',
      reconnect: 'reconnect',
      session: 'session',
      phase: 'phase',
      outcome: 'outcome',
      ...common,
    },
    json: ['scopes', 'outcome'],
  },
  apiKeys: {
    table: 'api_keys',
    isMine: ofOwner,
    fields: {
      id: 'id',
      name: 'name',
      scopes: 'scopes',
      created_at: 'createdAt',
      last_used_at: 'lastUsedAt',
      expires_at: 'expiresAt',
      revoked_at: 'revokedAt',
    },
    json: ['scopes'],
  },
  events: {
    table: 'outbox',
    isMine: ofOwner,
    fields: {
      type: 'type',
      connection: 'connection',
      client: 'client',
      ...dispatched,
      error: 'error',
      created_at: 'createdAt',
      body: 'body',
      key: 'key',
    },
    json: ['data'],
  },
  feed: {
    table: 'feed',
    isMine: ofOwner,
    fields: { event: 'event', type: 'type', created_at: 'createdAt', body: 'body' },
    json: [],
  },
  subscriptions: {
    table: 'subscriptions',
    isMine: ofConnections,
    fields: {
      id: 'id',
      connection: 'connection',
      client: 'client',
      account: 'account',
      scope: 'scope',
      events: 'events',
      state: 'state',
      detail: 'detail',
      created_at: 'createdAt',
      removed_at: 'removedAt',
    },
    json: ['events'],
  },
  bookingKeys: {
    table: 'booking_keys',
    isMine: ofConnections,
    fields: {
      connection: 'connection',
      verb: 'verb',
      state: 'state',
      step: 'step',
      reason: 'reason',
      booking: 'booking',
      created_at: 'createdAt',
      request: 'request',
      key: 'key',
    },
    json: [],
  },
  bookingLinks: {
    table: 'booking_links',
    isMine: ofConnections,
    fields: {
      connection: 'connection',
      booking: 'booking',
      chain: 'chain',
      replaces: 'replaces',
      replaced_by: 'replacedBy',
      start: 'start',
      created_at: 'createdAt',
    },
    json: [],
  },
  history: {
    table: 'history',
    isMine: ofHistory,
    fields: { at: 'at', connection: 'connection', type: 'type', data: 'data' },
    json: ['data'],
  },
}
