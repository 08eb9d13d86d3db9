// What a host application asks of its subscriptions. A connection has one subscription of each scope. Subscribing to other
// events creates the new subscription before the old one is removed, so that no event is missed in between.

import { anything, argumentError, type Checks, checkOptions, flag, oneOf, optional, valueError } from '../core/check.ts'
import { each } from '../core/each.ts'
import { PunctualError } from '../core/errors.ts'
import { isObject } from '../core/json.ts'
import { isStorable } from '../core/storable.ts'
import type { SubscriptionState } from '../core/store/subscriptions.ts'
import type { Subscription, SubscriptionRecords } from '../records/subscriptions.ts'
import type { ProviderApi } from './api.ts'
import { currentOf } from './desired.ts'
import { contended, type Ensure, mostTries } from './ensure.ts'
import type { Lifecycle, RequestedSubscription } from './lifecycle.ts'
import type { SubscribeInit, Subscriber } from './subscriber.ts'

/** The most events of a subscription, and the most characters of an event: more than any provider has. */
const [mostEvents, longestEvent] = [200, 200]

/** Which events to subscribe to; both together: all of either. */
export interface WebhookSelection<Name extends string = string> {
  /** The provider's words. */
  readonly events?: readonly Name[]
  /** All events about bookings that the provider has. */
  readonly bookings?: boolean
}

const selectionChecks: Checks<WebhookSelection> = { events: anything, bookings: optional(flag) }

/** A subscription as the host application sees it. */
export interface WebhookSubscription {
  readonly id: string
  readonly connection: string
  readonly client: string
  /** The provider's words, sorted. */
  readonly events: readonly string[]
  /** Whose events, in the provider's word. */
  readonly scope: string
  /**
   * `creating`: requested; Punctual creates it in the background. `active`: it stands at the provider. `removing`,
   * `removed`: it is no longer wanted.
   */
  readonly state: SubscriptionState
  /** What went wrong last, as a sentence for a person; `null` when nothing did. */
  readonly detail: string | null
  readonly createdAt: Date
}

export interface SubscribeCommands {
  /** @throws {PunctualError} the provider's refusal. Nothing has changed then. */
  subscribe(
    subscriber: Subscriber,
    events: readonly string[] | WebhookSelection,
    init: SubscribeInit,
  ): Promise<WebhookSubscription>
  /** Replaces the subscription by one with a new secret. The old secret is valid until the old one is removed. */
  rotateSecret(subscriber: Subscriber, init: SubscribeInit): Promise<WebhookSubscription>
  unsubscribe(subscriber: Subscriber, init: SubscribeInit): Promise<WebhookSubscription[]>
  list(connection: string): Promise<WebhookSubscription[]>
}

export interface SubscribeCommandsInit {
  readonly subscriptions: Pick<SubscriptionRecords, 'of' | 'get'>
  readonly lifecycle: Lifecycle
  readonly ensure: Ensure
  readonly providerApi: ProviderApi
}

export function createSubscribeCommands(init: SubscribeCommandsInit): SubscribeCommands {
  const { subscriptions, lifecycle, ensure, providerApi } = init

  /** Marks all before the first request, and marks again those that were created meanwhile. */
  async function markAll(connection: string, scope: string | undefined): Promise<readonly Subscription[]> {
    for (let tries = 0; tries < mostTries; tries++) {
      const rows = (await subscriptions.of(connection)).filter((row) => row.scope === (scope ?? row.scope))
      const living = rows.filter((row) => row.state !== 'removing')
      if (living.length === 0) return rows
      for (const row of living) await lifecycle.markRemoving(row)
    }
    throw contended()
  }

  async function read(id: string): Promise<WebhookSubscription> {
    const row = await subscriptions.get(id)
    if (row) return factsOf(row)
    throw new PunctualError('store_unavailable', 'The subscription that was just written is gone from the store.')
  }

  return {
    async subscribe(subscriber, events, init) {
      const scope = scopeOf('subscribe', subscriber, init) ?? ownScope(subscriber)
      const requested = { scope, events: eventsOf(subscriber, events) }
      assertPossible(subscriber, requested)
      return read(await ensure(subscriber, requested, (standing) => sameEvents(standing, requested)))
    },
    async rotateSecret(subscriber, init) {
      const scope = scopeOf('rotateSecret', subscriber, init) ?? ownScope(subscriber)
      assertOwnSecret(subscriber)
      const before = currentOf(await subscriptions.of(subscriber.connection.id), scope)
      if (!before)
        throw argumentError(
          'webhooks.rotateSecret',
          `the connection has no subscription of the scope "${scope}". Subscribe first`,
        )
      return read(await ensure(subscriber, before, (standing) => standing.id !== before.id))
    },
    async unsubscribe(subscriber, init) {
      const scope = scopeOf('unsubscribe', subscriber, init)
      const rows = await markAll(subscriber.connection.id, scope)
      const call = providerApi(subscriber.connection)
      await each(rows, (row) =>
        lifecycle.remove(subscriber, row, call).catch((error) => lifecycle.recordFailure(row, error)),
      )
      return Promise.all(rows.map((row) => read(row.id)))
    },
    list: async (connection) => (await subscriptions.of(connection)).map(factsOf),
  }
}

function assertOwnSecret({ webhooks, client }: Subscriber): void {
  if (webhooks.signedBy !== 'client') return
  const { title } = client.provider
  throw new PunctualError(
    'not_supported',
    `webhooks.rotateSecret: ${title} signs with a key of the app. Give the client both keys in ${webhookKeysOf(client)} while it changes.`,
    { reason: 'provider' },
  )
}

/** The option, and the setting of the commands, which is called like the provider. */
function webhookKeysOf({ provider }: Subscriber['client']): string {
  return `"webhookKeys" (${provider.name.toUpperCase()}_WEBHOOK_KEY)`
}

function assertPossible({ connection, client, webhooks }: Subscriber, { events, scope }: RequestedSubscription): void {
  const { title } = client.provider
  const problem = webhooks.problem(events, scope)
  if (problem !== null) throw argumentError('webhooks.subscribe', `${title} ${problem}`)
  if (webhooks.signedBy === 'client' && client.webhookKeys.length === 0) {
    const message = `The client "${client.id}" has no ${webhookKeysOf(client)}: ${title} showed the signing key when the app was created.`
    throw new PunctualError('client_misconfigured', message, { reason: 'no_webhook_key' })
  }
  const scopes = webhooks.missingScopes(connection.scopes, events)
  if (scopes.length === 0) return
  const message =
    `The account has not granted the scopes that these webhooks need: ${scopes.join(' ')}. ` +
    'Begin again for this connection with them among "scopes".'
  throw new PunctualError('insufficient_scope', message, { scopes })
}

/** @throws {PunctualError} `invalid_argument` */
function scopeOf(name: string, { webhooks }: Subscriber, init: SubscribeInit): string | undefined {
  const { scope } = init
  if (scope === undefined || webhooks.scopes.includes(scope)) return scope
  throw valueError(`webhooks.${name}`, 'scope', oneOf(...webhooks.scopes)(scope, true) ?? '')
}

function ownScope({ webhooks }: Subscriber): string {
  return webhooks.scopes[0] as string
}

/** @throws {PunctualError} `invalid_argument`; `not_supported` where the provider has no events about bookings. */
function eventsOf({ client, webhooks }: Subscriber, given: readonly string[] | WebhookSelection): readonly string[] {
  const selection: unknown = isObject(given) ? given : { events: given }
  checkOptions<WebhookSelection>('webhooks.subscribe', selection, selectionChecks, 'events')
  const { bookings = false, events = [] } = selection
  if (!bookings) return parseEvents(events)
  if (webhooks.bookings.length === 0)
    throw new PunctualError(
      'not_supported',
      `webhooks.subscribe: the definition of ${client.provider.title} has no events about bookings. Name the events.`,
      { reason: 'provider' },
    )
  return parseEvents(Array.isArray(events) ? [...webhooks.bookings, ...events] : events)
}

function parseEvents(events: readonly string[]): readonly string[] {
  const all = Array.isArray(events) ? events : []
  if (all.length === 0 || all.some((event) => typeof event !== 'string' || event === ''))
    throw valueError(
      'webhooks.subscribe',
      'events',
      'must list at least one event, in the provider’s words, or be { bookings: true }',
    )
  if (all.length > mostEvents || all.some((event) => !isStorable(event, longestEvent)))
    throw valueError(
      'webhooks.subscribe',
      'events',
      `may list ${mostEvents} events of ${longestEvent} characters, without NUL or halves of characters`,
    )
  return [...new Set<string>(all)].sort()
}

function sameEvents(standing: Subscription, { events }: RequestedSubscription): boolean {
  return standing.events.length === events.length && events.every((event) => standing.events.includes(event))
}

function factsOf(row: Subscription): WebhookSubscription {
  const { id, connection, client, scope, state, detail } = row
  const events = Object.freeze([...row.events])
  return Object.freeze({ id, connection, client, events, scope, state, detail, createdAt: new Date(row.createdAt) })
}
