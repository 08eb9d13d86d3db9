// Calls the provider's API about webhooks, in an account's name. Every answer that is no success has its failure.

import type { ApiCaller, QueueOptions } from '../core/calls.ts'
import { PunctualError } from '../core/errors.ts'
import { parseJson } from '../core/json.ts'
import type { WebhookCall } from '../core/webhooks.ts'

const deadline = 20_000

export function apiOf(
  calls: Pick<ApiCaller, 'call'>,
  { signal, ...waiting }: Pick<QueueOptions, 'background'> & { readonly signal?: AbortSignal } = {},
): WebhookCall {
  return async (method, path, body) => {
    const { response, failure } = await calls.call(path, {
      ...{ method, deadlineMs: deadline, caller: 'webhooks' },
      ...waiting,
      ...(signal && { signal }),
      ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    })
    const { status, ok } = response
    const json = parseJson(await response.text()) ?? null
    return { status, json, failure: ok ? null : (failure ?? unexplained(status)) }
  }
}

function unexplained(status: number): PunctualError {
  const message = `The provider answered ${status} to a call about a webhook subscription.`
  if (status >= 500) {
    return new PunctualError('provider_unavailable', message, { reason: String(status), retryable: true })
  }
  return new PunctualError('provider_refused', message, { reason: 'invalid_request' })
}

/** Whether a failure says nothing about the wish: it may be fulfilled already, or later. */
export function isPassing(error: unknown): boolean {
  if (!(error instanceof PunctualError)) return false
  return ['provider_unavailable', 'rate_limited', 'store_unavailable'].includes(error.code)
}

/** Whether the provider, asked in the account's name, has said no. */
export function isRefusal(error: unknown): error is PunctualError {
  return error instanceof PunctualError && ['provider_refused', 'insufficient_scope'].includes(error.code)
}
