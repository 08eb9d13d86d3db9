// Calls the provider's API about webhooks, with the token of a connection. Every answer but a 2xx carries its failure.

import type { ApiCaller, QueueOptions } from '../core/calls.ts'
import { PunctualError } from '../core/errors.ts'
import { parseJson } from '../core/json.ts'
import type { ConnectionRow } from '../core/store/connections.ts'
import type { WebhookCall } from '../core/webhooks.ts'

const deadlineMs = 20_000

export interface ProviderApiInit extends Pick<QueueOptions, 'background'> {
  readonly signal?: AbortSignal
}

/** Returns the means to call the provider's API about the webhooks of that connection. */
export type ProviderApi = (connection: ConnectionRow, init?: ProviderApiInit) => WebhookCall

export function createProviderApi(callerOf: (connection: ConnectionRow) => Pick<ApiCaller, 'call'>): ProviderApi {
  return (connection, { signal, ...queueing } = {}) => {
    const caller = callerOf(connection)
    return async (method, path, body) => {
      const { response, failure } = await caller.call(path, {
        method,
        deadlineMs,
        caller: 'webhooks',
        ...queueing,
        ...(signal && { signal }),
        ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
      })
      const { status, ok } = response
      const json = parseJson(await response.text()) ?? null
      return { status, json, failure: ok ? null : (failure ?? unexplained(status)) }
    }
  }
}

function unexplained(status: number): PunctualError {
  const message = `The provider responded with ${status} to a call about a webhook subscription.`
  if (status >= 500) {
    return new PunctualError('provider_unavailable', message, { reason: 'server_error', retryable: true })
  }
  return new PunctualError('provider_refused', message, { reason: 'invalid_request' })
}

/** Whether the outcome of the failed request is unknown: the provider may have fulfilled it, or may do so later. */
export function isPassing(error: unknown): boolean {
  if (!(error instanceof PunctualError)) return false
  return ['provider_unavailable', 'rate_limited', 'store_unavailable'].includes(error.code)
}

/** Whether the provider has refused what the account may not do. */
export function isRefusal(error: unknown): error is PunctualError<'provider_refused' | 'insufficient_scope'> {
  return error instanceof PunctualError && ['provider_refused', 'insufficient_scope'].includes(error.code)
}
