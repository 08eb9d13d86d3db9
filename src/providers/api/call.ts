// One typed call: a request with checked parameters, a response with a checked shape, and a refusal as an error to
// `switch` on.

import { callOptionChecks, noOptions } from '../../core/call-options.ts'
import type { ApiCaller, QueueOptions } from '../../core/calls.ts'
import { argumentError, checkOptions } from '../../core/check.ts'
import { unlessEndedByCaller } from '../../core/ended-by-caller.ts'
import { clientRemoved } from '../../core/not-found.ts'
import { queryOf } from './parameters.ts'
import { readResult } from './response.ts'
import type { Schema } from './shape.ts'

/** How a typed call is made. */
export interface CallOptions extends QueueOptions {
  readonly signal?: AbortSignal
  /** Milliseconds for head and body together. Default 30 000. */
  readonly deadlineMs?: number
}

export interface ApiRequest<Value> {
  /** The function, as a message names it. */
  readonly place: string
  readonly method?: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  /** The path, or the address of a resource. */
  readonly path: string
  readonly query?: Readonly<Record<string, unknown>>
  readonly body?: Readonly<Record<string, unknown>>
  /** The shape of the whole body of the response; `null` where it has none. */
  readonly shape: Schema<Value> | null
}

/**
 * Sends one request and reads its response.
 *
 * @throws {PunctualError} what the provider's refusal means; `invalid_argument` for options that a call does not have.
 */
export function callApi<Value>(
  api: ApiCaller,
  request: ApiRequest<Value>,
  options: CallOptions = noOptions,
): Promise<Value> {
  const result = sendAndRead(api, request, options)
  const signal = (options as CallOptions | null)?.signal
  if (!signal) return result
  return result.catch((error: unknown) => {
    throw unlessEndedByCaller(request.place, signal, error)
  })
}

async function sendAndRead<Value>(
  api: ApiCaller,
  { place, method = 'GET', path, query = {}, body, shape }: ApiRequest<Value>,
  options: CallOptions,
): Promise<Value> {
  if (options !== noOptions) checkOptions(place, options, callOptionChecks, 'options')
  const headers = { accept: 'application/json', ...(body && { 'content-type': 'application/json' }) }
  const init = { ...options, method, headers, ...(body && { body: JSON.stringify(body) }) }
  return readResult(place, await api.call(`${path}${queryOf(query)}`, init), shape, method !== 'GET')
}

/** Refuses another provider's connection. @throws {PunctualError} `invalid_argument` */
export function assertProvider(place: string, name: string, connection: ApiCaller): void {
  if (connection?.provider === name) return
  if (connection?.provider === null) throw clientRemoved(place)
  const found = typeof connection?.provider === 'string' ? `of "${connection.provider}"` : 'not a connection'
  throw argumentError(place, `connection must be a connection of "${name}". It is ${found}`)
}
