// Connections: an owner's link to an account, resting on a grant.

import type { Account, ConnectionStatus } from '../connection.ts'
import type { GrantEnd } from '../grant.ts'
import type { GrantRow, Pace } from './grants.ts'
import type { HistoryEntry } from './history.ts'

/** A connection with the facts of the grant that it rests on. */
export interface ConnectionRow {
  readonly id: string
  readonly owner: string
  readonly client: string
  readonly grant: string
  readonly account: Account
  readonly scopes: readonly string[]
  readonly status: ConnectionStatus
  readonly reason: GrantEnd | null
  readonly createdAt: number
  readonly updatedAt: number
}

/** What serving a connection's token needs of its grant: no more than that, since every call of the API reads it. */
export interface TokenRow
  extends Pick<
    GrantRow,
    | 'scopes'
    | 'tokens'
    | 'generation'
    | 'expiresAt'
    | 'lifetimeMs'
    | 'refreshAt'
    | 'retryAt'
    | 'status'
    | 'reason'
    | 'usedAt'
    | 'readAt'
  > {
  readonly grant: string
  readonly isDisconnected: boolean
}

export interface ConnectionFilter {
  readonly owner?: string | undefined
  readonly client?: string | undefined
  /** Without it, all but the disconnected. */
  readonly status?: ConnectionStatus | undefined
  /** Rows after this position, in the order of creation. */
  readonly after?: { readonly createdAt: number; readonly id: string } | undefined
  readonly limit: number
}

export interface ConnectionSearchFilter {
  /** Finds the connections one of whose terms begins so: a `searchTerm`. */
  readonly term: string
  readonly client?: string | undefined
  /** Without it, all. */
  readonly status?: ConnectionStatus | undefined
  /** How many finds are looked at, and how many of them are returned at most. */
  readonly most: number
}

export interface Attachment {
  readonly grant: {
    readonly id: string
    readonly client: string
    readonly account: Account
    readonly scopes: readonly string[]
    readonly tokens: string
    readonly expiresInMs: number
    readonly refreshInMs: number | null
    readonly dueInMs: number | null
    /** Whether the set of a live grant, or of one that closes and was not over, is kept as the first fallback set of this one. */
    readonly keepReplaced: boolean
    readonly pace: Pace
    /**
     * The newest generation of the grant that is known outside the store, if any: the new set's generation is a later one.
     * A row of an earlier generation is older than the store was, so that its set is not kept.
     */
    readonly above?: number
  }
  /** `id` is used if the owner has no connection to this account; `reconnect` moves that connection to this grant. */
  readonly connection: { readonly id: string; readonly owner: string; readonly reconnect: string | null }
  /** The attempt to finish with this connection, if it is still `exchanged`. */
  readonly attempt: string
  readonly entry: HistoryEntry
}

export interface Attached {
  readonly connection: ConnectionRow
  readonly created: boolean
  /** Whether the grant was over: the other connections that rest on it recover with this one. */
  readonly revived: boolean
  readonly generation: number
  /** The sealed set that was replaced and belonged to the same grant. */
  readonly replaced: string | null
  /** The grant that the connection rested on before, if that is another. */
  readonly left: string | null
  /** That grant, if no connection rests on it now: it is closing. */
  readonly vacated: string | null
}

export interface ConnectionStore {
  get(id: string): Promise<ConnectionRow | null>
  /** The connection's grant, as serving a token needs it: one statement. */
  tokenOf(id: string): Promise<TokenRow | null>
  /** In the order of creation. */
  list(filter: ConnectionFilter): Promise<ConnectionRow[]>
  /** In the order of creation. `isCut`: there are more finds than were looked at. */
  search(filter: ConnectionSearchFilter): Promise<{ rows: ConnectionRow[]; isCut: boolean }>
  /** Those of these ids that exist, in the order of creation. */
  some(ids: readonly string[]): Promise<ConnectionRow[]>
  /** Connections (not the disconnected) that rest on a grant. */
  onGrant(grant: string): Promise<ConnectionRow[]>
  /**
   * Stores the grant's new set (generation + 1 for a known grant), links the connection, finishes the attempt: all or
   * nothing. A running lease continues, because the replaced set may be on its way to the provider. `null`: the attempt
   * was no longer `exchanged`.
   */
  attach(attachment: Attachment): Promise<Attached | null>
  /**
   * Disconnects; a grant on which no connection rests then begins to close. `null`: it does not exist or is
   * disconnected already.
   */
  detach(id: string, entry: HistoryEntry): Promise<{ row: ConnectionRow; closing: boolean } | null>
  /**
   * Connects a disconnected connection to its account again, which the store knew before it went back. A grant that closes
   * or is closed is over then, until it is healed. `false`: it does not exist, is not disconnected, was merged or erased.
   */
  resume(id: string, entry: HistoryEntry): Promise<boolean>
}
