// Compares one subscription with the one at the provider, and creates, deletes or replaces it there if they differ.

import type { Random } from '../core/clock.ts'
import type { WebhookCall } from '../core/webhooks.ts'
import type { Subscription, SubscriptionRecords } from '../records/subscriptions.ts'
import { checkAfterOutageMs, routineCheckMs } from './check-times.ts'
import { currentOf, desiredOf } from './desired.ts'
import type { Lifecycle } from './lifecycle.ts'
import { leftAccount } from './removal.ts'
import type { Replace } from './replace.ts'
import type { Subscriber } from './subscriber.ts'

export type Reconcile = (subscriber: Subscriber, row: Subscription, call: WebhookCall) => Promise<void>

export interface ReconcileInit {
  readonly subscriptions: SubscriptionRecords
  readonly lifecycle: Lifecycle
  readonly replace: Replace
  readonly random: Random
  readonly baseUrl: string
}

export function createReconcile({ subscriptions, lifecycle, replace, random, baseUrl }: ReconcileInit): Reconcile {
  async function reconcileReplaced(
    subscriber: Subscriber,
    row: Subscription,
    current: Subscription,
    call: WebhookCall,
  ) {
    if (row.account !== subscriber.connection.account.id) await lifecycle.giveUp(row, leftAccount)
    else if (current.state === 'active') await lifecycle.remove(subscriber, row, call)
    // Until the new one is active, the old one is all there is.
    else await subscriptions.update(row.id, [row.state], { detail: row.detail, checkInMs: checkAfterOutageMs(random) })
  }

  return async (subscriber, row, call) => {
    const isOfAnotherAccount = row.account !== subscriber.connection.account.id
    if (row.state === 'removing') {
      if (isOfAnotherAccount) await lifecycle.giveUp(row, leftAccount)
      else await lifecycle.remove(subscriber, row, call)
      return
    }
    const current = currentOf(await subscriptions.of(subscriber.connection.id), row.scope)
    if (current && current.id !== row.id) return reconcileReplaced(subscriber, row, current, call)
    if (isOfAnotherAccount) return replace(subscriber, row, call, 'another_account')
    if (row.state === 'creating') {
      if (await lifecycle.create(subscriber, row, call, true)) await lifecycle.removeReplaced(subscriber, row, call)
      return
    }
    const standing = await subscriber.webhooks.find(call, desiredOf(baseUrl, row, row.secret()))
    if (!standing) return replace(subscriber, row, call, 'gone')
    if (standing.state !== 'as_desired') return replace(subscriber, row, call, standing.state)
    await subscriptions.update(row.id, [row.state], { detail: null, checkInMs: routineCheckMs(random) })
  }
}
