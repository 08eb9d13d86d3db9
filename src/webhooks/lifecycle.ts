// Brings the provider in line with a row: creates a subscription there, removes it, removes what it has replaced. A
// process may end at any step and another one finishes it: a row is written before its request leaves, and no two
// subscriptions share an address.

import { type Random, randomId } from '../core/clock.ts'
import { PunctualError } from '../core/errors.ts'
import { type Secret, secret } from '../core/secret.ts'
import { isStorable } from '../core/storable.ts'
import type { DesiredWebhook, ProviderWebhooks, WebhookCall } from '../core/webhooks.ts'
import type { Subscription, SubscriptionRecords } from '../records/subscriptions.ts'
import { interruptedAfterMs, routineCheckMs } from './check-times.ts'
import { desiredOf } from './desired.ts'
import { createRemoval, type Removal } from './removal.ts'
import type { Subscriber } from './subscriber.ts'

/** What a new subscription is for. */
export type RequestedSubscription = Pick<Subscription, 'scope' | 'events'>

export interface Lifecycle extends Removal {
  /** Writes the row of a new subscription in the place of `replaces`. Returns `null` when another process was first. */
  insert(
    subscriber: Subscriber,
    requested: RequestedSubscription,
    replaces: Pick<Subscription, 'id'> | null,
  ): Promise<Subscription | null>
  /**
   * Creates the subscription of a `creating` row and makes the row `active`. `mayExist`: an earlier request may have
   * reached the provider, so it is searched there first. Returns false when the row was marked for removal meanwhile.
   */
  create(subscriber: Subscriber, row: Subscription, call: WebhookCall, mayExist: boolean): Promise<boolean>
}

export interface LifecycleInit {
  readonly subscriptions: SubscriptionRecords
  readonly random: Random
  readonly baseUrl: string
}

export function createLifecycle({ subscriptions, random, baseUrl }: LifecycleInit): Lifecycle {
  return {
    ...createRemoval(subscriptions, baseUrl),
    async insert({ connection, webhooks }, { scope, events }, replaces) {
      const id = randomId(random, 'hook')
      const row = {
        id,
        connection: connection.id,
        client: connection.client,
        account: connection.account.id,
        scope,
        events,
        secret: webhooks.signedBy === 'subscription' ? newSecret(random) : null,
      }
      const inserted = await subscriptions.insert(row, replaces?.id ?? null, interruptedAfterMs)
      return inserted ? subscriptions.get(id) : null
    },
    async create({ webhooks }, row, call, mayExist) {
      const desired = desiredOf(baseUrl, row, row.secret())
      const created = mayExist ? null : await webhooks.create(call, desired)
      const reference = assertStorable(created ?? (await findOrCreate(webhooks, call, desired)))
      const change = { state: 'active', reference, detail: null, checkInMs: routineCheckMs(random) } as const
      if (await subscriptions.update(row.id, ['creating'], change)) return true
      if ((await subscriptions.get(row.id))?.state === 'active') return true
      await webhooks.remove(call, reference)
      return false
    },
  }
}

function assertStorable(reference: string): string {
  if (isStorable(reference)) return reference
  throw new PunctualError(
    'provider_unavailable',
    'The provider returned a name for the subscription that cannot be stored.',
    {
      reason: 'unexpected_answer',
    },
  )
}

/** Returns the reference of the subscription that stands at the address, if it is as desired; else of a new one. */
async function findOrCreate(webhooks: ProviderWebhooks, call: WebhookCall, desired: DesiredWebhook): Promise<string> {
  const standing = await webhooks.find(call, desired)
  if (standing?.state === 'as_desired') return standing.reference
  if (standing) await webhooks.remove(call, standing.reference)
  const reference = (await webhooks.create(call, desired)) ?? (await webhooks.find(call, desired))?.reference
  if (reference !== undefined) return reference
  throw new PunctualError(
    'provider_unavailable',
    'The provider says that the subscription already exists, but does not list it.',
    { reason: 'unexpected_answer', retryable: true },
  )
}

/** 256 bits: as long as the signature. */
function newSecret(random: Random): Secret {
  return secret(Buffer.from(random(32)).toString('base64url'))
}
