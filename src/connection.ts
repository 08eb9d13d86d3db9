// A connection as a host application holds it: its facts, and the means to use it.

import { type CallParts, call, unknownClient } from './calls/call.ts'
import { pages } from './calls/pages.ts'
import type { ApiCaller, CallInit, Pages, PagesInit } from './core/calls.ts'
import { amount, type Checks, checkOptions, optional, signal } from './core/check.ts'
import type { ConnectionFacts } from './core/connection.ts'
import { PunctualError } from './core/errors.ts'
import { withHidden } from './core/secret.ts'
import type { ConnectionRow } from './core/store/connections.ts'
import { disconnect, type Revoked } from './flow/disconnect.ts'
import type { FlowParts } from './flow/parts.ts'
import type { Keeper } from './keeper/keeper.ts'
import { type Connections, factsOf } from './records/connections.ts'
import type { RemainingWebhook } from './webhooks/teardown.ts'
import type { WebhookRoom } from './webhooks/webhooks.ts'

/** What came of the connection's end at the provider. */
export interface DisconnectResult extends Revoked {
  /** The webhook subscriptions that may still stand there, and why. What they still send is refused. */
  readonly remainingWebhooks: readonly RemainingWebhook[]
}

export interface AccessToken {
  /** Reads as a string by name; left out when the object is printed, spread or serialised. */
  readonly accessToken: string
  readonly expiresAt: Date
  /** Counts the grant's token sets: the same through all connections that rest on it. */
  readonly generation: number
}

export interface TokenInit {
  /** Milliseconds that the token must still live. Default 30 000. */
  readonly minimumValidityMs?: number
  readonly signal?: AbortSignal
}

export interface Connection extends ConnectionFacts, ApiCaller {
  /**
   * Returns an access token that lives for `minimumValidityMs` at least, refreshed where it has to be.
   *
   * @throws {PunctualError} `needs_reconnect`, `provider_unavailable`, `client_misconfigured`, `connection_not_found`,
   *   `store_unavailable`, `value_unreadable`, `invalid_argument`.
   * @example
   * ```ts
   * const { accessToken, expiresAt } = await connection.token({ minimumValidityMs: 60_000 })
   * ```
   */
  token(init?: TokenInit): Promise<AccessToken>
  /**
   * Calls the provider's API: a path relative to its base, or an address on it. It goes when the provider's limits have
   * room for it, and is never sent twice unless that can do nothing twice. Resolves with the provider's answer, whatever
   * its status; `failureOf` says what one means that says no. A redirect is not followed.
   *
   * @throws {PunctualError} `needs_reconnect`, `insufficient_scope`, `rate_limited`, `provider_unavailable`,
   *   `client_misconfigured`, `connection_not_found`, `store_unavailable`, `invalid_argument`.
   * @example
   * ```ts
   * const response = await connection.fetch('/users/me', { deadlineMs: 5000 })
   * const failure = failureOf(response)
   * if (failure) throw failure
   * ```
   */
  fetch(path: string | URL, init?: CallInit): Promise<Response>
  /**
   * The items of a list, page after page, asked for as they are taken. Throws what `fetch` does, and a refusal too.
   *
   * @throws {PunctualError} `invalid_argument` for a path elsewhere or a `from` of another list; `not_supported` where the
   *   provider's definition has no `paging`.
   * @example
   * ```ts
   * for await (const event of connection.pages<{ uri: string }>(`/scheduled_events?user=${connection.account.id}`)) {
   *   console.log(event.uri)
   * }
   * ```
   */
  pages<Item = unknown>(path: string | URL, init?: PagesInit): Pages<Item>
  /**
   * Ends the connection: deletes its webhook subscriptions and revokes at the provider what no other connection rests on.
   * Returns what was revoked, and what could not be.
   *
   * @throws {PunctualError} `connection_not_found`, `store_unavailable`.
   * @example
   * ```ts
   * const { revoked, notRevoked, remainingWebhooks } = await connection.disconnect()
   * ```
   */
  disconnect(): Promise<DisconnectResult>
}

export interface ConnectionParts {
  readonly keeper: Keeper
  readonly connections: Connections
  readonly calls: CallParts
  readonly flow: FlowParts
  readonly webhooks: Pick<WebhookRoom, 'leave'>
  /** Keeps a caller's work in sight of `stop`. */
  readonly follow: <Result>(work: Promise<Result>) => Promise<Result>
}

const tokenChecks: Checks<TokenInit> = {
  minimumValidityMs: optional(amount(0, undefined, 'milliseconds')),
  signal: optional(signal),
}

export function createConnection(parts: ConnectionParts, row: ConnectionRow): Connection {
  const provider = parts.calls.clients.get(row.client)?.provider ?? null
  const connection: Connection = Object.freeze({
    ...factsOf(row),
    provider: provider?.name ?? null,
    async token(init: TokenInit = {}) {
      checkOptions('token', init, tokenChecks)
      const { minimumValidityMs = 30_000, signal } = init
      await assertConnected(parts, row)
      const grant = await parts.keeper.token(row.grant, { minimumValidityMs, signal })
      const expiresAt = new Date(parts.flow.clock.now() + grant.remaining)
      return withHidden({ expiresAt, generation: grant.generation }, { accessToken: grant.open().accessToken.reveal() })
    },
    fetch: (path: string | URL, init?: CallInit) => parts.follow(made(path, init)),
    pages<Item>(path: string | URL, init?: PagesInit): Pages<Item> {
      if (!provider) throw unknownClient(row.client)
      return pages(provider, connection.fetch, path, init)
    },
    disconnect: () => parts.follow(end(parts, row.id)),
  })
  return connection

  async function made(path: string | URL, init?: CallInit): Promise<Response> {
    await assertConnected(parts, row)
    return call(parts.calls, { grant: row.grant, client: row.client, caller: connection }, path, init)
  }
}

/** The subscriptions go first: only while the tokens live can they be taken away. */
async function end({ webhooks, flow }: ConnectionParts, id: string): Promise<DisconnectResult> {
  const webhooksLeft = await webhooks.leave(id)
  return { ...(await disconnect(flow, id)), remainingWebhooks: webhooksLeft }
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
