// Takes a connection's subscriptions away before it is disconnected, while its tokens still live. Best effort: what the
// provider keeps is told, and what it then still sends is refused.

import { isStoreAway } from '../core/each.ts'
import { type ErrorCode, PunctualError } from '../core/errors.ts'
import { TransportError, withDeadline } from '../core/http.ts'
import type { Subscription } from '../records/subscriptions.ts'
import { apiOf } from './api.ts'
import { abandon, retire } from './lifecycle.ts'
import type { Subscriber, WebhookParts } from './parts.ts'

/** Ms for all of them together. */
const deadline = 10_000

/** A subscription that may still stand at the provider, and why. */
export interface RemainingWebhook {
  readonly subscription: string
  /** The code of the error, such as `provider_unavailable` or `needs_reconnect`. */
  readonly reason: ErrorCode
  readonly detail: string
}

/**
 * `who` is `null` where the client is not configured any more.
 *
 * @throws {PunctualError} `store_unavailable` while the store is away, once all of them have been tried.
 */
export async function teardown(
  parts: WebhookParts,
  connection: string,
  who: Subscriber | null,
): Promise<readonly RemainingWebhook[]> {
  const left = await Promise.allSettled(
    (await parts.subscriptions.of(connection)).map(async (row) => {
      const error = await attempt(parts, who, row)
      if (error === null) return []
      await abandon(parts, row, error.message).catch((fault: unknown) => failed(parts, row, fault))
      return [Object.freeze({ subscription: row.id, reason: error.code, detail: error.message })]
    }),
  )
  const away = left.find((one) => one.status === 'rejected')
  if (away) throw away.reason
  return left.flatMap((one) => (one.status === 'fulfilled' ? one.value : []))
}

async function attempt(parts: WebhookParts, who: Subscriber | null, row: Subscription): Promise<PunctualError | null> {
  if (!who) return failure('client_misconfigured', `The client "${row.client}" is not among "clients".`)
  if (row.account !== who.connection.account.id)
    return failure('account_mismatch', 'The connection has left the account that it belongs to.')
  try {
    return await withDeadline(parts.clock, deadline, undefined, (signal) =>
      retire(parts, who, row, apiOf(parts.callsOf(who.connection), { signal })),
    )
  } catch (error) {
    if (error instanceof TransportError) return failure('provider_unavailable', `There was ${error.message}.`)
    if (error instanceof PunctualError && error.code !== 'store_unavailable') return error
    return failed(parts, row, error)
  }
}

/** A fault of ours with this one. It must not keep the connection, whose other subscriptions go. */
function failed({ report }: WebhookParts, { id }: Subscription, error: unknown): PunctualError {
  if (isStoreAway(error)) throw error
  report.fault(error)
  return failure('store_unavailable', `The subscription ${id} could not be taken away: look for the fault in the log.`)
}

function failure(code: ErrorCode, message: string): PunctualError {
  return new PunctualError(code, message)
}
