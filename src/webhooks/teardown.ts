// Removes a connection's subscriptions before it is disconnected, while its tokens still work. What the provider keeps is
// returned, and what it still sends is refused.

import type { Clock } from '../core/clock.ts'
import { isStoreAway } from '../core/each.ts'
import { type ErrorCode, PunctualError } from '../core/errors.ts'
import { TransportError, withDeadline } from '../core/http.ts'
import type { Subscription, SubscriptionRecords } from '../records/subscriptions.ts'
import type { ProviderApi } from './api.ts'
import type { Lifecycle } from './lifecycle.ts'
import type { WebhookReport } from './report.ts'
import type { Subscriber } from './subscriber.ts'

/** For all subscriptions together. */
const deadlineMs = 10_000

/** A subscription that may still stand at the provider, and why. */
export interface RemainingWebhook {
  readonly subscription: string
  /** The code of the error, such as `provider_unavailable` or `needs_reconnect`. */
  readonly reason: ErrorCode
  readonly detail: string
}

/**
 * `subscriber` is `null` where the client is not configured any more.
 *
 * @throws {PunctualError} `store_unavailable` while the store is away, once all of them have been tried.
 */
export type Teardown = (connection: string, subscriber: Subscriber | null) => Promise<readonly RemainingWebhook[]>

export interface TeardownInit {
  readonly subscriptions: Pick<SubscriptionRecords, 'of'>
  readonly lifecycle: Lifecycle
  readonly providerApi: ProviderApi
  readonly clock: Clock
  readonly report: Pick<WebhookReport, 'fault'>
}

export function createTeardown({ subscriptions, lifecycle, providerApi, clock, report }: TeardownInit): Teardown {
  async function remove(subscriber: Subscriber | null, row: Subscription): Promise<PunctualError | null> {
    if (!subscriber)
      return failure('client_misconfigured', `The client "${row.client}" is not among those of this process.`)
    if (row.account !== subscriber.connection.account.id)
      return failure('account_mismatch', 'The connection has left the account that it belongs to.')
    try {
      return await withDeadline(clock, deadlineMs, undefined, (signal) =>
        lifecycle.remove(subscriber, row, providerApi(subscriber.connection, { signal })),
      )
    } catch (error) {
      if (error instanceof TransportError) return failure('provider_unavailable', `There was ${error.message}.`)
      if (error instanceof PunctualError && error.code !== 'store_unavailable') return error
      return reportFault(row, error)
    }
  }

  /** A fault of this row. It must not keep the connection, whose other subscriptions are removed. */
  function reportFault({ id }: Subscription, error: unknown): PunctualError {
    if (isStoreAway(error)) throw error
    report.fault(error)
    return failure('store_unavailable', `The subscription ${id} could not be removed. The log has the fault.`)
  }

  return async (connection, subscriber) => {
    const results = await Promise.allSettled(
      (await subscriptions.of(connection)).map(async (row) => {
        const error = await remove(subscriber, row)
        if (error === null) return []
        await lifecycle.giveUp(row, error.message).catch((fault: unknown) => reportFault(row, fault))
        return [Object.freeze({ subscription: row.id, reason: error.code, detail: error.message })]
      }),
    )
    const storeAway = results.find((one) => one.status === 'rejected')
    if (storeAway) throw storeAway.reason
    return results.flatMap((one) => (one.status === 'fulfilled' ? one.value : []))
  }
}

function failure(code: ErrorCode, message: string): PunctualError {
  return new PunctualError(code, message)
}
