// A connection as a host application holds it: its facts, and the means to use it.

import { type CallInit, type CallParts, call } from './client/fetch.ts'
import { type Connections, factsOf } from './connections/connections.ts'
import type { ConnectionFacts } from './core/connection.ts'
import { invalidOption, PunctualError } from './core/errors.ts'
import { withHidden } from './core/secret.ts'
import type { ConnectionRow } from './core/store.ts'
import { type Disconnected, disconnect } from './flow/disconnect.ts'
import type { FlowParts } from './flow/parts.ts'
import type { Keeper } from './keeper/keeper.ts'

export type { Disconnected } from './flow/disconnect.ts'

export interface AccessToken {
  /** Reads as a string by name; left out when the object is printed, spread or serialised. */
  readonly accessToken: string
  readonly expiresAt: Date
  /** Counts the grant's token sets: the same through all connections that rest on it. */
  readonly generation: number
}

export interface TokenInit {
  /** Seconds that the token must still live. Default 30. */
  readonly minimumValidity?: number
  readonly signal?: AbortSignal
}

export interface Connection extends ConnectionFacts {
  /**
   * A token that lives, renewed if need be.
   *
   * @throws {PunctualError} `needs_reconnect`, `provider_unavailable`, `client_misconfigured`, `connection_not_found`.
   */
  token(init?: TokenInit): Promise<AccessToken>
  /**
   * Calls the provider's API: a path relative to its base, or an address on it. Resolves with the provider's answer,
   * whatever its status; a redirect is not followed.
   *
   * @throws {PunctualError} `needs_reconnect`, `insufficient_scope`, `provider_unavailable`, `client_misconfigured`.
   */
  fetch(path: string | URL, init?: CallInit): Promise<Response>
  /** Ends the connection; revokes at the provider what nothing else rests on, and answers what could not be. */
  disconnect(): Promise<Disconnected>
}

export interface ConnectionParts {
  readonly keeper: Keeper
  readonly connections: Connections
  readonly calls: CallParts
  readonly flow: FlowParts
}

export function createConnection(parts: ConnectionParts, row: ConnectionRow): Connection {
  return Object.freeze({
    ...factsOf(row),
    async token({ minimumValidity = 30, signal }: TokenInit = {}) {
      if (!(minimumValidity >= 0))
        throw invalidOption('token: "minimumValidity" must be a number of seconds, 0 or more.')
      await assertConnected(parts, row)
      const grant = await parts.keeper.token(row.grant, { minimumValidity: minimumValidity * 1000, signal })
      const expiresAt = new Date(parts.flow.clock.now() + grant.remaining)
      return withHidden({ expiresAt, generation: grant.generation }, { accessToken: grant.open().accessToken.reveal() })
    },
    async fetch(path: string | URL, init?: CallInit) {
      await assertConnected(parts, row)
      return call(parts.calls, row.grant, row.client, path, init)
    },
    disconnect: () => parts.keeper.follow(disconnect(parts.flow, row.id)),
  })
}

/** A connection that was disconnected is gone, even while its grant lives on for another. */
async function assertConnected({ connections, keeper }: ConnectionParts, row: ConnectionRow): Promise<void> {
  const seen = await connections.get(row.id).catch((error: unknown) => {
    // While the store is away, what the journal holds can still be served.
    if (keeper.holds(row.grant)) return row
    throw error
  })
  if (seen && seen.status !== 'disconnected' && seen.grant === row.grant) return
  throw new PunctualError('connection_not_found', 'The connection is not there, or has been disconnected.')
}
