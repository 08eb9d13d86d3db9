// Webhooks of the providers, from subscribing to the last delivery: what the host application may ask, and what the rest
// of the product calls.

import { anything, argumentError, type Checks, checkOptions, ifGiven, owner } from '../core/check.ts'
import type { ConnectionFacts } from '../core/connection.ts'
import { each } from '../core/each.ts'
import { PunctualError } from '../core/errors.ts'
import type { WebhookName } from '../core/events.ts'
import type { Client } from '../core/provider.ts'
import type { ConnectionRow } from '../core/store/connections.ts'
import type { Subscriber, WebhookParts } from './parts.ts'
import { receive } from './receive.ts'
import { createReconciler } from './reconcile.ts'
import {
  list,
  rotateSecret,
  type SubscribeInit,
  subscribe,
  unsubscribe,
  type WebhookSubscription,
} from './subscribe.ts'
import { type RemainingWebhook, teardown } from './teardown.ts'

type Named = string | Pick<ConnectionFacts, 'id'>

/**
 * Subscriptions of connections at their providers. A connection is given itself or by its id; with `owner`, another owner's
 * is not found.
 */
export interface Webhooks<Clients extends Client = Client> {
  /**
   * Subscribes the connection to exactly these events, in the provider's words: there is one subscription for each scope.
   * The same events again change nothing.
   *
   * @throws {PunctualError} `insufficient_scope` (`scopes` names them), `provider_refused`, `client_misconfigured`,
   *   `needs_reconnect`, `connection_not_found`. Nothing has changed then. While the provider is away it resolves, with the
   *   state `creating`.
   * @example
   * ```ts
   * await punctual.webhooks.subscribe(connection, ['invitee.created', 'invitee.canceled'])
   * ```
   */
  subscribe(
    connection: Named,
    events: readonly WebhookName<Clients>[],
    init?: SubscribeInit,
  ): Promise<WebhookSubscription>
  /** The connection's subscriptions, oldest first. Asks nobody. */
  list(connection: Named, options?: { owner?: string }): Promise<WebhookSubscription[]>
  /** Takes the connection's subscriptions away, those of one scope or all; one that is still `removing` goes later. */
  unsubscribe(connection: Named, init?: SubscribeInit): Promise<WebhookSubscription[]>
  /**
   * Where each subscription has a secret of its own: replaces it.
   *
   * @throws {PunctualError} `not_supported` where a key of the app signs, `needs_reconnect`, `connection_not_found`.
   */
  rotateSecret(connection: Named, init?: SubscribeInit): Promise<WebhookSubscription>
}

export interface WebhookRoom {
  readonly face: Webhooks
  /** Answers what comes to `{baseUrl}/webhooks/{client}/{id}`. */
  receive(client: string, id: string, request: Request): Promise<Response>
  /** Takes away what a connection that is about to end has at its provider. Answers what may still be there. */
  leave(connection: string): Promise<readonly RemainingWebhook[]>
  /** Has the subscriptions of all that rests on a grant looked at in the next round: its tokens work again. */
  hasten(grant: string): Promise<void>
  /** Looks at those that are due, between `start` and `stop`. */
  tend(): Promise<void>
  start(): void
  stop(): void
}

const listChecks: Checks<{ owner?: string }> = { owner: ifGiven(owner) }
// The scope is checked once the provider is known.
const subscribeChecks: Checks<SubscribeInit> = { scope: anything, owner: ifGiven(owner) }

export function createWebhooks(parts: WebhookParts): WebhookRoom {
  const tending = createReconciler(parts)

  async function existing(name: string, connection: Named, of: { readonly owner?: string }): Promise<ConnectionRow> {
    const place = `webhooks.${name}`
    if (name === 'list') checkOptions(place, of, listChecks)
    else checkOptions(place, of, subscribeChecks)
    const given: unknown = typeof connection === 'object' ? connection?.id : connection
    if (typeof given !== 'string' || given === '')
      throw argumentError(place, 'the first argument must be a connection, or the id of one')
    const row = await parts.connections.get(given)
    if (row && row.status !== 'disconnected' && row.owner === (of.owner ?? row.owner)) return row
    throw new PunctualError('connection_not_found', 'The connection is not there, or has been disconnected.')
  }

  function subscriber(connection: ConnectionRow): Subscriber | null {
    const client = parts.clients.get(connection.client)
    const webhooks = client?.provider.webhooks
    return client && webhooks ? { connection, client, webhooks } : null
  }

  async function whoIs(name: string, connection: Named, init: SubscribeInit): Promise<Subscriber> {
    const row = await existing(name, connection, init)
    const who = subscriber(row)
    if (who) return who
    const client = parts.clients.get(row.client)
    if (client)
      throw new PunctualError(
        'not_supported',
        `webhooks.${name}: the definition of ${client.provider.title} has no "webhooks". Give them to defineProvider.`,
        { reason: 'provider' },
      )
    const message = `The client "${row.client}" is not among "clients".`
    throw new PunctualError('client_misconfigured', message, { reason: 'unknown_client' })
  }

  async function asActive(name: string, connection: Named, init: SubscribeInit): Promise<Subscriber> {
    const who = await whoIs(name, connection, init)
    const { status, reason } = who.connection
    if (status === 'active') return who
    const message = 'The account has to be connected again before it can subscribe.'
    throw new PunctualError('needs_reconnect', message, { reason: reason ?? undefined })
  }

  return {
    face: Object.freeze({
      list: async (connection: Named, of: { owner?: string } = {}) =>
        list(parts, (await existing('list', connection, of)).id),
      subscribe: (connection: Named, events: readonly string[], init: SubscribeInit = {}) =>
        parts.follow(asActive('subscribe', connection, init).then((who) => subscribe(parts, who, events, init))),
      unsubscribe: (connection: Named, init: SubscribeInit = {}) =>
        parts.follow(whoIs('unsubscribe', connection, init).then((who) => unsubscribe(parts, who, init))),
      rotateSecret: (connection: Named, init: SubscribeInit = {}) =>
        parts.follow(asActive('rotateSecret', connection, init).then((who) => rotateSecret(parts, who, init))),
    }),
    receive: (client, id, request) => receive(parts, client, id, request),
    async leave(connection) {
      const row = await parts.connections.get(connection)
      return row && row.status !== 'disconnected' ? teardown(parts, row.id, subscriber(row)) : []
    },
    async hasten(grant) {
      await each(await parts.connections.onGrant(grant), ({ id }) => parts.subscriptions.hasten(id))
    },
    tend: tending.tend,
    start: tending.start,
    stop: tending.stop,
  }
}
