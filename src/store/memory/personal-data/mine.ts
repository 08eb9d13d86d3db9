// Which rows are about one owner, and what of them a reader gets: no secret, no digest, no hash.

import { isAbout, type PersonalKind } from '../../../core/store/personal-data.ts'
import type { Tables } from '../engine/tables.ts'

/** A row that is about the owner. */
export interface Reached {
  readonly place: string | number
  readonly shown: Readonly<Record<string, unknown>>
  /** Of an error group: its sentence names the owner, a connection or an account. */
  readonly isNamed?: boolean
}

type Reach = (tables: Tables, owner: string) => Reached[]

const connectionsOf = ({ connections }: Tables, owner: string) =>
  [...connections.values()].filter((row) => row.owner === owner)

const idsOf = (tables: Tables, owner: string) => new Set(connectionsOf(tables, owner).map(({ id }) => id))

/** The rows of a table by their keys, in the order of these, as far as they are the owner's. */
function rows<Key extends string | number, Row extends object>(
  table: ReadonlyMap<Key, Row>,
  isMine: (row: Row) => boolean,
  fields: readonly (keyof Row & string)[],
): Reached[] {
  return [...table]
    .filter(([, row]) => isMine(row))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([place, row]) => ({ place, shown: Object.fromEntries(fields.map((name) => [name, row[name]])) }))
}

function ofConnections<Row extends { readonly connection: string }>(
  tables: Tables,
  owner: string,
  table: ReadonlyMap<string, Row>,
  fields: readonly (keyof Row & string)[],
): Reached[] {
  const ids = idsOf(tables, owner)
  return rows(table, ({ connection }) => ids.has(connection), fields)
}

export const mine: Readonly<Record<PersonalKind, Reach>> = {
  connectSessions: ({ connectSessions }, owner) =>
    rows(connectSessions, (row) => row.owner === owner, [
      'id',
      'returnTo',
      'clients',
      'connection',
      'connected',
      'scopes',
      'createdAt',
      'expiresAt',
    ]),
  attempts: ({ attempts }, owner) =>
    rows(attempts, (row) => row.owner === owner, [
      'id',
      'returnTo',
      'reconnect',
      'session',
      'phase',
      'outcome',
      'client',
      'scopes',
      'createdAt',
      'expiresAt',
    ]),
  apiKeys: ({ apiKeys }, owner) =>
    rows(apiKeys, (row) => row.owner === owner, [
      'id',
      'name',
      'scopes',
      'createdAt',
      'lastUsedAt',
      'expiresAt',
      'revokedAt',
    ]),
  errors,
  activity({ activityLog, ...tables }, owner) {
    const ids = idsOf(tables as Tables, owner)
    return rows(activityLog.rows, ({ kind, data }) => kind !== 'dispatch' && isAbout(data, owner, ids), [
      'at',
      'kind',
      'client',
      'data',
    ])
  },
  events: ({ outbox }, owner) =>
    rows(outbox.rows, (row) => row.owner === owner, [
      'type',
      'connection',
      'client',
      'destination',
      'data',
      'state',
      'outOfOrder',
      'dispatches',
      'error',
      'createdAt',
      'body',
      'key',
    ]),
  feed: ({ feed }, owner) => rows(feed.rows, (row) => row.owner === owner, ['event', 'type', 'createdAt', 'body']),
  subscriptions: (tables, owner) =>
    ofConnections(tables, owner, tables.subscriptions, [
      'id',
      'connection',
      'client',
      'account',
      'scope',
      'events',
      'state',
      'detail',
      'createdAt',
      'removedAt',
    ]),
  bookingKeys: (tables, owner) =>
    ofConnections(tables, owner, tables.bookingKeys, [
      'connection',
      'verb',
      'state',
      'step',
      'reason',
      'booking',
      'createdAt',
      'request',
      'key',
    ]),
  bookingLinks: (tables, owner) =>
    ofConnections(tables, owner, tables.bookingLinks, [
      'connection',
      'booking',
      'chain',
      'replaces',
      'replacedBy',
      'start',
      'createdAt',
    ]),
  history(tables, owner) {
    const ids = idsOf(tables, owner)
    const isShared = (grant: string) =>
      [...tables.connections.values()].some((row) => row.grant === grant && row.owner !== owner && !row.disconnected)
    const grants = new Set(connectionsOf(tables, owner).flatMap(({ grant }) => (isShared(grant) ? [] : [grant])))
    return tables.history
      .filter(({ connection, grant }) => (connection === null ? grants.has(grant) : ids.has(connection)))
      .map(({ seq, at, connection, type, data }) => ({ place: seq, shown: { at, connection, type, data } }))
  },
  connections: (tables, owner) => connectionsOf(tables, owner).map(({ id }) => ({ place: id, shown: {} })),
}

function errors(tables: Tables, owner: string): Reached[] {
  const ids = idsOf(tables, owner)
  const accounts = connectionsOf(tables, owner).flatMap(({ grant }) => tables.grants.get(grant)?.account ?? [])
  const facts = accounts.flatMap(({ id, name, email }) => [id, name, email])
  const names = [owner, ...ids, ...facts].filter((text) => text !== null && text.length > 3) as string[]
  return [...tables.errorGroups]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([place, { code, reason, client, sentence, firstAt, lastAt, touched }]) => ({
      place,
      shown: { code, reason, client, sentence, firstAt, lastAt },
      isTouched: [...touched].some((id) => ids.has(id)),
      isNamed: names.some((name) => sentence.includes(name)),
    }))
    .filter(({ isTouched, isNamed }) => isTouched || isNamed)
}
