// What subscribing and receiving share.

import type { ApiCaller } from '../core/calls.ts'
import type { Clock, Random } from '../core/clock.ts'
import type { WebhookFailure, WebhookRefusal, WebhookRenewalReason } from '../core/events.ts'
import type { Client } from '../core/provider.ts'
import type { ConnectionRow } from '../core/store/connections.ts'
import type { ProviderWebhooks } from '../core/webhooks.ts'
import type { Connections } from '../records/connections.ts'
import type { Deliveries } from '../records/deliveries.ts'
import type { Subscription, Subscriptions } from '../records/subscriptions.ts'

export interface WebhookParts {
  readonly subscriptions: Subscriptions
  readonly deliveries: Deliveries
  readonly connections: Pick<Connections, 'get' | 'onGrant'>
  readonly clients: ReadonlyMap<string, Client>
  readonly clock: Clock
  readonly random: Random
  /** Where this Punctual is reached; no slash at the end. */
  readonly baseUrl: string
  /** The means to call the provider in a connection's name. */
  readonly callsOf: (connection: ConnectionRow) => Pick<ApiCaller, 'fetch'>
  /** Called when a delivery has been taken in. */
  readonly accepted: () => void
  readonly report: WebhookReport
  /** Keeps a caller's work in sight of `stop`. */
  readonly follow: <Result>(work: Promise<Result>) => Promise<Result>
}

/** What webhooks tell whoever reports events. */
export interface WebhookReport {
  received(connection: ConnectionRow, name: string): void
  /** `connection`: whose address it came to. */
  refused(client: string, connection: string | null, reason: WebhookRefusal): void
  /** The body had been read before it came here. */
  unread(client: string): void
  renewed(connection: ConnectionRow, subscription: string, reason: WebhookRenewalReason): void
  failing(connection: ConnectionRow, subscription: string, reason: WebhookFailure): void
  fault(error: unknown): void
  /** A record was set aside. */
  aside(error: unknown): void
}

/** A connection with all that is needed to subscribe in its name. */
export interface Subscriber {
  readonly connection: ConnectionRow
  readonly client: Client
  readonly webhooks: ProviderWebhooks
}

/** Where the deliveries of a subscription go: an address that cannot be guessed. */
export function addressOf(
  { baseUrl }: Pick<WebhookParts, 'baseUrl'>,
  { client, id }: Pick<Subscription, 'client' | 'id'>,
): string {
  return `${baseUrl}/webhooks/${client}/${id}`
}
