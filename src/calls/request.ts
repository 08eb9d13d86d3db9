// What a caller wants to be sent, checked before anything is sent.

import type { CallInit, PagesInit } from '../core/calls.ts'
import { amount, anything, type Checks, checkOptions, flag, optional, signal, valueError } from '../core/check.ts'
import type { Provider } from '../core/provider.ts'
import type { Secret } from '../core/secret.ts'
import { pathBelow, resolveApi } from './address.ts'

export interface ApiRequest {
  readonly url: URL
  readonly method: string
  /** Below the API's base, query included. */
  readonly path: string
  /** Whether it only reads. RFC 9110, section 9.2.1. */
  readonly safe: boolean
  /** Whether it can be sent a second time: a stream cannot. */
  readonly repeatable: boolean
  /** As `fetch` takes it, with that token; a caller cannot have another one sent, nor a redirect followed. */
  with(token: Secret, signal: AbortSignal): RequestInit
}

/** What both `fetch` and `pages` take. */
const shared: Checks<Omit<PagesInit, 'from'>> = {
  deadlineMs: optional(amount(0, undefined, 'milliseconds')),
  maxWaitMs: optional(amount(0, undefined, 'milliseconds')),
  background: optional(flag),
  caller: optional((value) => (typeof value === 'string' ? null : 'must be a name')),
  signal: optional(signal),
  headers: (value) => (headersOf(value) ? null : 'must be names and values as HTTP has them'),
}

const methods = ['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE']

/** What Node's `fetch` takes besides the standard's options. */
interface OfNode {
  readonly duplex?: unknown
  readonly window?: unknown
  readonly dispatcher?: unknown
}

const callChecks: Checks<CallInit & OfNode> = {
  ...shared,
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

const pagesChecks: Checks<PagesInit> = { ...shared, from: anything }

/** @throws {PunctualError} `invalid_argument` for wrong options of `pages`. */
export function assertPagesInit(init: unknown): asserts init is PagesInit {
  checkOptions('pages', init, pagesChecks)
}

/** The standard `fetch` would send a plain object as `[object Object]`. */
function isBody(value: unknown): string | null {
  if (typeof value !== 'object' || value === null) return null
  const isPlain = Array.isArray(value) || [Object.prototype, null].includes(Object.getPrototypeOf(value))
  return isPlain && !(Symbol.asyncIterator in value) ? plainBody : null
}

const plainBody = 'is a plain object. Send JSON.stringify of it, and set the header content-type to application/json'

function headersOf(value: unknown): Headers | null {
  try {
    return new Headers((value ?? {}) as CallInit['headers'] & {})
  } catch {
    return null
  }
}

/** @throws {PunctualError} `invalid_argument` */
export function parseRequest(provider: Provider, path: string | URL, init: CallInit): ApiRequest {
  checkOptions('fetch', init, callChecks)
  const url = resolveApi(provider.apiBase, path)
  const { deadlineMs: _, maxWaitMs: __, background: ___, caller: ____, signal: _____, ...request } = init
  const method = String(init.method ?? 'GET').toUpperCase()
  if (init.body != null && (method === 'GET' || method === 'HEAD')) {
    throw valueError('fetch', 'body', `cannot be sent with ${method}. Give the "method" of the call`)
  }
  const headers = headersOf(init.headers) ?? new Headers()
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
    safe: /^(GET|HEAD|OPTIONS)$/.test(method),
    repeatable: !isStream(init.body),
    with(token, signal) {
      const sent = new Headers(headers)
      sent.set('authorization', `Bearer ${token.reveal()}`)
      return { ...request, method, headers: sent, redirect: 'manual', signal }
    },
  }
}

/** A `ReadableStream`, or what can be gone over once. */
function isStream(body: unknown): boolean {
  return typeof body === 'object' && body !== null && Symbol.asyncIterator in body
}
