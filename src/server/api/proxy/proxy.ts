// `ANY /v1/connections/{id}/proxy/{path}`: makes a call of the provider's API with the token of a connection. Bodies pass in
// both directions while they come. What the caller told us about itself ends here, and the provider's token never leaves.

import type { Connection } from '../../../connection.ts'
import type { CallInit } from '../../../core/calls.ts'
import type { Clock } from '../../../core/clock.ts'
import type { PunctualError } from '../../../core/errors.ts'
import { ApiError } from '../request/problem.ts'
import { type ForwardedBody, forwardedBody } from './body.ts'
import { forwardedHeaders, returnedHeaders } from './headers.ts'
import { proxiedPath } from './path.ts'

/** The pattern of the route, for the log and the metrics. */
export const proxyPattern = '/v1/connections/{id}/proxy/{path}'

export interface ProxyOptions {
  readonly clock: Clock
  /** Milliseconds for the beginning of a request's body to arrive. */
  readonly bodyTimeoutMs: number
  /** Milliseconds for a call: its wait, its request and its whole response. */
  readonly deadlineMs: number
}

export interface ProxyRequest {
  readonly request: Request
  /** Finds the connection; called when the request has been checked. */
  readonly connection: () => Promise<Pick<Connection, 'call'>>
  /** Callers of one connection share its limits fairly; two requests with the same caller share one place. */
  readonly caller: string
}

/**
 * Makes the call, and returns the provider's response.
 *
 * @throws {ApiError} for a request that is not passed on.
 * @throws {PunctualError} where there is no response of the provider, or one that is ours to explain.
 */
export type Proxy = (request: ProxyRequest) => Promise<Response>

const methods = ['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE']

export function createProxy({ clock, bodyTimeoutMs, deadlineMs }: ProxyOptions): Proxy {
  return async ({ request, connection, caller }) => {
    const { method, signal } = request
    if (!methods.includes(method)) {
      const allow = methods.join(', ')
      throw new ApiError('method_not_allowed', `The proxy takes ${allow}.`, { headers: { allow } })
    }
    const path = proxiedPath(request.url)
    const { call } = await connection()
    const body = await forwardedBody(request, { clock, timeoutMs: bodyTimeoutMs })
    try {
      const init = { method, headers: forwardedHeaders(request.headers), signal, caller, deadlineMs, ...bodyInit(body) }
      const { response, failure } = await call(path, init)
      return returned(response, failure)
    } catch (error) {
      // The call failed because its own body did.
      throw body.failure() ?? error
    }
  }
}

function bodyInit({ content }: ForwardedBody): Partial<CallInit> & { readonly duplex?: 'half' } {
  if (content === null) return {}
  return content instanceof ReadableStream ? { body: content, duplex: 'half' } : { body: content }
}

/** The provider's response, with what a failure means in a header of ours. */
function returned(response: Response, failure: PunctualError | null): Response {
  const { status, statusText, body } = response
  const headers = returnedHeaders(response.headers)
  if (failure) headers.set('punctual-failure', [failure.code, failure.reason].filter(Boolean).join(' '))
  return new Response(body, { status, statusText, headers })
}
