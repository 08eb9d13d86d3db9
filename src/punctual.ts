// The composition root: puts the parts together and says nothing itself.

import { type Connection, type ConnectionParts, createConnection } from './connection.ts'
import { createAttempts } from './connections/attempts.ts'
import { createConnections, type ListRequest } from './connections/connections.ts'
import { createGrants } from './connections/grants.ts'
import { PunctualError } from './core/errors.ts'
import type { Listener } from './core/events.ts'
import { createEvents } from './events.ts'
import { type BeginRequest, type Begun, begin } from './flow/begin.ts'
import { type CompleteRequest, complete } from './flow/complete.ts'
import type { FlowParts } from './flow/parts.ts'
import { recover } from './flow/recover.ts'
import { createHandler } from './handler.ts'
import { schedule } from './keeper/due.ts'
import { createJournal } from './keeper/journal.ts'
import { createKeeper } from './keeper/keeper.ts'
import { paceOf } from './keeper/outcome.ts'
import { createPauses } from './keeper/pauses.ts'
import { openedOnUse } from './opened-store.ts'
import { type PunctualOptions, parseOptions } from './options.ts'
import { createVault } from './vault/cipher.ts'
import { createKeyring } from './vault/keyring.ts'

export interface Punctual {
  /** Answers what lies below `baseUrl`: connect, callback, webhooks. */
  handler(request: Request): Promise<Response>
  /** Begins to connect: where to send the browser, and the cookie to send along. */
  begin(request: BeginRequest): Promise<Begun>
  /** Server mode: exchanges a held code for the person who is signed in. */
  complete(request: CompleteRequest): Promise<Connection>
  readonly connections: {
    list(request?: ListRequest): Promise<{ connections: Connection[]; cursor: string | null }>
    /**
     * With `owner`, only that owner's: for ids that come from a browser.
     *
     * @throws {PunctualError} `connection_not_found`.
     */
    get(id: string, of?: { owner?: string }): Promise<Connection>
  }
  /** Starts the keeper: grants in use are renewed before they end. */
  start(): void
  /** Stops it, and waits for all that is under way. */
  stop(): Promise<void>
  /** Rejects with `store_unavailable` while the store cannot be used. */
  ready(): Promise<void>
  /** Calls back on every lifecycle event. Answers the way to stop that. */
  on(listener: Listener): () => void
}

/**
 * Puts Punctual together.
 *
 * @throws {PunctualError} `invalid_option` with a sentence that names the option.
 */
export function createPunctual(options: PunctualOptions): Punctual {
  const settings = parseOptions(options)
  const { clients, clock, random, fetch, keepWarm } = settings
  const vault = createVault(createKeyring(settings.keys), random)
  const store = openedOnUse(settings.store, clock)

  const attempts = createAttempts({ store, vault })
  const grants = createGrants({ store, vault })
  const connections = createConnections({ store, vault })
  const events = createEvents({ clock, connections })
  const keeper = createKeeper({
    grants,
    clients,
    clock,
    random,
    fetch,
    keepWarm,
    concurrency: 8,
    pauses: createPauses({ clients: store.clients, report: events.ofClients }),
    journal: createJournal({ clock, files: settings.journal }),
    report: events.ofGrants,
    refusals: new Map(),
    chores: () => recover(flow),
    fault: events.fault,
  })
  const flow: FlowParts = {
    attempts,
    connections,
    grants,
    clients,
    clock,
    random,
    fetch,
    baseUrl: settings.baseUrl,
    returnTo: settings.returnTo,
    identify: settings.identify,
    schedule: (provider, answer, elapsed) => schedule({ random, keepWarm }, provider, answer, elapsed),
    pace: paceOf,
    report: events.ofFlow,
    track: keeper.track,
  }
  const parts: ConnectionParts = { keeper, connections, flow, calls: { keeper, clients, clock, fetch } }

  const handler = createHandler(flow)
  const get = async (id: string, { owner }: { owner?: string } = {}): Promise<Connection> => {
    const row = await connections.get(id)
    if (!row || (owner !== undefined && row.owner !== owner))
      throw new PunctualError('connection_not_found', 'There is no connection of that id.')
    return createConnection(parts, row)
  }
  return Object.freeze({
    handler: (request: Request) => keeper.follow(handler(request)),
    begin: (request: BeginRequest) => keeper.follow(begin(flow, request)),
    complete: (request: CompleteRequest) => keeper.follow(complete(flow, request).then((id) => get(id))),
    connections: Object.freeze({
      get,
      async list(request: ListRequest = {}) {
        const page = await connections.list(request)
        return { connections: page.connections.map((row) => createConnection(parts, row)), cursor: page.cursor }
      },
    }),
    start: keeper.start,
    async stop() {
      await keeper.stop()
      await store.close()
    },
    ready: store.ping,
    on: events.on,
  })
}
