// The object that `createPunctual` returns to the host application.

import type { ApiKeys } from './access/api-keys.ts'
import type { Background } from './background.ts'
import type { ClientState, ClientStateOf } from './client-states.ts'
import type { Connection } from './connection.ts'
import { type Checks, checkOptions, ifGiven, owner, shown, valueError } from './core/check.ts'
import { PunctualError } from './core/errors.ts'
import type { Listener } from './core/events.ts'
import type { Operator } from './core/operator.ts'
import type { ErasureResult, PersonalData } from './core/personal-data.ts'
import type { Client, ClientHealth } from './core/provider.ts'
import type { ConnectionRow } from './core/store/connections.ts'
import type { Events } from './events.ts'
import type { BeginRequest, ConnectRedirect } from './flow/begin.ts'
import type { CompleteRequest } from './flow/complete.ts'
import type { ConnectSessions } from './flow/connect-sessions.ts'
import type { Flow } from './flow/flow.ts'
import type { EventAdmin } from './outbox/admin.ts'
import type { OwnerRequest, PersonalDataService } from './personal-data.ts'
import type { ConnectionRecords, ListRequest } from './records/connections.ts'
import type { Statistics } from './statistics.ts'
import type { WebhookService, Webhooks } from './webhooks/webhooks.ts'

/** What `createPunctual` returns. The compiler infers `Clients` from its option `clients`. */
export interface Punctual<Clients extends Client = Client> {
  /**
   * Responds to requests below `baseUrl`: connect, callback, webhooks. For Node's own requests use `nodeListener`.
   */
  handler(request: Request): Promise<Response>
  /**
   * Begins to connect an account. Send the browser to `url` with `headers`, which hold the cookie of this attempt.
   *
   * @throws {PunctualError} `invalid_argument`, or `connection_not_found` for a `connection` of another owner.
   * @example
   * ```ts
   * const { url, headers } = await punctual.begin({ client: 'calendly', owner: user.id, returnTo: '/settings' })
   * headers.set('location', url.href)
   * return new Response(null, { status: 303, headers })
   * ```
   */
  begin(request: BeginRequest<Clients['id']>): Promise<ConnectRedirect>
  /**
   * For use without `currentOwner`: exchanges the code that Punctual holds, for the person who is signed in. The same call
   * again returns the same connection. For another person than the one who began it rejects, and ends nothing.
   *
   * @throws {PunctualError} `invalid_argument`, `attempt_refused`, `account_mismatch`, `provider_unavailable` (reason
   *   `pending`: call again after `retryAfterMs`) or `client_misconfigured`; for a connect session also
   *   `connect_session_not_found`, or `connection_not_found` where the connection to repair was disconnected.
   * @example
   * ```ts
   * const session = new URL(request.url).searchParams.get('punctual_session') ?? ''
   * const connection = await punctual.complete({ session, owner: user.id })
   * ```
   */
  complete(request: CompleteRequest): Promise<Connection>
  /** Pages on which a person chooses what to connect, for use without `currentOwner`. */
  readonly connectSessions: ConnectSessions<Clients['id']>
  readonly connections: {
    /**
     * Returns a page of connections, oldest first. `cursor` is `null` at the end.
     *
     * @throws {PunctualError} `invalid_argument`, also for an `owner` that is `undefined` or empty, and for a `client` that
     *   is not configured and has no connections.
     * @example
     * ```ts
     * const { connections, cursor } = await punctual.connections.list({ owner: user.id, status: 'active' })
     * ```
     */
    list(request?: ListRequest<Clients['id']>): Promise<{ connections: Connection[]; cursor: string | null }>
    /**
     * Returns one connection. If the id comes from a browser, give the `owner`: another owner's connection is then not
     * found.
     *
     * @throws {PunctualError} `connection_not_found`, or `invalid_argument` for an `owner` that is `undefined` or empty.
     * @example
     * ```ts
     * const connection = await punctual.connections.get(id, { owner: user.id })
     * ```
     */
    get(id: string, options?: { owner?: string }): Promise<Connection>
  }
  /**
   * Erases an owner: disconnects every connection, as `disconnect` does, and deletes everything that is kept about the owner.
   * What the provider has not confirmed yet remains, without a name, until the background has finished it; the same call
   * again finishes it too.
   *
   * @throws {PunctualError} `invalid_argument`, `store_unavailable`.
   * @example
   * ```ts
   * const { removed, isComplete } = await punctual.erase({ owner: user.id })
   * ```
   */
  erase(request: { owner: string }): Promise<ErasureResult>
  /**
   * Returns everything that is kept about an owner, as JSON can hold it: without tokens, secrets and digests.
   *
   * @throws {PunctualError} `invalid_argument`, `store_unavailable`.
   * @example
   * ```ts
   * const data = await punctual.export({ owner: user.id })
   * ```
   */
  export(request: { owner: string }): Promise<PersonalData>
  /**
   * Returns whether an account can be connected through that client right now, as far as it is known. Nothing is sent.
   *
   * @throws {PunctualError} `invalid_argument` for an unknown client, or `store_unavailable`.
   */
  clientState(client: Clients['id']): Promise<ClientState>
  /** The events that wait for `deliverTo`, and the dead ones. */
  readonly events: EventAdmin
  /** The keys of the HTTP API. */
  readonly apiKeys: ApiKeys
  /** Subscriptions to the providers' webhooks. `handler` receives the deliveries. */
  readonly webhooks: Webhooks<Clients>
  /**
   * Starts the background work: it refreshes grants before they expire, dispatches events and looks after subscriptions.
   * Returns at once. A problem with the store, the keys or the journal is reported as a `fault`.
   */
  start(): void
  /**
   * Stops the background work, waits for all work in progress, and closes the store. Calls that still wait for their turn
   * reject with `rate_limited`, reason `stopping`. It may be called without `start()`, and twice. The next use opens the
   * store again.
   */
  stop(): Promise<void>
  /**
   * Resolves if Punctual can serve requests. Writes one row that exists for this check, and changes nothing else.
   *
   * @throws {PunctualError} `store_unavailable`: the store cannot be reached or written, or has another schema; it was copied to
   *   another database (`moved`, `held`); the keys do not open what it holds (`unknown_key`); the journal cannot be
   *   written (`journal_unwritable`); the escrow cannot be read (`escrow_unreadable`) or knows no grant of the database
   *   that has had one (`escrow_empty`); or a restored backup is still being
   *   healed from it (`not_healed`).
   */
  ready(): Promise<void>
  /**
   * Returns how each provider has taken its client's credentials lately, by the client's id. One that is `misconfigured`
   * stops its own refreshes and no other client's, so it does not keep `ready` from resolving.
   *
   * @throws {PunctualError} `store_unavailable`.
   */
  health(): Promise<Readonly<Record<Clients['id'], ClientHealth>>>
  /**
   * Counts connections and events, for metrics. The store is counted once a minute at most: until then every call returns
   * the same object.
   *
   * @throws {PunctualError} `store_unavailable`.
   * @example
   * ```ts
   * const { connections, events } = await punctual.statistics()
   * console.log(connections.calendly?.needs_reconnect, events.oldestPendingMs)
   * ```
   */
  statistics(): Promise<Statistics>
  /** What has happened and what needs a person, over all processes: for the operator's pages and commands. */
  readonly operator: Operator
  /**
   * Calls the listener for every event of this process, once and as it happens: for logs and metrics. Use `deliverTo`
   * for what must not be missed. Returns a function that removes the listener. Without a listener, Punctual writes
   * failures to stderr.
   */
  on(listener: Listener): () => void
}

export interface SurfaceDependencies {
  readonly handler: (request: Request) => Promise<Response>
  readonly clients: ReadonlyMap<string, Client>
  readonly flow: Pick<Flow, 'begin' | 'complete' | 'connectSessions'>
  readonly connections: Pick<ConnectionRecords, 'get' | 'list'>
  readonly connectionOf: (row: ConnectionRow) => Connection
  readonly clientState: ClientStateOf
  readonly personalData: PersonalDataService
  readonly eventAdmin: EventAdmin
  readonly apiKeys: ApiKeys
  readonly webhooks: Pick<WebhookService, 'webhooks'>
  readonly events: Pick<Events, 'fault' | 'on'>
  /** Makes `stop` wait for a caller's work. */
  readonly follow: Background['follow']
  readonly start: () => void
  readonly stop: () => Promise<void>
  readonly ready: () => Promise<void>
  readonly health: () => Promise<Readonly<Record<string, ClientHealth>>>
  readonly statistics: () => Promise<Statistics>
  readonly operator: Operator
}

interface GetOptions {
  readonly owner?: string
}

const getChecks: Checks<GetOptions> = { owner: ifGiven(owner) }

export function createSurface(dependencies: SurfaceDependencies): Punctual {
  const { handler, clients, flow, connections, connectionOf, webhooks, events, follow } = dependencies

  async function get(id: string, options?: GetOptions): Promise<Connection> {
    if (options !== undefined) checkOptions('connections.get', options, getChecks)
    const row = await connections.get(id)
    if (row && (options?.owner === undefined || row.owner === options.owner)) return connectionOf(row)
    throw new PunctualError(
      'connection_not_found',
      'connections.get: the connection does not exist, or belongs to another owner. Check the id.',
    )
  }

  async function list(request: ListRequest = {}): Promise<{ connections: Connection[]; cursor: string | null }> {
    const page = await connections.list(request)
    const { client } = request
    if (page.connections.length === 0 && client !== undefined && !clients.has(client)) await assertKnown(client)
    return { connections: page.connections.map(connectionOf), cursor: page.cursor }
  }

  /** A client that is no longer configured may still have connections. One that never had any is a misspelt id. */
  async function assertKnown(client: string): Promise<void> {
    const { connections: found } = await connections.list({ client, limit: 1 })
    if (found.length > 0) return
    const known = [...clients.keys()].join(', ')
    throw valueError(
      'connections.list',
      'client',
      `must be one of ${known}, or have connections. It is ${shown(client)}`,
    )
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
    connectSessions: followedSessions(flow.connectSessions, follow),
    connections: Object.freeze({ get, list }),
    clientState: (client: string) => follow(dependencies.clientState(client)),
    erase: (request: OwnerRequest) => follow(dependencies.personalData.erase(request)),
    export: (request: OwnerRequest) => follow(dependencies.personalData.export(request)),
    events: dependencies.eventAdmin,
    apiKeys: dependencies.apiKeys,
    webhooks: webhooks.webhooks,
    start: dependencies.start,
    stop: dependencies.stop,
    ready: () => follow(dependencies.ready()),
    health: () => follow(dependencies.health()),
    statistics: () => follow(dependencies.statistics()),
    operator: followedOperator(dependencies.operator, follow),
    on: events.on,
  })
}

function followedSessions(sessions: ConnectSessions, follow: Background['follow']): ConnectSessions {
  return Object.freeze<ConnectSessions>({
    create: (request) => follow(sessions.create(request)),
    get: (id, options) => follow(sessions.get(id, options)),
    begin: (id, client, request) => follow(sessions.begin(id, client, request)),
    arrive: (id, request) => follow(sessions.arrive(id, request)),
  })
}

function followedOperator(operator: Operator, follow: Background['follow']): Operator {
  return Object.freeze<Operator>({
    overview: () => follow(operator.overview()),
    series: (request) => follow(operator.series(request)),
    errors: (request) => follow(operator.errors(request)),
    connections: (request) => follow(operator.connections(request)),
    history: (connection, request) => follow(operator.history(connection, request)),
    calls: operator.calls,
    limits: (connection) => follow(operator.limits(connection)),
    dispatches: (event, request) => follow(operator.dispatches(event, request)),
    refusals: (request) => follow(operator.refusals(request)),
    attempts: (request) => follow(operator.attempts(request)),
    audit: (request) => follow(operator.audit(request)),
    record: (entry) => follow(operator.record(entry)),
  })
}
