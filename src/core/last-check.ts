// The last check before a request leaves. Between the call of `fetch` and the first byte on the wire a connection may have
// to be made, and meanwhile the process may be blocked or suspended: a refresh token whose lease has ended in that time
// must not leave any more. And only a connection shows to which address a name has led. Node's `fetch` announces both moments
// (undici's diagnostics channels), the second right before it writes; for a `fetch` that does not, the check runs before
// the call alone.

import { AsyncLocalStorage } from 'node:async_hooks'
import { subscribe } from 'node:diagnostics_channel'

import { type Fetch, TransportError } from './http.ts'

/** Returns why a request may not leave, or `null`. `remoteAddress`: that of its connection; `null` before there is one. */
export type LastCheck = (remoteAddress: string | null) => TransportError | null

type Check = (remoteAddress: string | null) => void

const calling = new AsyncLocalStorage<Check>()
const checks = new WeakMap<object, Check>()
let subscribed = false

/**
 * Calls `fetch`, unless `mayLeave` returns false: now, or at the moment at which the request is about to be written.
 *
 * @throws {TransportError} with `sent: false` when it has not left.
 */
export function fetchBeforeDeadline(
  fetch: Fetch,
  url: string | URL,
  init: RequestInit,
  mayLeave: () => boolean,
): Promise<Response> {
  return fetchAfterCheck(fetch, url, init, () =>
    mayLeave() ? null : new TransportError('it was too late to send the request', false, undefined, 'too_late'),
  )
}

/**
 * Calls `fetch`, unless the check finds a reason against it: now, or at the moment at which the request is about to be written.
 *
 * @throws {TransportError} what the check has returned, when the request has not left.
 * @see {@link https://github.com/nodejs/undici/blob/main/docs/docs/api/DiagnosticsChannel.md undici's channels}
 */
export async function fetchAfterCheck(
  fetch: Fetch,
  url: string | URL,
  init: RequestInit,
  lastCheck: LastCheck,
): Promise<Response> {
  const refused = new AbortController()
  const check: Check = (remoteAddress) => {
    const reason = lastCheck(remoteAddress)
    if (reason !== null) refused.abort(reason)
  }
  check(null)
  refused.signal.throwIfAborted()
  listen()
  const signal = init.signal ? AbortSignal.any([init.signal, refused.signal]) : refused.signal
  try {
    return await calling.run(check, () => fetch(url, { ...init, signal }))
  } catch (error) {
    throw refused.signal.aborted ? refused.signal.reason : error
  }
}

function listen(): void {
  if (subscribed) return
  subscribed = true
  subscribe('undici:request:create', (message) => {
    const check = calling.getStore()
    if (check) checks.set(requestIn(message), check)
  })
  subscribe('undici:client:sendHeaders', (message) => {
    const { socket } = message as { readonly socket?: { readonly remoteAddress?: string } }
    checks.get(requestIn(message))?.(socket?.remoteAddress ?? null)
  })
}

function requestIn(message: unknown): object {
  return (message as { request: object }).request
}
