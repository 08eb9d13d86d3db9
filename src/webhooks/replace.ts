// Replaces a subscription by a new one, because the provider has disabled, changed or lost it, or because the connection
// has changed to another account.

import { PunctualError } from '../core/errors.ts'
import type { WebhookRenewalReason } from '../core/events.ts'
import type { WebhookCall } from '../core/webhooks.ts'
import type { Subscription, SubscriptionRecords } from '../records/subscriptions.ts'
import { isRefusal } from './api.ts'
import { hiddenWhileCheckedMs } from './check-times.ts'
import type { Lifecycle } from './lifecycle.ts'
import type { WebhookReport } from './report.ts'
import type { Subscriber } from './subscriber.ts'

export type Replace = (
  subscriber: Subscriber,
  old: Subscription,
  call: WebhookCall,
  reason: WebhookRenewalReason,
) => Promise<void>

export function createReplace(
  subscriptions: SubscriptionRecords,
  lifecycle: Lifecycle,
  report: Pick<WebhookReport, 'renewed' | 'failing'>,
): Replace {
  /** From now on the new row is the one to check. */
  async function recordFailure(subscriber: Subscriber, row: Subscription, error: unknown): Promise<false> {
    if (!(error instanceof PunctualError)) throw error
    await subscriptions.update(row.id, ['creating'], { detail: error.message })
    if (isRefusal(error)) report.failing(subscriber.connection, row.id, error.reason ?? error.code)
    return false
  }

  return async (subscriber, old, call, reason) => {
    const row = await lifecycle.insert(subscriber, old, old)
    if (!row) return
    // Another process may have given the old one up meanwhile: then there is nothing to replace.
    if (!(await subscriptions.update(old.id, [old.state], { checkInMs: hiddenWhileCheckedMs }))) {
      await subscriptions.update(row.id, ['creating'], { state: 'removed' })
      return
    }
    const created = await lifecycle
      .create(subscriber, row, call, false)
      .catch((error) => recordFailure(subscriber, row, error))
    if (!created) return
    report.renewed(subscriber.connection, row.id, reason)
    await lifecycle.removeReplaced(subscriber, row, call)
  }
}
