// The last check before a request leaves. Between the call of `fetch` and the first byte on the wire a connection may have
// to be made, and meanwhile the process may be blocked or suspended: a refresh token whose lease has ended in that time
// must not leave any more. Node's `fetch` announces both moments (undici's diagnostics channels), the second right before
// it writes; for a `fetch` that does not, the check runs before the call alone.

import { AsyncLocalStorage } from 'node:async_hooks'
import { subscribe } from 'node:diagnostics_channel'

import { type Fetch, TransportError } from './http.ts'

type Check = () => void

const calling = new AsyncLocalStorage<Check>()
const checks = new WeakMap<object, Check>()
let subscribed = false

/**
 * Calls `fetch`, unless `mayLeave` returns false: now, or at the moment at which the request is about to be written.
 *
 * @throws {TransportError} with `sent: false` when it has not left.
 * @see {@link https://github.com/nodejs/undici/blob/main/docs/docs/api/DiagnosticsChannel.md undici's channels}
 */
export async function fetchBeforeDeadline(
  fetch: Fetch,
  url: string | URL,
  init: RequestInit,
  mayLeave: () => boolean,
): Promise<Response> {
  const late = new AbortController()
  const check = () => {
    if (!mayLeave()) late.abort(new TransportError('it was too late to send the request', false, undefined, 'too_late'))
  }
  check()
  late.signal.throwIfAborted()
  listen()
  const signal = init.signal ? AbortSignal.any([init.signal, late.signal]) : late.signal
  try {
    return await calling.run(check, () => fetch(url, { ...init, signal }))
  } catch (error) {
    throw late.signal.aborted ? late.signal.reason : error
  }
}

function listen(): void {
  if (subscribed) return
  subscribed = true
  subscribe('undici:request:create', (message) => {
    const check = calling.getStore()
    if (check) checks.set(requestIn(message), check)
  })
  subscribe('undici:client:sendHeaders', (message) => checks.get(requestIn(message))?.())
}

function requestIn(message: unknown): object {
  return (message as { request: object }).request
}
