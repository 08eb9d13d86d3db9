// Calls the provider's API about webhooks, in an account's name. Every answer that is no success has its failure.

import type { ApiCaller, QueueOptions } from '../core/calls.ts'
import { PunctualError } from '../core/errors.ts'
import { failureOf } from '../core/failure.ts'
import type { WebhookCall } from '../core/webhooks.ts'

const deadline = 20_000

export function apiOf(
  calls: Pick<ApiCaller, 'fetch'>,
  { signal, ...waiting }: Pick<QueueOptions, 'background'> & { readonly signal?: AbortSignal } = {},
): WebhookCall {
  return async (method, path, body) => {
    const response = await calls.fetch(path, {
      ...{ method, deadlineMs: deadline, caller: 'webhooks' },
      ...waiting,
      ...(signal && { signal }),
      ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    })
    const { status, ok } = response
    const failure = ok ? null : (failureOf(response) ?? unexplained(status))
    return { status, json: parseJson(await response.text()), failure }
  }
}

function unexplained(status: number): PunctualError {
  const message = `The provider answered ${status} to a call about a webhook subscription.`
  if (status >= 500) {
    return new PunctualError('provider_unavailable', message, { reason: 'server_error', retryable: true })
  }
  return new PunctualError('provider_refused', message, { reason: 'invalid_request' })
}

/** Whether a failure says nothing about the wish: it may be fulfilled already, or later. */
export function isPassing(error: unknown): boolean {
  if (!(error instanceof PunctualError)) return false
  return ['provider_unavailable', 'rate_limited', 'store_unavailable'].includes(error.code)
}

/** Whether the provider, asked in the account's name, has said no. */
export function isRefusal(error: unknown): error is PunctualError<'provider_refused' | 'insufficient_scope'> {
  return error instanceof PunctualError && ['provider_refused', 'insufficient_scope'].includes(error.code)
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
