// The providers' webhooks, from subscribing to the last delivery: what the host application may ask, and what other
// parts of Punctual call.

import type { ApiCaller } from '../core/calls.ts'
import type { Clock, Random } from '../core/clock.ts'
import { each } from '../core/each.ts'
import type { WebhookName } from '../core/events.ts'
import type { Measure } from '../core/measure.ts'
import type { Client } from '../core/provider.ts'
import type { BookingEventType } from '../core/scheduling/provider.ts'
import type { ConnectionRow } from '../core/store/connections.ts'
import type { BookingLinkRecords } from '../records/booking-links.ts'
import type { ConnectionRecords } from '../records/connections.ts'
import type { OutboxRecords } from '../records/outbox.ts'
import type { SubscriptionRecords } from '../records/subscriptions.ts'
import { createProviderApi } from './api.ts'
import { type BookingEventOfInit, createBookingEventOf } from './booking-change.ts'
import { createCheck } from './check.ts'
import { createEnqueue } from './enqueue.ts'
import { createEnsure } from './ensure.ts'
import { createLifecycle } from './lifecycle.ts'
import { measuredReceive } from './measured-receive.ts'
import { createReceive } from './receive.ts'
import { createReconcile } from './reconcile.ts'
import { createReconciler } from './reconciler.ts'
import { createReplace } from './replace.ts'
import type { WebhookReport } from './report.ts'
import { createSubscribeCommands, type WebhookSelection, type WebhookSubscription } from './subscribe.ts'
import { type ConnectionOrId, createSubscriberLookup, type SubscribeInit } from './subscriber.ts'
import { createTeardown, type RemainingWebhook } from './teardown.ts'

/**
 * Subscriptions of connections at their providers. A connection is given as an object or by its id. With `owner`, a
 * connection of another owner is not found.
 */
export interface Webhooks<Clients extends Client = Client> {
  /**
   * Subscribes the connection to exactly these events: there is one subscription for each scope. The same events again
   * change nothing. Give the provider's words for them, or `{ bookings: true }` for all events about bookings.
   *
   * @throws {PunctualError} `insufficient_scope` (`scopes` names them), `provider_refused`, `client_misconfigured`,
   *   `needs_reconnect`, `connection_not_found`. Nothing has changed then. While the provider is away it resolves, with the
   *   state `creating`.
   * @example
   * ```ts
   * await punctual.webhooks.subscribe(connection, { bookings: true })
   * ```
   */
  subscribe(
    connection: ConnectionOrId,
    events: readonly WebhookName<Clients>[] | WebhookSelection<WebhookName<Clients>>,
    init?: SubscribeInit,
  ): Promise<WebhookSubscription>
  /** The connection's subscriptions, oldest first. Does not call the provider. */
  list(connection: ConnectionOrId, options?: { owner?: string }): Promise<WebhookSubscription[]>
  /** Removes the connection's subscriptions, of one scope or all. One that is still `removing` is removed later. */
  unsubscribe(connection: ConnectionOrId, init?: SubscribeInit): Promise<WebhookSubscription[]>
  /**
   * Replaces the secret of a subscription, where each has its own.
   *
   * @throws {PunctualError} `not_supported` where a key of the app signs, `needs_reconnect`, `connection_not_found`.
   */
  rotateSecret(connection: ConnectionOrId, init?: SubscribeInit): Promise<WebhookSubscription>
}

export interface WebhookService {
  readonly webhooks: Webhooks
  /** Responds to requests to `{baseUrl}/webhooks/{client}/{id}`. */
  receive(client: string, subscription: string, request: Request): Promise<Response>
  /** Removes what a connection that is about to end has at its provider. Returns what may still be there. */
  teardown(connection: string): Promise<readonly RemainingWebhook[]>
  /** Has all subscriptions that depend on a grant checked in the next round: its tokens work again. */
  checkSoon(grant: string): Promise<void>
  /** Checks the subscriptions that are due, between `start` and `stop`. */
  reconcile(): Promise<void>
  start(): void
  stop(): void
}

export interface WebhooksInit {
  readonly subscriptions: SubscriptionRecords
  readonly outbox: Pick<OutboxRecords, 'accept' | 'hasAccepted'>
  readonly connections: Pick<ConnectionRecords, 'get' | 'onGrant'>
  readonly bookingLinks: Pick<BookingLinkRecords, 'wayBack' | 'put'>
  readonly linkToldRebooking: BookingEventOfInit['linkToldRebooking']
  readonly clients: ReadonlyMap<string, Client>
  readonly clock: Clock
  readonly random: Random
  /** Where this Punctual is reached; no slash at the end. */
  readonly baseUrl: string
  /** Returns the means to call the provider's API with the token of a connection. */
  readonly callerOf: (connection: ConnectionRow) => Pick<ApiCaller, 'call'>
  /** Whether the host application takes booking events of that type. */
  readonly isWanted: (type: BookingEventType) => boolean
  /** Called when an event has been written to the outbox. */
  readonly enqueued: () => void
  readonly report: WebhookReport
  readonly measure: Measure
  /** Lets `stop` wait for a caller's work. */
  readonly follow: <Result>(work: Promise<Result>) => Promise<Result>
}

export function createWebhooks(init: WebhooksInit): WebhookService {
  const { subscriptions, outbox, connections, clients, clock, random, baseUrl, enqueued, report, measure, follow } =
    init
  const providerApi = createProviderApi(init.callerOf)
  const lookup = createSubscriberLookup(connections, clients)
  const lifecycle = createLifecycle({ subscriptions, random, baseUrl })
  const ensure = createEnsure(subscriptions, lifecycle, providerApi)
  const commands = createSubscribeCommands({ subscriptions, lifecycle, ensure, providerApi })
  const teardown = createTeardown({ subscriptions, lifecycle, providerApi, clock, report })
  const replace = createReplace(subscriptions, lifecycle, report)
  const reconcile = createReconcile({ subscriptions, lifecycle, replace, random, baseUrl })
  const check = createCheck({ subscriptions, connections, clients, lifecycle, reconcile, providerApi, random, report })
  const reconciler = createReconciler({ subscriptions, clock, random, check, report })
  const bookingEventOf = createBookingEventOf({ ...init, report })
  const enqueue = createEnqueue(outbox, bookingEventOf, clients, clock)
  const unmeasured = createReceive({ subscriptions, connections, clients, enqueue, clock, enqueued, report })
  const receive = measuredReceive(unmeasured, measure, clients, clock)

  return {
    webhooks: Object.freeze({
      async list(connection: ConnectionOrId, options: { owner?: string } = {}) {
        return commands.list((await lookup.connection('list', connection, options)).id)
      },
      subscribe: (connection: ConnectionOrId, events: readonly string[] | WebhookSelection, init: SubscribeInit = {}) =>
        follow(
          lookup
            .activeSubscriber('subscribe', connection, init)
            .then((subscriber) => commands.subscribe(subscriber, events, init)),
        ),
      unsubscribe: (connection: ConnectionOrId, init: SubscribeInit = {}) =>
        follow(
          lookup
            .subscriber('unsubscribe', connection, init)
            .then((subscriber) => commands.unsubscribe(subscriber, init)),
        ),
      rotateSecret: (connection: ConnectionOrId, init: SubscribeInit = {}) =>
        follow(
          lookup
            .activeSubscriber('rotateSecret', connection, init)
            .then((subscriber) => commands.rotateSecret(subscriber, init)),
        ),
    }),
    receive: async (...delivery) => (await receive(...delivery)).response,
    async teardown(connection) {
      const row = await connections.get(connection)
      return row && row.status !== 'disconnected' ? teardown(row.id, lookup.subscriberOf(row)) : []
    },
    async checkSoon(grant) {
      await each(await connections.onGrant(grant), ({ id }) => subscriptions.hasten(id))
    },
    ...reconciler,
  }
}
