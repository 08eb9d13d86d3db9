// Connections: attached when a person has given consent, detached by the host application, and listed page by page.

import { type Checks, checkOptions, ifGiven, oneOf, optional, owner, whole } from '../core/check.ts'
import type { Account, ConnectionFacts, ConnectionStatus } from '../core/connection.ts'
import { grantId } from '../core/grant.ts'
import { isStorable } from '../core/storable.ts'
import type { Attached, ConnectionRow, ConnectionStore } from '../core/store/connections.ts'
import type { Pace } from '../core/store/grants.ts'
import type { HistoryRow } from '../core/store/history.ts'
import type { Store } from '../core/store/store.ts'
import type { TokenAnswer } from '../core/tokens.ts'
import type { Vault } from '../vault/cipher.ts'
import { isCursor, pageOf, placeOf } from './cursor.ts'
import { serializeTokens } from './grants.ts'
import type { Schedule } from './refreshed-set.ts'
import { sharedReads } from './shared-reads.ts'

export interface AttachRequest {
  readonly attempt: string
  readonly client: string
  readonly owner: string
  readonly reconnect: string | null
  readonly account: Account
  readonly answer: TokenAnswer
  readonly scopes: readonly string[]
  readonly schedule: Schedule
  readonly keepReplaced: boolean
  readonly pace: Pace
  /** The id to use if the owner has no connection to the account yet. */
  readonly connection: string
}

export interface ListRequest<Id extends string = string> {
  /** Only the connections of that owner. `undefined` is refused. */
  readonly owner?: string
  /** A client that is no longer configured still has its connections. */
  readonly client?: Id | (string & {}) | undefined
  readonly status?: ConnectionStatus | undefined
  /** The cursor of the previous page. */
  readonly cursor?: string | null | undefined
  /** 1 to 200. Default 50. */
  readonly limit?: number | undefined
}

export interface ConnectionPage {
  readonly connections: ConnectionRow[]
  /** `null` at the end. */
  readonly cursor: string | null
}

export interface ConnectionRecords extends Pick<ConnectionStore, 'onGrant'> {
  /** Callers who ask at the same time share one read, which begins after each of them has asked. */
  get(id: string): Promise<ConnectionRow | null>
  list(request: ListRequest): Promise<ConnectionPage>
  attach(request: AttachRequest): Promise<Attached | null>
  detach(id: string): Promise<{ row: ConnectionRow; closing: boolean } | null>
  history(id: string, limit: number): Promise<HistoryRow[]>
}

const statuses: readonly ConnectionStatus[] = ['active', 'needs_reconnect', 'disconnected']
const checks: Checks<ListRequest> = {
  owner: ifGiven(owner),
  client: optional((value) => (typeof value === 'string' && isStorable(value) ? null : 'must be the id of a client')),
  status: optional(oneOf(...statuses)),
  cursor: optional(isCursor),
  limit: optional(whole(1, 200)),
}

export function createConnectionRecords(parts: {
  readonly store: Pick<Store, 'connections' | 'history'>
  readonly vault: Vault
}): ConnectionRecords {
  const { store, vault } = parts
  const get = sharedReads((id) => store.connections.get(id))
  return {
    ...store.connections,
    get: async (id) => (isId(id) ? get(id) : null),
    async list(request) {
      checkOptions('connections.list', request, checks)
      const { owner, client, status, limit = 50 } = request
      const after = placeOf(request.cursor)
      const rows = await store.connections.list({ owner, client, status, after, limit: limit + 1 })
      const { page: connections, cursor } = pageOf(rows, limit)
      return { connections, cursor }
    },
    attach(request) {
      const id = grantId(request.client, request.account.id)
      const place = { table: 'grants', row: id, column: 'tokens' }
      return store.connections.attach({
        grant: {
          id,
          client: request.client,
          account: request.account,
          scopes: request.scopes,
          tokens: vault.seal(place, serializeTokens(request.answer)),
          ...request.schedule,
          keepReplaced: request.keepReplaced,
          pace: request.pace,
        },
        connection: { id: request.connection, owner: request.owner, reconnect: request.reconnect },
        attempt: request.attempt,
        entry: { type: 'connection.attached', data: { scopes: request.scopes.join(' ') } },
      })
    },
    detach: (id) => store.connections.detach(id, { type: 'connection.disconnected', data: {} }),
    history: (id, limit) => store.history.of(id, limit),
  }
}

/** The public facts of a row. */
export function factsOf(row: ConnectionRow): ConnectionFacts {
  return {
    id: row.id,
    owner: row.owner,
    client: row.client,
    account: Object.freeze({ ...row.account }),
    scopes: Object.freeze([...row.scopes]),
    status: row.status,
    reason: row.reason,
    createdAt: new Date(row.createdAt),
    updatedAt: new Date(row.updatedAt),
  }
}

/** A browser can send any text. */
function isId(id: unknown): id is string {
  return typeof id === 'string' && /^[\w-]{1,100}$/.test(id)
}
