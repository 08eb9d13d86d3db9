// What a host application asks of its subscriptions. Of a connection and scope there is one: to ask for other events
// makes the new one before the old one is taken away, so that nothing is missed in between.

import { argumentError, oneOf, valueError } from '../core/check.ts'
import { each } from '../core/each.ts'
import { PunctualError } from '../core/errors.ts'
import type { SubscriptionState } from '../core/store/subscriptions.ts'
import { isStorable } from '../records/storable.ts'
import type { Subscription } from '../records/subscriptions.ts'
import { apiOf, isPassing } from './api.ts'
import { establish, latest, noted, type Order, record, retire, supersede } from './lifecycle.ts'
import type { Subscriber, WebhookParts } from './parts.ts'

/** Events of a subscription, and characters of each: more than any provider has. */
const [mostEvents, longestEvent] = [200, 200]
/** So often it is tried to change what others change at the same time. */
const mostTries = 5

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
   * `creating`: asked for; the keeper sees to it that it comes to stand. `active`: it stands at the provider. `removing`,
   * `removed`: it is not wanted any more.
   */
  readonly state: SubscriptionState
  /** What stands in the way, for a person. */
  readonly detail: string | null
  readonly createdAt: Date
}

export interface SubscribeInit {
  /** Whose connection it must be: for ids that come from a browser. One that is there must name somebody. */
  readonly owner?: string
  /** Whose events, in the provider's word. Default: the connected user's own. */
  readonly scope?: string | undefined
}

/**
 * Sees to it that the connection's one subscription of that scope is for these events. The same events again change
 * nothing.
 *
 * @throws {PunctualError} the provider's refusal; nothing has changed then. While the provider is away there is none: the
 *   subscription comes back as `creating`.
 */
export async function subscribe(
  parts: WebhookParts,
  who: Subscriber,
  events: readonly string[],
  init: SubscribeInit,
): Promise<WebhookSubscription> {
  const order = { scope: scopeOf('subscribe', who, init) ?? ownScope(who), events: parseEvents(events) }
  assertPossible(who, order)
  return bring(parts, who, order, (standing) => sameEvents(standing, order))
}

/** Replaces the subscription by one with a new secret; the old secret is good until the old one is taken away. */
export async function rotateSecret(
  parts: WebhookParts,
  who: Subscriber,
  init: SubscribeInit,
): Promise<WebhookSubscription> {
  const scope = scopeOf('rotateSecret', who, init) ?? ownScope(who)
  if (who.webhooks.signedBy === 'client') {
    const title = who.client.provider.title
    throw new PunctualError(
      'not_supported',
      `webhooks.rotateSecret: ${title} signs with a key of the app. Give the client both keys in "webhookKeys" while it changes.`,
      { reason: 'provider' },
    )
  }
  const before = latest(await parts.subscriptions.of(who.connection.id), scope)
  if (!before)
    throw argumentError(
      'webhooks.rotateSecret',
      `the connection has no subscription of the scope "${scope}". Subscribe first`,
    )
  return bring(parts, who, before, (standing) => standing.id !== before.id)
}

/** Takes the connection's subscriptions away, of one scope or all. */
export async function unsubscribe(
  parts: WebhookParts,
  who: Subscriber,
  init: SubscribeInit,
): Promise<WebhookSubscription[]> {
  const scope = scopeOf('unsubscribe', who, init)
  const rows = await markAll()
  const call = apiOf(parts.callsOf(who.connection))
  await each(rows, (row) => retire(parts, who, row, call).catch((error) => noted(parts, row, error)))
  return Promise.all(rows.map((row) => factsOf(parts, row.id)))

  /** All are marked before the first request; and again those that took the place of one that was being marked. */
  async function markAll(): Promise<Subscription[]> {
    for (let tries = 0; tries < mostTries; tries++) {
      const all = (await parts.subscriptions.of(who.connection.id)).filter((row) => row.scope === (scope ?? row.scope))
      const living = all.filter((row) => row.state !== 'removing')
      if (living.length === 0) return all
      for (const row of living)
        await parts.subscriptions.update(row.id, ['creating', 'active'], { state: 'removing', checkInMs: 120_000 })
    }
    throw contended()
  }
}

export async function list(parts: WebhookParts, connection: string): Promise<WebhookSubscription[]> {
  return (await parts.subscriptions.of(connection)).map(shown)
}

async function bring(
  parts: WebhookParts,
  who: Subscriber,
  order: Order,
  suits: (standing: Subscription) => boolean,
): Promise<WebhookSubscription> {
  const call = apiOf(parts.callsOf(who.connection))
  for (let tries = 0; tries < mostTries; tries++) {
    const rows = await parts.subscriptions.of(who.connection.id)
    const standing = latest(rows, order.scope)
    if (standing && suits(standing) && standing.account === who.connection.account.id) {
      if (standing.state === 'creating' && (await make(parts, who, standing, true)))
        await supersede(parts, who, standing, call)
      return factsOf(parts, standing.id)
    }
    const place = rows.find((row) => row.current && row.scope === order.scope) ?? standing
    const row = await record(parts, who, order, place)
    if (!row) continue
    if (await make(parts, who, row, false)) await supersede(parts, who, row, call)
    return factsOf(parts, row.id)
  }
  throw contended()
}

function contended(): PunctualError {
  return new PunctualError('store_unavailable', 'The subscription is being changed by others all the time.', {
    reason: 'contended',
    retryable: true,
  })
}

/** Whether it stands now. A refusal is thrown, and leaves nothing behind. */
async function make(parts: WebhookParts, who: Subscriber, row: Subscription, look: boolean): Promise<boolean> {
  const call = apiOf(parts.callsOf(who.connection))
  let doubt = look
  try {
    return await establish(parts, who, row, call, look).catch((error: unknown) => {
      if (doubt || !(error instanceof PunctualError) || error.code !== 'provider_unavailable') throw error
      // The request may have arrived: ask.
      doubt = true
      return establish(parts, who, row, call, true)
    })
  } catch (error) {
    if (isPassing(error)) {
      await noted(parts, row, error)
      return false
    }
    if (error instanceof PunctualError) {
      const change = doubt ? ({ state: 'removing', checkInMs: 0 } as const) : ({ state: 'removed' } as const)
      await parts.subscriptions.update(row.id, ['creating'], change)
    }
    throw error
  }
}

function assertPossible({ connection, client, webhooks }: Subscriber, { events, scope }: Order): void {
  const { title } = client.provider
  const problem = webhooks.problem(events, scope)
  if (problem !== null) throw argumentError('webhooks.subscribe', `${title} ${problem}`)
  if (webhooks.signedBy === 'client' && client.webhookKeys.length === 0) {
    const message = `The client "${client.id}" has no "webhookKeys": ${title} showed the signing key when the app was created.`
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

function parseEvents(events: readonly string[]): readonly string[] {
  const all = Array.isArray(events) ? events : []
  if (all.length === 0 || all.some((event) => typeof event !== 'string' || event === ''))
    throw valueError('webhooks.subscribe', 'events', 'must list at least one event, in the provider’s words')
  if (all.length > mostEvents || all.some((event) => !isStorable(event, longestEvent)))
    throw valueError(
      'webhooks.subscribe',
      'events',
      `may list ${mostEvents} events of ${longestEvent} characters, without NUL or halves of characters`,
    )
  return [...new Set<string>(all)].sort()
}

function sameEvents(standing: Subscription, { events }: Order): boolean {
  return standing.events.length === events.length && events.every((event) => standing.events.includes(event))
}

async function factsOf({ subscriptions }: WebhookParts, id: string): Promise<WebhookSubscription> {
  const row = await subscriptions.get(id)
  if (row) return shown(row)
  throw new PunctualError('store_unavailable', 'The subscription that was just written is gone from the store.')
}

function shown(row: Subscription): WebhookSubscription {
  const { id, connection, client, scope, state, detail } = row
  const events = Object.freeze([...row.events])
  return Object.freeze({ id, connection, client, events, scope, state, detail, createdAt: new Date(row.createdAt) })
}
