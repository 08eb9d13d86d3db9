// A connection as the host application sees it: its facts, and the functions that use it.

import type { ApiCalls } from './api-calls.ts'
import type { Background } from './background.ts'
import { pages } from './calls/pages.ts'
import type { ApiCaller, CallInit, Pages, PagesInit } from './core/calls.ts'
import { amount, type Checks, checkOptions, optional, signal } from './core/check.ts'
import type { Clock } from './core/clock.ts'
import type { ConnectionFacts } from './core/connection.ts'
import { unknownClient } from './core/not-found.ts'
import type { RefreshNowResult, TestResult } from './core/operator.ts'
import type { Client } from './core/provider.ts'
import { type Schedulable, type SchedulingCode, schedulingOf } from './core/scheduling/connection.ts'
import { withHidden } from './core/secret.ts'
import type { ConnectionRow } from './core/store/connections.ts'
import { rememberFailure } from './failure.ts'
import type { Revoked } from './flow/disconnect.ts'
import type { Flow } from './flow/flow.ts'
import type { Keeper } from './keeper/keeper.ts'
import type { ServedToken, TokenRequest } from './keeper/token-request.ts'
import { factsOf } from './records/connections.ts'
import type { LateScheduling } from './scheduling/late.ts'
import { createTestConnection } from './test-connection.ts'
import type { RemainingWebhook } from './webhooks/teardown.ts'
import type { WebhookService } from './webhooks/webhooks.ts'

/** What the end of a connection changed at the provider. */
export interface DisconnectResult extends Revoked {
  /** The webhook subscriptions that may still exist at the provider, and why. Their deliveries are refused. */
  readonly remainingWebhooks: readonly RemainingWebhook[]
}

export interface AccessToken {
  /** Read it by name. It is left out when the object is printed, spread or serialised. */
  readonly accessToken: string
  readonly expiresAt: Date
  /** Counts the grant's token sets. All connections that rest on the grant show the same number. */
  readonly generation: number
}

export interface TokenInit {
  /** Milliseconds for which the token must still be valid. Default 30 000. */
  readonly minimumValidityMs?: number
  readonly signal?: AbortSignal
}

export interface Connection extends ConnectionFacts, ApiCaller, Schedulable {
  /**
   * Returns an access token that is valid for `minimumValidityMs` at least. Refreshes it first if necessary.
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
   * Calls the provider's API. `path` is relative to the API's base, or an address on it. The call is sent when the
   * provider's limits allow it. It is sent a second time only if that cannot change anything twice. Resolves with the
   * provider's response, whatever its status; `failureOf` returns what a failure means. A redirect is not followed.
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
   * Returns the items of a list. Each page is requested when its first item is needed. Throws what `fetch` throws, and
   * throws what `failureOf` returns for a failed page.
   *
   * @throws {PunctualError} `invalid_argument` for a path outside the API or a `from` of another list; `not_supported` if
   *   the provider's definition has no `paging`.
   * @example
   * ```ts
   * for await (const event of connection.pages<{ uri: string }>(`/scheduled_events?user=${connection.account.id}`)) {
   *   console.log(event.uri)
   * }
   * ```
   */
  pages<Item = unknown>(path: string | URL, init?: PagesInit): Pages<Item>
  /**
   * Refreshes the grant now, by the pace and the lease that every refresh keeps. Resolves with what came of it: also when
   * nothing was sent.
   *
   * @throws {PunctualError} `connection_not_found`, `store_unavailable`, `client_misconfigured` for an unknown client.
   */
  refresh(): Promise<RefreshNowResult>
  /**
   * Tests the connection by one harmless read: whose account it is. Resolves with what came of it, an error too. It counts
   * as a call, and refreshes the grant first if the token has expired.
   */
  test(): Promise<TestResult>
  /**
   * Ends the connection. Deletes its webhook subscriptions, and revokes its grant at the provider unless another
   * connection rests on it. Returns what was revoked and what could not be revoked.
   *
   * @throws {PunctualError} `connection_not_found`, `store_unavailable`.
   * @example
   * ```ts
   * const { revoked, notRevoked, remainingWebhooks } = await connection.disconnect()
   * ```
   */
  disconnect(): Promise<DisconnectResult>
}

export interface ConnectionDependencies {
  readonly settings: { readonly clients: ReadonlyMap<string, Client>; readonly clock: Pick<Clock, 'monotonic'> }
  readonly keeper: Pick<Keeper, 'refreshNow' | 'token'>
  readonly calls: Pick<ApiCalls, 'call'>
  readonly flow: Pick<Flow, 'disconnect'>
  readonly webhooks: Pick<WebhookService, 'teardown'>
  readonly scheduling: Pick<LateScheduling, 'verbsOf'>
  /** Makes `stop` wait for a caller's work. */
  readonly follow: Background['follow']
}

const tokenChecks: Checks<TokenInit> = {
  minimumValidityMs: optional(amount(0, undefined, 'milliseconds')),
  signal: optional(signal),
}

function requestOf({ minimumValidityMs = 30_000, signal }: TokenInit): TokenRequest {
  return { minimumValidityMs, signal }
}

const usualRequest = requestOf({})

function accessTokenOf({ generation, expiresAt, open }: ServedToken): AccessToken {
  // A Date can be changed, and callers may share this object: each look at it makes one.
  const shown = {
    get expiresAt() {
      return new Date(expiresAt)
    },
    generation,
  }
  return withHidden(shown, { accessToken: open().accessToken.reveal() })
}

/** Returns a function that creates the connection of a row. */
export function createConnectionOf(dependencies: ConnectionDependencies): (row: ConnectionRow) => Connection {
  const { settings, keeper, calls, flow, webhooks, scheduling, follow } = dependencies
  const { clients, clock } = settings
  const test = createTestConnection({ clients, keeper, clock })
  /** Where a token is served again, its callers share one object. */
  const shown = new WeakMap<ServedToken, AccessToken>()

  return (row) => {
    const provider = clients.get(row.client)?.provider ?? null
    const target = { connection: row.id, grant: row.grant }
    const members: Omit<Connection, typeof schedulingOf> = {
      ...factsOf(row),
      provider: provider?.name ?? null,
      async token(init?: TokenInit) {
        if (init !== undefined) checkOptions('token', init, tokenChecks)
        const served = await keeper.token(target, init ? requestOf(init) : usualRequest)
        const known = shown.get(served)
        if (known) return known
        const token = accessTokenOf(served)
        shown.set(served, token)
        return token
      },
      fetch: async (path: string | URL, init?: CallInit) => rememberFailure(await connection.call(path, init)),
      call: (path: string | URL, init?: CallInit) => calls.call(row, connection, path, init),
      pages<Item>(path: string | URL, init?: PagesInit): Pages<Item> {
        if (!provider) throw unknownClient(row.client)
        return pages(provider, connection.call, path, init)
      },
      refresh: () => keeper.refreshNow(target),
      test: () => follow(test(row, connection.call)),
      disconnect: () => follow(end(row.id)),
    }
    const verbsOf = (code: SchedulingCode) => scheduling.verbsOf(row, connection, code)
    const connection = Object.freeze(Object.defineProperty(members, schedulingOf, { value: verbsOf }) as Connection)
    return connection
  }

  /** Deletes the subscriptions first: this works only while the tokens are valid. */
  async function end(id: string): Promise<DisconnectResult> {
    const remainingWebhooks = await webhooks.teardown(id)
    return { ...(await flow.disconnect(id)), remainingWebhooks }
  }
}
