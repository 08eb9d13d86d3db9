// What a caller wants to be sent, checked before anything is sent.

import type { CallInit } from '../core/calls.ts'
import { invalidOption } from '../core/errors.ts'
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

/** @throws {PunctualError} `invalid_option` */
export function parseRequest(provider: Provider, path: string | URL, init: CallInit): ApiRequest {
  const url = resolveApi(provider.apiBase, path)
  const { deadline: _, maxWait: __, background: ___, caller: ____, signal: _____, ...request } = init
  const method = String(init.method ?? 'GET').toUpperCase()
  if (!/^(GET|HEAD|OPTIONS|POST|PUT|PATCH|DELETE)$/.test(method)) {
    throw invalidOption('fetch: "method" must be GET, HEAD, OPTIONS, POST, PUT, PATCH or DELETE.')
  }
  if (init.body != null && (method === 'GET' || method === 'HEAD')) {
    throw invalidOption(`fetch: a ${method} has no "body". Give the method of the call.`)
  }
  const headers = new Headers(init.headers)
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
