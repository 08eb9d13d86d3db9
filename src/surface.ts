// What a host application holds of Punctual.

import type { Background } from './background.ts'
import type { Connection } from './connection.ts'
import { assertOptions, assertOwnerIfThere } from './core/check.ts'
import { PunctualError } from './core/errors.ts'
import type { Listener } from './core/events.ts'
import type { ConnectionRow } from './core/store/connections.ts'
import type { Events } from './events.ts'
import type { BeginRequest, ConnectRedirect } from './flow/begin.ts'
import type { CompleteRequest } from './flow/complete.ts'
import type { Flow } from './flow/flow.ts'
import type { EventAdmin } from './outbox/admin.ts'
import type { ConnectionRecords, ListRequest } from './records/connections.ts'
import type { WebhookService, Webhooks } from './webhooks/webhooks.ts'

export interface Punctual {
  /** Handles the requests below `baseUrl`: connect, callback, webhooks. */
  handler(request: Request): Promise<Response>
  /** Begins to connect: returns where to send the browser, and the cookie to send along. */
  begin(request: BeginRequest): Promise<ConnectRedirect>
  /** Server mode: exchanges a held code once the host application has said who is signed in. */
  complete(request: CompleteRequest): Promise<Connection>
  readonly connections: {
    list(request?: ListRequest): Promise<{ connections: Connection[]; cursor: string | null }>
    /**
     * With `owner`, only that owner's: for ids that come from a browser. An `owner` that is given must name an owner.
     *
     * @throws {PunctualError} `connection_not_found`, or `invalid_argument` for an `owner` that is `undefined` or empty.
     */
    get(id: string, of?: { owner?: string }): Promise<Connection>
  }
  /** The events for `deliverTo`: those that wait, those that are acknowledged, and those that are dead. */
  readonly events: EventAdmin
  /** Subscriptions to the providers' webhooks; `handler` receives what they send. */
  readonly webhooks: Webhooks
  /** Starts the background work: grants in use are refreshed before their tokens end, events are dispatched again. */
  start(): void
  /** Stops the background work, and waits for everything under way. Afterwards it can be started again. */
  stop(): Promise<void>
  /**
   * Resolves when requests can be served. Writes one row that exists for that purpose, and changes nothing else.
   *
   * @throws {PunctualError} `store_unavailable`: the store cannot be reached or written, is not as this version needs it
   *   or has been copied to another database (`moved`, `held`), the keys do not open what it holds (`unknown_key`), or the journal
   *   cannot be written (`journal_unwritable`).
   */
  ready(): Promise<void>
  /**
   * Calls the listener for every event of this process, once and as it happens: for logs and metrics. Events that must not
   * be missed go to `deliverTo`. Returns a function that removes the listener. Until there is a listener, what goes wrong is
   * written to stderr.
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

  async function get(id: string, of: { owner?: string } = {}): Promise<Connection> {
    assertOptions('connections.get', of, ['owner'])
    assertOwnerIfThere('connections.get', of)
    const row = await connections.get(id)
    if (row && (of.owner === undefined || row.owner === of.owner)) return connectionOf(row)
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
