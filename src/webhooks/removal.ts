// Removes subscriptions at the provider, and keeps in the row what prevented it.

import { each } from '../core/each.ts'
import { PunctualError } from '../core/errors.ts'
import type { WebhookCall } from '../core/webhooks.ts'
import type { Subscription, SubscriptionRecords } from '../records/subscriptions.ts'
import { isRefusal } from './api.ts'
import { afterFailureMs, interruptedAfterMs } from './check-times.ts'
import { currentOf, desiredOf } from './desired.ts'
import type { Subscriber } from './subscriber.ts'

export interface Removal {
  /** Marks it as unwanted, before a request leaves. */
  markRemoving(row: Subscription): Promise<void>
  /**
   * Removes it at the provider. If the provider refuses, the row still becomes `removed`, with the refusal as its
   * detail, and the refusal is returned. Deliveries that still come are refused, at the latest when a provider would no
   * longer retry them.
   */
  remove(subscriber: Subscriber, row: Subscription, call: WebhookCall): Promise<PunctualError | null>
  /** Removes what an active subscription has replaced. What fails is left to the reconciler. */
  removeReplaced(subscriber: Subscriber, row: Subscription, call: WebhookCall): Promise<void>
  /** Makes the row of a subscription `removed` that cannot be reached at the provider any more. */
  giveUp(row: Subscription, why: string): Promise<void>
  /** Keeps the error in the row; the reconciler checks it again soon. */
  recordFailure(row: Subscription, error: unknown): Promise<void>
}

/** Why a subscription is given up whose connection has changed to another account. */
export const leftAccount = 'it belongs to an account that the connection has left.'

export function createRemoval(subscriptions: SubscriptionRecords, baseUrl: string): Removal {
  const removal: Removal = {
    async markRemoving({ id }) {
      await subscriptions.update(id, ['creating', 'active'], { state: 'removing', checkInMs: interruptedAfterMs })
    },
    async remove({ webhooks }, row, call) {
      await removal.markRemoving(row)
      let refusal: PunctualError | null = null
      try {
        // By its address: whether it is as desired does not matter, and its secret may not open any more.
        const reference = row.reference ?? (await webhooks.find(call, desiredOf(baseUrl, row, null)))?.reference ?? null
        if (reference !== null) await webhooks.remove(call, reference)
      } catch (error) {
        if (!isRefusal(error)) throw error
        refusal = error
      }
      const detail = refusal && mayStillStand(refusal.message)
      await subscriptions.update(row.id, ['removing'], { state: 'removed', detail })
      return refusal
    },
    async removeReplaced(subscriber, { id, scope, account }, call) {
      const rows = (await subscriptions.of(subscriber.connection.id)).filter((row) => row.scope === scope)
      // Another process may have replaced this one meanwhile. Then it removes them all.
      if (currentOf(rows, scope)?.id !== id) return
      const replaced = rows.filter((row) => row.id !== id)
      await each(replaced, async (old) => {
        if (old.account !== account) await removal.giveUp(old, leftAccount)
        else await removal.remove(subscriber, old, call).catch((error) => removal.recordFailure(old, error))
      })
    },
    async giveUp({ id }, why) {
      const change = { state: 'removed', detail: mayStillStand(why) } as const
      await subscriptions.update(id, ['creating', 'active', 'removing'], change)
    },
    async recordFailure({ id }, error) {
      if (!(error instanceof PunctualError)) throw error
      const change = { detail: error.message, checkInMs: afterFailureMs }
      await subscriptions.update(id, ['creating', 'active', 'removing'], change)
    },
  }
  return removal
}

function mayStillStand(why: string): string {
  return `It may still stand at the provider: ${why}`
}
