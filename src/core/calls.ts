// What a connection offers for calling the provider's API in its name.

import type { Account } from './connection.ts'
import type { PunctualError } from './errors.ts'

/** How a call may wait for its turn within the provider's limits. */
export interface QueueOptions {
  /** `true`: the call starts only when no other call waits. Default false. */
  readonly background?: boolean
  /**
   * Milliseconds that the call may wait for its turn. The deadline then counts from the moment when the call starts.
   * Without this option, the wait is part of the deadline. A call that changes something then waits until one second
   * before the deadline at most.
   */
  readonly maxWaitMs?: number
  /** Calls with the same name share one place in the queue. Default: the connection object is the caller. */
  readonly caller?: string
  /**
   * Milliseconds after which the request must not leave any more, also if the process was suspended meanwhile. It is then
   * given up, and nothing was sent: `provider_unavailable`, reason `too_late`. Default: no such limit.
   */
  readonly latestSendMs?: number
}

/** The headers of a request, as the standard `fetch` accepts them. */
export type RequestHeaders = NonNullable<RequestInit['headers']>

/**
 * The options of the standard `fetch`, and how long the call may take. The deadline covers the body too. A body of at
 * most 256 KiB has been read when `fetch` returns; the longer body of a successful GET, HEAD or OPTIONS is still
 * arriving. A body of more than 32 MiB is an error (reason `too_long`).
 */
export interface CallInit extends RequestInit, QueueOptions {
  /** Milliseconds for headers and body together. Default 30 000. */
  readonly deadlineMs?: number
}

export interface PagesInit extends QueueOptions {
  readonly headers?: RequestHeaders
  readonly signal?: AbortSignal
  /** Milliseconds for each page. Default 30 000. */
  readonly deadlineMs?: number
  /**
   * The `position` of an earlier iteration, to continue there. It holds the parameters of the list: do not
   * take it from a person whom you would not let make the call.
   */
  readonly from?: string
}

/** The items of a list. Each page is requested while you iterate. A `break` ends the requests. */
export interface Pages<Item> extends AsyncIterable<Item> {
  /** The position after the last item that was read; `null` at the end. Holds no secret. */
  readonly position: string | null
}

/** The provider's response to a call, and what it means. */
export interface CallResult {
  readonly response: Response
  /** What the response means if it is a failure, otherwise `null`. */
  readonly failure: PunctualError | null
}

/** The part of a connection that makes calls. */
export interface ApiCaller {
  /** The provider's name; `null` for a client that is no longer configured. */
  readonly provider: string | null
  readonly account: Account
  /** Makes one call, as `connection.fetch` does, and returns its meaning beside the response. */
  call(path: string | URL, init?: CallInit): Promise<CallResult>
  pages<Item = unknown>(path: string | URL, init?: PagesInit): Pages<Item>
}
