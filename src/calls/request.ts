// Turns the options of a call into a request, checked before anything is sent.

import { callOptionChecks, noOptions } from '../core/call-options.ts'
import type { CallInit, PagesInit } from '../core/calls.ts'
import { anything, type Checks, checkOptions, optional, valueError } from '../core/check.ts'
import type { Provider } from '../core/provider.ts'
import type { Secret } from '../core/secret.ts'
import { pathBelow, resolveApi } from './address.ts'

export interface ApiRequest {
  readonly url: URL
  readonly method: string
  /** Below the API's base, query included. */
  readonly path: string
  /** Whether it only reads. RFC 9110, section 9.2.1. */
  readonly isSafe: boolean
  /** Whether it can be sent a second time: a stream cannot. */
  readonly isRepeatable: boolean
  /** The options for `fetch`, with that token. A caller cannot send another token, nor have a redirect followed. */
  with(token: Secret, signal: AbortSignal): RequestInit
}

/** The options of both `fetch` and `pages`. */
const sharedChecks: Checks<Omit<PagesInit, 'from'>> = {
  ...callOptionChecks,
  headers: optional((value) => (headersOf(value) ? null : wrongHeaders)),
}

const wrongHeaders = 'must be valid names and values of HTTP headers'
const methods = ['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE']

/** The options of Node's `fetch` besides the standard's. */
interface NodeInit {
  readonly duplex?: unknown
  readonly window?: unknown
  readonly dispatcher?: unknown
}

const callChecks: Checks<CallInit & NodeInit> = {
  ...callOptionChecks,
  // They are checked where they are read.
  headers: anything,
  method: optional((value) =>
    methods.includes(String(value).toUpperCase()) ? null : 'must be GET, HEAD, OPTIONS, POST, PUT, PATCH or DELETE',
  ),
  body: isBody,
  redirect: anything,
  cache: anything,
  credentials: anything,
  integrity: anything,
  keepalive: anything,
  mode: anything,
  priority: anything,
  referrer: anything,
  referrerPolicy: anything,
  duplex: anything,
  window: anything,
  dispatcher: anything,
}

const pagesChecks: Checks<PagesInit> = { ...sharedChecks, from: anything }

/** @throws {PunctualError} `invalid_argument` for wrong options of `pages`. */
export function assertPagesInit(init: unknown): asserts init is PagesInit {
  checkOptions('pages', init, pagesChecks)
}

/** What `fetch` sends as it is. It would write anything else as a text that no provider understands. */
function isBody(value: unknown): string | null {
  if (value == null || typeof value === 'string' || ArrayBuffer.isView(value)) return null
  // By name: a form of another library counts too.
  if (bodies.has(Object.prototype.toString.call(value).slice(8, -1))) return null
  if (typeof value !== 'object') return 'must be a text, bytes, a form or a stream. Send JSON as JSON.stringify(value)'
  return Symbol.asyncIterator in value ? null : objectBody
}

const bodies = new Set(['ArrayBuffer', 'Blob', 'File', 'FormData', 'ReadableStream', 'URLSearchParams'])
const objectBody = 'is an object. Send JSON.stringify of it, and set the header content-type to application/json'

function headersOf(value: unknown): Headers | null {
  try {
    return new Headers((value ?? undefined) as CallInit['headers'])
  } catch {
    return null
  }
}

/** @throws {PunctualError} `invalid_argument` */
export function parseRequest(provider: Provider, path: string | URL, init: CallInit): ApiRequest {
  if (init !== noOptions) checkOptions('fetch', init, callChecks)
  const { deadlineMs: _, maxWaitMs: __, background: ___, caller: ____, signal: _____, ...options } = init
  const { latestSendMs: ______, ...fetchInit } = options
  const url = resolveApi(provider.apiBase, path)
  const method = String(init.method ?? 'GET').toUpperCase()
  if (init.body != null && (method === 'GET' || method === 'HEAD')) {
    throw valueError('fetch', 'body', `cannot be sent with ${method}. Set the "method" of the call`)
  }
  const headers = headersOf(init.headers)
  if (!headers) throw valueError('fetch', 'headers', wrongHeaders)
  // Behind one address there may be other hosts.
  headers.delete('host')
  const below = pathBelow(provider.apiBase, url)
  for (const [name, value] of Object.entries(provider.requestHeaders(below))) {
    if (!headers.has(name)) headers.set(name, value)
  }
  return {
    url,
    method,
    path: below,
    isSafe: method === 'GET' || method === 'HEAD' || method === 'OPTIONS',
    isRepeatable: !isStream(init.body),
    with(token, signal) {
      headers.set('authorization', `Bearer ${token.reveal()}`)
      return { ...fetchInit, method, headers, redirect: 'manual', signal }
    },
  }
}

/** A `ReadableStream`, or another body that can be read only once. */
function isStream(body: unknown): boolean {
  return typeof body === 'object' && body !== null && Symbol.asyncIterator in body
}
