// Finds the connection that a caller names, and what is needed to subscribe for it.

import { anything, argumentError, type Checks, checkOptions, ifGiven, owner } from '../core/check.ts'
import type { ConnectionFacts } from '../core/connection.ts'
import { PunctualError } from '../core/errors.ts'
import type { Client } from '../core/provider.ts'
import type { ConnectionRow } from '../core/store/connections.ts'
import type { ProviderWebhooks } from '../core/webhooks.ts'
import type { ConnectionRecords } from '../records/connections.ts'

/** A connection with all that is needed to subscribe for it. */
export interface Subscriber {
  readonly connection: ConnectionRow
  readonly client: Client
  readonly webhooks: ProviderWebhooks
}

export interface SubscribeInit {
  /** The owner of the connection, for ids that come from a browser. When given, it must not be empty or `undefined`. */
  readonly owner?: string
  /** Whose events, in the provider's word. Default: the connected user's own. */
  readonly scope?: string | undefined
}

export type ConnectionOrId = string | Pick<ConnectionFacts, 'id'>

/** Each method takes the name of the public method that was called, for its error messages. */
export interface SubscriberLookup {
  /** @throws {PunctualError} `connection_not_found` */
  connection(method: string, given: ConnectionOrId, init: { readonly owner?: string }): Promise<ConnectionRow>
  /**
   * @throws {PunctualError} `client_misconfigured` when the client is not configured any more; `not_supported` when its
   *   provider has no webhooks.
   */
  subscriber(method: string, given: ConnectionOrId, init: { readonly owner?: string }): Promise<Subscriber>
  /** @throws {PunctualError} `needs_reconnect` */
  activeSubscriber(method: string, given: ConnectionOrId, init: { readonly owner?: string }): Promise<Subscriber>
  /** Returns `null` where the client is not configured, or its provider has no webhooks. */
  subscriberOf(connection: ConnectionRow): Subscriber | null
}

const listChecks: Checks<{ owner?: string }> = { owner: ifGiven(owner) }
// The scope is checked once the provider is known.
const subscribeChecks: Checks<SubscribeInit> = { scope: anything, owner: ifGiven(owner) }

export function createSubscriberLookup(
  connections: Pick<ConnectionRecords, 'get'>,
  clients: ReadonlyMap<string, Client>,
): SubscriberLookup {
  const lookup: SubscriberLookup = {
    async connection(method, given, init) {
      const place = `webhooks.${method}`
      if (method === 'list') checkOptions(place, init, listChecks)
      else checkOptions(place, init, subscribeChecks)
      const id: unknown = typeof given === 'object' ? given?.id : given
      if (typeof id !== 'string' || id === '')
        throw argumentError(place, 'the first argument must be a connection, or the id of one')
      const row = await connections.get(id)
      if (row && row.status !== 'disconnected' && row.owner === (init.owner ?? row.owner)) return row
      throw new PunctualError(
        'connection_not_found',
        'The connection does not exist, or was disconnected. Check its id, or begin again.',
      )
    },
    async subscriber(method, given, init) {
      const row = await lookup.connection(method, given, init)
      const found = lookup.subscriberOf(row)
      if (found) return found
      const client = clients.get(row.client)
      if (client)
        throw new PunctualError(
          'not_supported',
          `webhooks.${method}: the definition of ${client.provider.title} has no "webhooks". Give them to defineProvider.`,
          { reason: 'provider' },
        )
      const message = `The client "${row.client}" is not among those of this process.`
      throw new PunctualError('client_misconfigured', message, { reason: 'unknown_client' })
    },
    async activeSubscriber(method, given, init) {
      const found = await lookup.subscriber(method, given, init)
      const { status, reason } = found.connection
      if (status === 'active') return found
      const message = 'The account has to be connected again before it can subscribe.'
      throw new PunctualError('needs_reconnect', message, { reason: reason ?? undefined })
    },
    subscriberOf(connection) {
      const client = clients.get(connection.client)
      const webhooks = client?.provider.webhooks
      return client && webhooks ? { connection, client, webhooks } : null
    },
  }
  return lookup
}
