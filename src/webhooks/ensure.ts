// Ensures that a connection has a subscription as requested: keeps the current one if it suits, else creates another and
// then removes the old one.

import { PunctualError } from '../core/errors.ts'
import type { Subscription, SubscriptionRecords } from '../records/subscriptions.ts'
import { isPassing, type ProviderApi } from './api.ts'
import { currentOf } from './desired.ts'
import type { Lifecycle, RequestedSubscription } from './lifecycle.ts'
import type { Subscriber } from './subscriber.ts'

/** Tries to change what other processes change at the same time. */
export const mostTries = 5

/**
 * Returns the id of the subscription. While the provider is away it resolves too: the row stays `creating`, and the
 * reconciler creates it later. `suits`: whether the current one is as requested.
 *
 * @throws {PunctualError} the provider's refusal. Nothing has changed then.
 */
export type Ensure = (
  subscriber: Subscriber,
  requested: RequestedSubscription,
  suits: (current: Subscription) => boolean,
) => Promise<string>

export function createEnsure(
  subscriptions: SubscriptionRecords,
  lifecycle: Lifecycle,
  providerApi: ProviderApi,
): Ensure {
  /** Returns whether it is active now. After a refusal nothing is left. */
  async function create(subscriber: Subscriber, row: Subscription, mayExist: boolean): Promise<boolean> {
    const call = providerApi(subscriber.connection)
    let outcomeUnknown = mayExist
    try {
      return await lifecycle.create(subscriber, row, call, mayExist).catch((error: unknown) => {
        if (outcomeUnknown || !(error instanceof PunctualError) || error.code !== 'provider_unavailable') throw error
        // The request may have arrived: search for it.
        outcomeUnknown = true
        return lifecycle.create(subscriber, row, call, true)
      })
    } catch (error) {
      if (isPassing(error)) {
        await lifecycle.recordFailure(row, error)
        return false
      }
      if (error instanceof PunctualError) {
        const change = outcomeUnknown ? ({ state: 'removing', checkInMs: 0 } as const) : ({ state: 'removed' } as const)
        await subscriptions.update(row.id, ['creating'], change)
      }
      throw error
    }
  }

  return async (subscriber, requested, suits) => {
    const { connection } = subscriber
    const call = providerApi(connection)
    for (let tries = 0; tries < mostTries; tries++) {
      const rows = await subscriptions.of(connection.id)
      const current = currentOf(rows, requested.scope)
      if (current && suits(current) && current.account === connection.account.id) {
        if (current.state === 'creating' && (await create(subscriber, current, true)))
          await lifecycle.removeReplaced(subscriber, current, call)
        return current.id
      }
      const replaces = rows.find((row) => row.current && row.scope === requested.scope) ?? current
      const row = await lifecycle.insert(subscriber, requested, replaces)
      if (!row) continue
      if (await create(subscriber, row, false)) await lifecycle.removeReplaced(subscriber, row, call)
      return row.id
    }
    throw contended()
  }
}

export function contended(): PunctualError {
  return new PunctualError('store_unavailable', 'Other processes keep changing the subscription. Try again.', {
    reason: 'contended',
    retryable: true,
  })
}
