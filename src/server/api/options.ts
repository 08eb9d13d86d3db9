// What the HTTP API needs of its host. No type of a bundled package appears here, since this is part of the public surface.

import type { Clock } from '../../core/clock.ts'
import type { Client } from '../../core/provider.ts'

/** Requests of one API key in one minute, unless the options say another number. */
export const usualRequestsPerMinute = 600

export interface ApiOptions {
  /** The clients that Punctual was created with: the examples of the document name the first of them. */
  readonly clients: readonly Client[]
  /**
   * `false`: no API key reads a token, whatever its scopes are. Default true. What a provider repeats in its answers is
   * for the option `fetch` of `createPunctual` to remove.
   */
  readonly tokens?: boolean
  /** Requests of one API key in one minute. Default 600. Counted in this process. */
  readonly requestsPerMinute?: number
  /** Where a client reaches this service, for the document; no slash at the end. Default: the host that serves it. */
  readonly baseUrl?: string | URL
  /** The address of the page that explains the errors. Default: `docs/errors.md` in the repository. */
  readonly documents?: string | URL
  /** Milliseconds for the body of a request to arrive. Default 30 000. */
  readonly bodyTimeoutMs?: number
  /** Milliseconds for a call through the proxy: its wait, its request and its whole response. Default 30 000. */
  readonly callTimeoutMs?: number
  /** Milliseconds for every other request, after its body has arrived. Default 55 000. */
  readonly operationTimeoutMs?: number
  readonly clock?: Clock
}
