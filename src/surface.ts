// What a host application holds of Punctual.

import type { Background } from './background.ts'
import type { Connection } from './connection.ts'
import { checkOptions, ifGiven, owner } from './core/check.ts'
import { PunctualError } from './core/errors.ts'
import type { Listener } from './core/events.ts'
import type { Client } from './core/provider.ts'
import type { ConnectionRow } from './core/store/connections.ts'
import type { Events } from './events.ts'
import type { BeginRequest, ConnectRedirect } from './flow/begin.ts'
import type { CompleteRequest } from './flow/complete.ts'
import type { Flow } from './flow/flow.ts'
import type { EventAdmin } from './outbox/admin.ts'
import type { ConnectionRecords, ListRequest } from './records/connections.ts'
import type { WebhookService, Webhooks } from './webhooks/webhooks.ts'

/** What `createPunctual` returns. `Clients` follows from its option `clients`. */
export interface Punctual<Clients extends Client = Client> {
  /**
   * Responds to what lies below `baseUrl`: connect, callback, webhooks. Node's own requests go to `nodeListener`.
   */
  handler(request: Request): Promise<Response>
  /**
   * Begins to connect an account. Send the browser to `url`, with `headers`: they hold the cookie of this attempt.
   *
   * @throws {PunctualError} `invalid_argument`, or `connection_not_found` for a `connection` that is not this owner's.
   * @example
   * ```ts
   * const { url, headers } = await punctual.begin({ client: 'calendly', owner: user.id, returnTo: '/settings' })
   * headers.set('location', url.href)
   * return new Response(null, { status: 303, headers })
   * ```
   */
  begin(request: BeginRequest<Clients['id']>): Promise<ConnectRedirect>
  /**
   * Server mode, without `currentOwner`: exchanges the code that is held, for the person who is signed in.
   *
   * @throws {PunctualError} `invalid_argument`, `attempt_refused`, `account_mismatch`, `provider_unavailable` (reason
   *   `pending`: call again after `retryAfterMs`) or `client_misconfigured`.
   * @example
   * ```ts
   * const session = new URL(request.url).searchParams.get('punctual_session') ?? ''
   * const connection = await punctual.complete({ session, owner: user.id })
   * ```
   */
  complete(request: CompleteRequest): Promise<Connection>
  readonly connections: {
    /**
     * A page of connections, oldest first. `cursor` is `null` at the end.
     *
     * @throws {PunctualError} `invalid_argument`, also for an `owner` that is `undefined` or empty.
     * @example
     * ```ts
     * const { connections, cursor } = await punctual.connections.list({ owner: user.id, status: 'active' })
     * ```
     */
    list(request?: ListRequest<Clients['id']>): Promise<{ connections: Connection[]; cursor: string | null }>
    /**
     * One connection. With `owner`, only that owner's: for ids that come from a browser.
     *
     * @throws {PunctualError} `connection_not_found`, or `invalid_argument` for an `owner` that is `undefined` or empty.
     * @example
     * ```ts
     * const connection = await punctual.connections.get(id, { owner: user.id })
     * ```
     */
    get(id: string, options?: { owner?: string }): Promise<Connection>
  }
  /** What is on its way to `deliverTo`, and what was given up. */
  readonly events: EventAdmin
  /** Subscriptions to the providers' webhooks; `handler` takes what they send. */
  readonly webhooks: Webhooks<Clients>
  /**
   * Starts the background work: grants in use are refreshed before they expire, events are dispatched again. Returns at
   * once; what is wrong with the store, the keys or the journal is reported as a `fault`.
   */
  start(): void
  /**
   * Stops the background work, waits for all that is under way, and closes the store. Calls that still wait for their turn
   * reject with `rate_limited`, reason `stopping`. Works without `start()`, and twice. The next use opens the store again.
   */
  stop(): Promise<void>
  /**
   * Resolves when requests can be served. Writes one row that is there for that, and changes nothing else.
   *
   * @throws {PunctualError} `store_unavailable`: the store cannot be reached or written, is not as this version needs it
   *   or has been carried over (`moved`, `held`), the keys do not open what it holds (`unknown_key`), or the journal
   *   cannot be written (`journal_unwritable`).
   */
  ready(): Promise<void>
  /**
   * Calls back on every lifecycle event of this process, once and as it happens: for logs and metrics. What must not be
   * missed goes to `deliverTo`. Answers the way to stop that. Until there is a listener, what goes wrong is written to
   * stderr.
   */
  on(listener: Listener): () => void
}

export interface SurfaceDependencies {
  readonly handler: (request: Request) => Promise<Response>
  readonly flow: Pick<Flow, 'begin' | 'complete'>
  readonly connections: Pick<ConnectionRecords, 'get' | 'list'>
  readonly connectionOf: (row: ConnectionRow) => Connection
  readonly eventAdmin: EventAdmin
  readonly webhooks: Pick<WebhookService, 'webhooks'>
  readonly events: Pick<Events, 'fault' | 'on'>
  /** Keeps a caller's work in sight of `stop`. */
  readonly follow: Background['follow']
  readonly start: () => void
  readonly stop: () => Promise<void>
  readonly ready: () => Promise<void>
}

export function createSurface(dependencies: SurfaceDependencies): Punctual {
  const { handler, flow, connections, connectionOf, eventAdmin, webhooks, events, follow, start, stop, ready } =
    dependencies

  async function get(id: string, options: { owner?: string } = {}): Promise<Connection> {
    checkOptions('connections.get', options, { owner: ifGiven(owner) })
    const row = await connections.get(id)
    if (row && (options.owner === undefined || row.owner === options.owner)) return connectionOf(row)
    throw new PunctualError('connection_not_found', 'There is no connection of that id.')
  }

  async function list(request: ListRequest = {}): Promise<{ connections: Connection[]; cursor: string | null }> {
    const page = await connections.list(request)
    return { connections: page.connections.map(connectionOf), cursor: page.cursor }
  }

  async function handled(request: Request): Promise<Response> {
    try {
      return await handler(request)
    } catch (error) {
      events.fault(error)
      throw error
    }
  }

  return Object.freeze({
    handler: (request: Request) => follow(handled(request)),
    begin: (request: BeginRequest) => follow(flow.begin(request)),
    complete: (request: CompleteRequest) => follow(flow.complete(request).then((id) => get(id))),
    connections: Object.freeze({ get, list }),
    events: eventAdmin,
    webhooks: webhooks.webhooks,
    start,
    stop,
    ready: () => follow(ready()),
    on: events.on,
  })
}
