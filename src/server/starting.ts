// What a server answers before its parts are ready: it is alive, and everything else is to be asked again in a moment. A
// long migration must not look like a process that hangs.

import { systemRandom } from '../core/clock.ts'
import { ApiError, problemResponse, usualDocuments } from './api/request/problem.ts'
import { live } from './operation/health.ts'
import { newRequestFacts } from './operation/request-facts.ts'
import { createRequestIds } from './request-id.ts'

const requestIdOf = createRequestIds(systemRandom)
const retryAfterMs = 1000

export function starting(request: Request): Response {
  const requestId = requestIdOf(request)
  const headers = { 'x-request-id': requestId, 'cache-control': 'no-store' }
  // The path of the service may still stand before it.
  const path = new URL(request.url).pathname
  if (/\/(livez|healthz)$/.test(path)) return new Response(live().body, { headers: { ...headers, ...json } })
  if (path.endsWith('/readyz')) {
    const body = { status: 'not_ready', reason: 'starting' }
    return Response.json(body, { status: 503, headers: { ...headers, 'retry-after': String(retryAfterMs / 1000) } })
  }
  const error = new ApiError('starting', 'The service is starting. Try again in a moment.', { retryAfterMs })
  return problemResponse(
    error,
    { facts: newRequestFacts(requestId), documents: usualDocuments, onFault: () => {} },
    new Headers(headers),
  )
}

const json = { 'content-type': 'application/json' }
