// Turns the options of a call into a request, checked before anything is sent.

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
  readonly isSafe: boolean
  /** Whether it can be sent a second time: a stream cannot. */
  readonly isRepeatable: boolean
  /** The options for `fetch`, with that token. A caller cannot send another token, nor have a redirect followed. */
  with(token: Secret, signal: AbortSignal): RequestInit
}

/** Our own options of a call. */
const queueOptions: readonly string[] = ['deadlineMs', 'maxWaitMs', 'background', 'caller', 'signal']

/** The options of the standard `fetch`, and of Node's. */
const fetchOptions: readonly string[] = [
  'method',
  'headers',
  'body',
  'redirect',
  'cache',
  'credentials',
  'integrity',
  'keepalive',
  'mode',
  'priority',
  'referrer',
  'referrerPolicy',
  'duplex',
  'window',
  'dispatcher',
]

/** @throws {PunctualError} `invalid_argument` for an unknown option of `fetch`. */
function assertCallInit(init: unknown): asserts init is CallInit {
  assertOptions('fetch', init, [...queueOptions, ...fetchOptions])
  assertQueueOptions('fetch', init)
}

/** @throws {PunctualError} `invalid_argument` for an unknown option of `pages`. */
export function assertPagesInit(init: unknown): asserts init is PagesInit {
  assertOptions('pages', init, [...queueOptions, 'headers', 'from'])
  assertQueueOptions('pages', init)
}

/** @throws {PunctualError} `invalid_argument` */
export function assertSignal(place: string, signal: unknown): asserts signal is AbortSignal | null | undefined {
  if (signal == null || signal instanceof AbortSignal) return
  throw invalidArgument(`${place}: "signal" must be an AbortSignal.`)
}

function assertQueueOptions(place: string, { signal, headers, background, caller }: CallInit): void {
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
    throw invalidArgument(`${place}: "headers" must be valid names and values of HTTP headers.`)
  }
}

/** @throws {PunctualError} `invalid_argument` */
export function parseRequest(provider: Provider, path: string | URL, init: CallInit): ApiRequest {
  assertCallInit(init)
  const url = resolveApi(provider.apiBase, path)
  const method = String(init.method ?? 'GET').toUpperCase()
  if (!/^(GET|HEAD|OPTIONS|POST|PUT|PATCH|DELETE)$/.test(method)) {
    throw invalidArgument('fetch: "method" must be GET, HEAD, OPTIONS, POST, PUT, PATCH or DELETE.')
  }
  if (init.body != null && (method === 'GET' || method === 'HEAD')) {
    throw invalidArgument(`fetch: a ${method} has no "body". Set the "method" of the call.`)
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
    isSafe: /^(GET|HEAD|OPTIONS)$/.test(method),
    isRepeatable: !isStream(init.body),
    with(token, signal) {
      const sent = new Headers(headers)
      sent.set('authorization', `Bearer ${token.reveal()}`)
      return { ...withoutQueueOptions(init), method, headers: sent, redirect: 'manual', signal }
    },
  }
}

function withoutQueueOptions(init: CallInit): RequestInit {
  return Object.fromEntries(Object.entries(init).filter(([name]) => !queueOptions.includes(name)))
}

/** A `ReadableStream`, or another body that can be read only once. */
function isStream(body: unknown): boolean {
  return typeof body === 'object' && body !== null && Symbol.asyncIterator in body
}
