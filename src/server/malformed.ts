// What is refused before there is a request: bytes that are not HTTP, or that two servers may read differently, and
// addresses that are not what they say. Each gets a problem document, and its connection is closed.

import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { systemRandom } from '../core/clock.ts'
import { ApiError, problemResponse, usualDocuments } from './api/request/problem.ts'
import { newRequestFacts } from './operation/request-facts.ts'
import { createRequestIds } from './request-id.ts'

const requestIdOf = createRequestIds(systemRandom)

/** Whether a request's target has a dot segment: it would be resolved to another address without a trace. */
export function hasDotSegment(target: string): boolean {
  const [path = ''] = target.split(/[?#]/)
  return /(^|[/\\])(\.|%2e){1,2}([/\\;]|$)/i.test(path)
}

/** Whether a request says once which host it is for. HTTP/1.0 has no such header; RFC 9112, section 3.2. */
export function isOneHost({ rawHeaders, httpVersion }: IncomingMessage): boolean {
  const count = rawHeaders.filter((name, at) => at % 2 === 0 && name.toLowerCase() === 'host').length
  return count === 1 || (count === 0 && httpVersion === '1.0')
}

/** Answers a request that is refused with this sentence. */
export async function answerTo(incoming: IncomingMessage, outgoing: ServerResponse, sentence: string): Promise<void> {
  const response = refusal(sentence)
  outgoing.writeHead(response.status, { ...Object.fromEntries(response.headers), connection: 'close' })
  outgoing.end(await response.text())
  incoming.resume()
}

/** The answer for a request that cannot become a standard one: a backslash in its path, or a wrong Host header. */
export function refuseRequest(): Response {
  return refusal('The address or the Host header of the request is not valid.')
}

/** Answers what the parser of HTTP has refused. For the event `clientError` of a server. */
export function refuseBytes(error: Error & { readonly code?: string }, socket: Duplex): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy()
  void (async () => {
    const response = refusalOf(error.code)
    const text = await response.text()
    const head = [...response.headers, ['content-length', String(Buffer.byteLength(text))], ['connection', 'close']]
    const lines = head.map(([name, value]) => `${name}: ${value}`).join('\r\n')
    socket.end(`HTTP/1.1 ${response.status} ${reasons[response.status] ?? ''}\r\n${lines}\r\n\r\n${text}`)
  })()
}

const reasons: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  408: 'Request Timeout',
  413: 'Content Too Large',
}

function refusalOf(code: string | undefined): Response {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT')
    return problemOf(new ApiError('request_timeout', 'The request did not arrive in time.'))
  if (code === 'HPE_HEADER_OVERFLOW')
    return problemOf(new ApiError('body_too_large', 'The head of the request is too long: 16 KiB at most.'))
  return refusal('The request is not valid HTTP/1.1: its head or its body cannot be told apart for certain.')
}

function refusal(sentence: string): Response {
  return problemOf(new ApiError('invalid_argument', sentence, { errors: [{ path: 'request', sentence }] }))
}

function problemOf(error: ApiError): Response {
  const requestId = requestIdOf(new Request('http://localhost/'))
  const headers = new Headers({ 'x-request-id': requestId, 'cache-control': 'no-store' })
  return problemResponse(
    error,
    { facts: newRequestFacts(requestId), documents: usualDocuments, onFault: () => {} },
    headers,
  )
}
