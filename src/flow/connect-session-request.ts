// Checks what a connect session is asked for with, before it is recorded: all that would fail later, in front of a person.

import {
  anything,
  argumentError,
  type Checks,
  checkOptions,
  flag,
  list,
  oneOf,
  optional,
  owner,
  shown,
} from '../core/check.ts'
import { connectionNotFound } from '../core/not-found.ts'
import type { Client } from '../core/provider.ts'
import { type SchedulingVerb, schedulingVerbs } from '../core/scheduling/verb-capabilities.ts'
import type { NewConnectSession } from '../core/store/connect-sessions.ts'
import type { ConnectionRow } from '../core/store/connections.ts'
import type { ConnectionRecords } from '../records/connections.ts'
import { allowedReturn, assertReconnects, type ReturnAddresses } from './connect-checks.ts'
import { areScopes, scopesOfClients } from './connect-session-scopes.ts'

export interface CreateConnectSessionRequest<Id extends string = string> {
  /** The host application's id of the user or tenant who connects. Well-formed text of 1 to 255 characters, without NUL. */
  readonly owner: string
  /** Where the browser goes in the end: an address on `baseUrl`'s origin or in the option `returnTo`, or a path. */
  readonly returnTo: string | URL
  /** The clients to choose from. Default: all, or the one of `connection`. */
  readonly clients?: readonly Id[] | undefined
  /**
   * Instead of the client's scopes: a list where one client is meant, else an object with a list for each client. A repair keeps
   * what the connection has, and adds these.
   */
  readonly scopes?: readonly string[] | { readonly [Client in Id]?: readonly string[] | undefined } | undefined
  /** Instead of `scopes`, the verbs of the scheduling model that will be called: the scopes that they need at each provider. */
  readonly features?: readonly SchedulingVerb[] | undefined
  /** The connection to repair. One that was disconnected is connected again without naming it. */
  readonly connection?: string | undefined
  /** Whether that connection may move to another account. Default false. */
  readonly anotherAccount?: boolean | undefined
}

const place = 'connectSessions.create'

const checks: Checks<CreateConnectSessionRequest> = {
  owner,
  returnTo: anything,
  clients: optional(list('clients', anything, { least: 1 })),
  scopes: optional(areScopes),
  features: optional(list('features', oneOf(...schedulingVerbs), { least: 1 })),
  connection: optional(anything),
  anotherAccount: optional(flag),
}

export interface SessionRequestDependencies extends ReturnAddresses {
  readonly connections: Pick<ConnectionRecords, 'get'>
  readonly clients: ReadonlyMap<string, Client>
}

/** @throws {PunctualError} `invalid_argument`, or `connection_not_found`. */
export async function checkedSession(
  dependencies: SessionRequestDependencies,
  request: CreateConnectSessionRequest,
): Promise<Omit<NewConnectSession, 'id'>> {
  checkOptions(place, request, checks)
  if (request.scopes !== undefined && request.features !== undefined)
    throw argumentError(
      place,
      'scopes and features exclude each other. Name the scopes yourself, or leave them to the features',
    )
  if (request.anotherAccount !== undefined && request.connection === undefined)
    throw argumentError(place, 'anotherAccount is for a session that repairs a connection. Name that one, too')
  const { owner, connection, anotherAccount = false } = request
  const returnTo = allowedReturn(place, dependencies, request.returnTo)
  const row = connection === undefined ? null : await repairable(dependencies.connections, connection, owner)
  const clients = chosenClients(dependencies.clients, request.clients, row)
  for (const { id } of row ? clients : []) assertReconnects(place, row, { owner, client: id })
  return {
    owner,
    returnTo,
    clients: clients.map(({ id }) => id),
    connection: row?.id ?? null,
    anotherAccount,
    scopes: scopesOfClients(place, clients, request, row),
  }
}

/**
 * The same error for one that does not exist, was disconnected, or is of another owner: a caller does not learn which.
 *
 * @throws {PunctualError} `connection_not_found`
 */
export async function repairable(
  connections: Pick<ConnectionRecords, 'get'>,
  id: string,
  owner: string,
): Promise<ConnectionRow> {
  const row = await connections.get(id)
  if (row && row.owner === owner && row.status !== 'disconnected') return row
  throw connectionNotFound()
}

function chosenClients(
  known: ReadonlyMap<string, Client>,
  requested: readonly unknown[] | undefined,
  row: ConnectionRow | null,
): Client[] {
  const ids = new Set(requested ?? (row ? [row.client] : known.keys()))
  const clients = [...ids].map((id) => known.get(String(id)) ?? id)
  const stranger = clients.findIndex((client) => typeof client !== 'object')
  if (stranger >= 0) {
    const all = [...known.keys()].join(', ')
    throw argumentError(place, `clients must be among ${all}. One is ${shown(clients[stranger])}`)
  }
  return clients as Client[]
}
