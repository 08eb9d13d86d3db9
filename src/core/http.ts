// Requests that always end. Every request has a deadline for head and body and a limit on what it reads, and follows no
// redirect. A failure says whether the request can have left.

import type { Clock } from './clock.ts'
import { causeOf } from './foreign-error.ts'
import { elapse } from './timeouts.ts'

/** The standard `fetch`, as far as Punctual uses it. */
export type Fetch = (input: string | URL, init?: RequestInit) => Promise<Response>

export const platformFetch: Fetch = (input, init) => globalThis.fetch(input, init)

/** A response that was read to its end. */
export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
}

/**
 * What kept a whole answer from coming. `truncated`: it broke off after its head. `aborted`: the caller's
 * signal was aborted. `too_late`: it could not leave in time.
 */
export type TransportReason = 'network' | 'timeout' | 'too_long' | 'truncated' | 'aborted' | 'too_late'

/** A request without a whole response. `sent: false`: it certainly never reached the provider. */
export class TransportError extends Error {
  override readonly name = 'TransportError'
  readonly sent: boolean
  readonly reason: TransportReason

  constructor(message: string, sent: boolean, cause?: unknown, reason: TransportReason = 'network') {
    super(message, { cause })
    this.sent = sent
    this.reason = reason
    Object.defineProperty(this, 'cause', { enumerable: false })
  }
}

export interface AskLimits {
  /** For head and body together. Without it, only `signal` ends the request. */
  readonly deadlineMs?: number | undefined
  /** Bytes of body; a longer body is a broken answer. Default 256 KiB. */
  readonly limitBytes?: number
  readonly signal?: AbortSignal | undefined
}

/**
 * Sends one request and reads the whole response.
 *
 * @throws {TransportError} when no whole response came in time.
 */
export async function ask(
  parts: { readonly fetch: Fetch; readonly clock: Clock },
  url: string | URL,
  init: RequestInit,
  limits: AskLimits,
): Promise<Answer> {
  const task = async (signal: AbortSignal): Promise<Answer> => {
    const response = await parts.fetch(url, { ...init, redirect: 'manual', signal })
    return {
      status: response.status,
      headers: response.headers,
      text: await readText(response, limits.limitBytes ?? 262_144, signal),
    }
  }
  const { deadlineMs, signal = new AbortController().signal } = limits
  const answer = deadlineMs === undefined ? task(signal) : withDeadline(parts.clock, deadlineMs, limits.signal, task)
  return answer.catch((cause: unknown) => {
    if (cause instanceof TransportError) throw cause
    const reason = limits.signal?.aborted ? 'aborted' : 'network'
    throw new TransportError(describe(cause), reason === 'aborted' || !neverLeft(cause), causeOf(cause), reason)
  })
}

/**
 * Runs `task` with a signal that is aborted at the deadline or by the caller's signal, and does not wait for a task
 * that ignores its signal. A deadline that is noticed late, because the process was blocked or suspended, leaves a
 * moment for reading what has arrived.
 */
export async function withDeadline<Result>(
  clock: Clock,
  ms: number,
  outer: AbortSignal | undefined,
  task: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const ours = new AbortController()
  const timer = new AbortController()
  const { promise: over, reject } = Promise.withResolvers<never>()
  const end = (reason: unknown) => {
    ours.abort(reason)
    reject(reason)
  }
  const stop = () => end(outer?.reason)
  if (outer?.aborted) stop()
  else outer?.addEventListener('abort', stop, { once: true })
  elapse(clock, ms, timer.signal).then(
    () => end(new TransportError(`no whole answer within ${Math.ceil(ms / 1000)} s`, true, undefined, 'timeout')),
    () => {},
  )
  try {
    return await Promise.race([over, task(ours.signal)])
  } finally {
    timer.abort('done')
    outer?.removeEventListener('abort', stop)
    over.catch(() => {})
  }
}

async function readText(response: Response, limit: number, signal: AbortSignal): Promise<string> {
  if (!response.body) return ''
  const reader = response.body.getReader()
  const cancel = () => void reader.cancel(signal.reason).catch(() => {})
  signal.addEventListener('abort', cancel, { once: true })
  const decoder = new TextDecoder()
  let text = ''
  let size = 0
  try {
    for (;;) {
      const { done, value } = await reader.read().catch((cause: unknown) => {
        // The head has come, so the request has left, even if the cause says otherwise.
        throw signal.aborted
          ? signal.reason
          : new TransportError('the answer broke off', true, causeOf(cause), 'truncated')
      })
      if (signal.aborted) throw signal.reason
      if (done) return text + decoder.decode()
      size += value.byteLength
      if (size > limit)
        throw new TransportError(`the answer is longer than ${limit} bytes`, true, undefined, 'too_long')
      text += decoder.decode(value, { stream: true })
    }
  } finally {
    signal.removeEventListener('abort', cancel)
    if (size > limit) cancel()
  }
}

const certificateCode =
  /^(CERT_.+|ERR_TLS_CERT_.+|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_(GET|VERIFY|DECRYPT|DECODE)_.+)$/

// Errors of Node's resolver, of connect() and of the TLS handshake: no byte of the request has been written then.
const beforeTheRequest =
  /^(ENOTFOUND|EAI_AGAIN|EAI_FAIL|ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL|UND_ERR_CONNECT_TIMEOUT|CERT_.+|ERR_TLS_CERT_.+|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_.+)$/

/** Whether a failed `fetch` certainly wrote no byte of the request. Returns false where that is not certain. */
export function neverLeft(error: unknown): boolean {
  try {
    return isOfNoRequest(error)
  } catch {
    // A foreign error that cannot even be read.
    return false
  }
}

function isOfNoRequest(error: unknown): boolean {
  for (let at = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth++) {
    if (at instanceof AggregateError) return at.errors.length > 0 && at.errors.every(isOfNoRequest)
    const { code, syscall } = at as { code?: unknown; syscall?: unknown }
    if (typeof code === 'string' && beforeTheRequest.test(code) && isOfConnecting(code, syscall)) return true
  }
  return false
}

/** A host or network that is lost during a connection fails `read` or `write` with the same code as connect(). */
function isOfConnecting(code: string, syscall: unknown): boolean {
  if (syscall === undefined) return !/^E(HOST|NET)UNREACH$/.test(code)
  return syscall === 'connect' || syscall === 'getaddrinfo'
}

/** Returns the first code of an error and its causes. */
export function causeCode(error: unknown): string | null {
  for (let at = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth++) {
    const code = (at as { code?: unknown }).code
    if (typeof code === 'string') return code
    if (at instanceof AggregateError && at.errors.length > 0) return causeCode(at.errors[0])
  }
  return null
}

/** Whether a code says that the server's certificate is not trusted, has expired, or has another name. */
export function isOfCertificate(code: string): boolean {
  return certificateCode.test(code)
}

function describe(error: unknown): string {
  const code = causeCode(error)
  if (code === null) return 'the connection failed'
  if (!isOfCertificate(code)) return `the connection failed (${code})`
  return `its certificate is not trusted (${code}); name the file of its authority in NODE_EXTRA_CA_CERTS`
}
