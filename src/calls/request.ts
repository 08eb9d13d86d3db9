// What a caller wants to be sent, checked before anything is sent.

import type { CallInit, PagesInit } from '../core/calls.ts'
import { assertOptions } from '../core/check.ts'
import { invalidArgument } from '../core/errors.ts'
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

/** What waiting for a turn can be told. */
const waiting = ['deadlineMs', 'maxWaitMs', 'background', 'caller', 'signal'] as const
/** What the standard `fetch` takes besides, and Node's. */
const standard =
  'method headers body redirect cache credentials integrity keepalive mode priority referrer referrerPolicy duplex ' +
  'window dispatcher'

/** @throws {PunctualError} `invalid_argument` for options of `fetch` that are none. */
function assertCallInit(init: unknown): asserts init is CallInit {
  assertOptions('fetch', init, [...waiting, ...standard.split(' ')])
  assertWaiting('fetch', init)
}

/** @throws {PunctualError} `invalid_argument` for options of `pages` that are none. */
export function assertPagesInit(init: unknown): asserts init is PagesInit {
  assertOptions('pages', init, [...waiting, 'headers', 'from'])
  assertWaiting('pages', init)
}

/** @throws {PunctualError} `invalid_argument` */
export function assertSignal(place: string, signal: unknown): asserts signal is AbortSignal | null | undefined {
  if (signal == null || signal instanceof AbortSignal) return
  throw invalidArgument(`${place}: "signal" must be an AbortSignal.`)
}

function assertWaiting(place: string, { signal, headers, background, caller }: CallInit): void {
  assertSignal(place, signal)
  readHeaders(place, headers)
  if (background !== undefined && typeof background !== 'boolean')
    throw invalidArgument(`${place}: "background" must be true or false.`)
  if (caller !== undefined && typeof caller !== 'string') throw invalidArgument(`${place}: "caller" must be a name.`)
}

function readHeaders(place: string, headers: HeadersInit | null | undefined): Headers {
  try {
    return new Headers(headers ?? {})
  } catch {
    throw invalidArgument(`${place}: "headers" must be names and values as HTTP has them.`)
  }
}

/** @throws {PunctualError} `invalid_argument` */
export function parseRequest(provider: Provider, path: string | URL, init: CallInit): ApiRequest {
  assertCallInit(init)
  const url = resolveApi(provider.apiBase, path)
  const { deadlineMs: _, maxWaitMs: __, background: ___, caller: ____, signal: _____, ...request } = init
  const method = String(init.method ?? 'GET').toUpperCase()
  if (!/^(GET|HEAD|OPTIONS|POST|PUT|PATCH|DELETE)$/.test(method)) {
    throw invalidArgument('fetch: "method" must be GET, HEAD, OPTIONS, POST, PUT, PATCH or DELETE.')
  }
  if (init.body != null && (method === 'GET' || method === 'HEAD')) {
    throw invalidArgument(`fetch: a ${method} has no "body". Give the method of the call.`)
  }
  const headers = readHeaders('fetch', init.headers)
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
