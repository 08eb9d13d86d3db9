// A connection as the host application holds it: its facts, and the functions that use it.

import type { ApiCalls } from './api-calls.ts'
import type { Background } from './background.ts'
import { pages } from './calls/pages.ts'
import { assertSignal } from './calls/request.ts'
import type { ApiCaller, CallInit, Pages, PagesInit } from './core/calls.ts'
import { assertOptions } from './core/check.ts'
import type { Clock } from './core/clock.ts'
import type { ConnectionFacts } from './core/connection.ts'
import { invalidArgument } from './core/errors.ts'
import { unknownClient } from './core/not-found.ts'
import type { Client } from './core/provider.ts'
import { withHidden } from './core/secret.ts'
import type { ConnectionRow } from './core/store/connections.ts'
import { rememberFailure } from './failure.ts'
import type { Revoked } from './flow/disconnect.ts'
import type { Flow } from './flow/flow.ts'
import type { Keeper } from './keeper/keeper.ts'
import { factsOf } from './records/connections.ts'
import type { RemainingWebhook } from './webhooks/teardown.ts'
import type { WebhookService } from './webhooks/webhooks.ts'

/** What the end of a connection changed at the provider. */
export interface DisconnectResult extends Revoked {
  /** The webhook subscriptions that may still exist there, and why. What they still send is refused. */
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
   * Returns a token that lives, refreshed if need be.
   *
   * @throws {PunctualError} `needs_reconnect`, `provider_unavailable`, `client_misconfigured`, `connection_not_found`.
   */
  token(init?: TokenInit): Promise<AccessToken>
  /**
   * Calls the provider's API: a path relative to its base, or an address on it. The call leaves when the provider's limits
   * allow it, and is never sent twice unless a second send cannot change anything twice. Resolves with the provider's
   * answer, whatever its status; `failureOf` returns what a failure means. A redirect is not followed.
   *
   * @throws {PunctualError} `needs_reconnect`, `insufficient_scope`, `rate_limited`, `provider_unavailable`,
   *   `client_misconfigured`, `connection_not_found`.
   */
  fetch(path: string | URL, init?: CallInit): Promise<Response>
  /**
   * Returns the items of a list. Each page is requested when its first item is needed. Throws what `fetch` throws, and a
   * refusal too.
   *
   * @throws {PunctualError} `invalid_argument` for an address of another origin, or a `from` of another list.
   */
  pages<Item = unknown>(path: string | URL, init?: PagesInit): Pages<Item>
  /**
   * Ends the connection: deletes its webhook subscriptions, revokes the grant at the provider if no other connection rests on
   * it, and returns what could not be done.
   */
  disconnect(): Promise<DisconnectResult>
}

export interface ConnectionDependencies {
  readonly settings: { readonly clients: ReadonlyMap<string, Client>; readonly clock: Clock }
  readonly keeper: Pick<Keeper, 'token'>
  readonly calls: Pick<ApiCalls, 'assertConnected' | 'call'>
  readonly flow: Pick<Flow, 'disconnect'>
  readonly webhooks: Pick<WebhookService, 'teardown'>
  /** Keeps a caller's work in sight of `stop`. */
  readonly follow: Background['follow']
}

/** Returns a function that makes the connection of a row. */
export function createConnectionOf(dependencies: ConnectionDependencies): (row: ConnectionRow) => Connection {
  const { settings, keeper, calls, flow, webhooks, follow } = dependencies
  const { clients, clock } = settings

  return (row) => {
    const provider = clients.get(row.client)?.provider ?? null
    const connection: Connection = Object.freeze({
      ...factsOf(row),
      provider: provider?.name ?? null,
      async token(init: TokenInit = {}) {
        const { minimumValidityMs, signal } = parseTokenInit(init)
        await calls.assertConnected(row)
        const grant = await keeper.token(row.grant, { minimumValidityMs, signal })
        const { accessToken } = grant.open()
        const shown = { expiresAt: new Date(clock.now() + grant.remaining), generation: grant.generation }
        return withHidden(shown, { accessToken: accessToken.reveal() })
      },
      fetch: async (path: string | URL, init?: CallInit) => rememberFailure(await connection.call(path, init)),
      call: (path: string | URL, init?: CallInit) => calls.call(row, connection, path, init),
      pages<Item>(path: string | URL, init?: PagesInit): Pages<Item> {
        if (!provider) throw unknownClient(row.client)
        return pages(provider, connection.call, path, init)
      },
      disconnect: () => follow(end(row.id)),
    })
    return connection
  }

  /** The subscriptions go first: they can be deleted only while the tokens live. */
  async function end(id: string): Promise<DisconnectResult> {
    const remainingWebhooks = await webhooks.teardown(id)
    return { ...(await flow.disconnect(id)), remainingWebhooks }
  }
}

function parseTokenInit(init: TokenInit): { minimumValidityMs: number; signal: AbortSignal | undefined } {
  assertOptions('token', init, ['minimumValidityMs', 'signal'])
  const { minimumValidityMs = 30_000, signal } = init
  assertSignal('token', signal)
  if (typeof minimumValidityMs !== 'number' || !(minimumValidityMs >= 0))
    throw invalidArgument('token: "minimumValidityMs" must be a number of milliseconds, 0 or more.')
  return { minimumValidityMs, signal }
}
