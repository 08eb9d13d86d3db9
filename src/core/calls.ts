// What a connection offers to whoever calls the provider's API in its name.

import type { Account } from './connection.ts'

/** How a call may wait for its turn within the provider's limits. */
export interface QueueOptions {
  /** Whether it goes only while no other call waits. Default false. */
  readonly background?: boolean
  /**
   * Ms that the call may wait for its turn; the deadline then counts from there. Without it, waiting is part of the
   * deadline, and a call that changes something waits until a second before it at most.
   */
  readonly maxWaitMs?: number
  /** Callers of that name share one place in the queue. Default: the connection object is the caller. */
  readonly caller?: string
}

/** The headers of a request, as the standard `fetch` takes them. */
export type RequestHeaders = NonNullable<RequestInit['headers']>

/** As `fetch` takes it, and how long it may take. */
export interface CallInit extends RequestInit, QueueOptions {
  /** Milliseconds for head and body together. Default 30 000. */
  readonly deadlineMs?: number
}

export interface PagesInit extends QueueOptions {
  readonly headers?: RequestHeaders
  readonly signal?: AbortSignal
  /** Milliseconds for each page. Default 30 000. */
  readonly deadlineMs?: number
  /** Where an earlier iteration stood: its `position`. */
  readonly from?: string
}

/** The items of a list, page after page, asked for as they are taken. A `break` ends the asking. */
export interface Pages<Item> extends AsyncIterable<Item> {
  /** Where it stands: what follows the last item that was taken. `null` at the end. Holds no secret. */
  readonly position: string | null
}

/** The part of a connection that calls are made with. */
export interface ApiCaller {
  /** The provider's name; `null` for a client that is no longer configured. */
  readonly provider: string | null
  readonly account: Account
  fetch(path: string | URL, init?: CallInit): Promise<Response>
  pages<Item = unknown>(path: string | URL, init?: PagesInit): Pages<Item>
}
