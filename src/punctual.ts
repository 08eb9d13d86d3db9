// The composition root: puts the parts together and says nothing itself.

import { createGovernor } from './calls/governor.ts'
import { createRejectedTokens } from './calls/rejected-tokens.ts'
import { type Connection, type ConnectionParts, createConnection } from './connection.ts'
import { checkOptions, ifGiven, owner } from './core/check.ts'
import { PunctualError } from './core/errors.ts'
import { announcedTypes, type Listener } from './core/events.ts'
import type { Client } from './core/provider.ts'
import { createSetAside } from './core/set-aside.ts'
import { createTracking } from './core/tracking.ts'
import { createEvents } from './events.ts'
import { createAccountFacts } from './flow/account-facts.ts'
import { type BeginRequest, begin, type ConnectRedirect } from './flow/begin.ts'
import { type CompleteRequest, complete } from './flow/complete.ts'
import type { FlowParts } from './flow/parts.ts'
import { recover } from './flow/recover.ts'
import { takeAnswer } from './flow/settle.ts'
import { createHandler } from './handler.ts'
import { createCircuitBreaker } from './keeper/circuit-breaker.ts'
import { schedule } from './keeper/due.ts'
import { createJournal } from './keeper/journal.ts'
import { reportedFiles } from './keeper/journal-files.ts'
import { createKeeper } from './keeper/keeper.ts'
import { paceOf } from './keeper/outcome.ts'
import { lazyStore } from './lazy-store.ts'
import { type PunctualOptions, parseOptions } from './options.ts'
import { createEventAdmin, type EventAdmin } from './outbox/admin.ts'
import { createDispatcher, sweep } from './outbox/dispatcher.ts'
import { assertUsable } from './ready.ts'
import { createAttempts } from './records/attempts.ts'
import { createConnections, type ListRequest } from './records/connections.ts'
import { createDeliveries } from './records/deliveries.ts'
import { createGrants } from './records/grants.ts'
import { createOutbox } from './records/outbox.ts'
import { createSubscriptions } from './records/subscriptions.ts'
import { reportedFetch } from './reported-fetch.ts'
import { createVault } from './vault/cipher.ts'
import { createKeyring } from './vault/keyring.ts'
import { createWebhooks, type Webhooks } from './webhooks/webhooks.ts'

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

/**
 * Puts Punctual together.
 *
 * @throws {PunctualError} `invalid_argument` with a sentence that names the option.
 * @example
 * ```ts
 * const punctual = createPunctual({
 *   baseUrl: 'https://app.example.com/integrations',
 *   keys: [process.env.PUNCTUAL_KEY ?? ''],
 *   store: sqlite('.punctual/punctual.db'),
 *   clients: [calendly({ clientId, clientSecret, scopes: ['users:read', 'scheduled_events:read'] })],
 *   currentOwner: (request) => sessionOf(request)?.userId ?? null,
 * })
 * ```
 */
export function createPunctual<const Clients extends Client>(options: PunctualOptions<Clients>): Punctual<Clients> {
  const settings = parseOptions(options)
  const { clients, clock, random, keepWarm, deliverTo } = settings
  const vault = createVault(createKeyring(settings.keys), random)
  const events = createEvents({
    clock,
    onGrant: (grant) => connections.onGrant(grant),
    written: () => pump.kick(),
    usable: (grant) => track(webhooks.hasten(grant)),
    print: (line) => console.error(line),
  })
  const store = lazyStore(settings.store, clock, events.reporter)
  const fetch = reportedFetch(settings.fetch, events.reporter)
  const files = reportedFiles(settings.journal, events.reporter)

  const attempts = createAttempts({ store, vault })
  const grants = createGrants({ store, vault })
  const connections = createConnections({ store, vault })
  const outbox = createOutbox({ outbox: store.outbox, vault })
  const { track, follow, idle } = createTracking(events.fault, settings.waitUntil)
  const pump = createDispatcher({
    outbox,
    clock,
    random,
    fetch: settings.fetch,
    destination: deliverTo,
    report: events.ofOutbox,
  })
  if (deliverTo) store.announce(announcedTypes.filter((type) => deliverTo.types.includes(type)))
  const aside = createSetAside(clock, events.aside)
  const journal = createJournal({
    clock,
    files,
    identity: store.identity,
    putBack: async (renewal, schedule) => {
      const became = await grants.putBack(renewal, schedule)
      const grant = await grants.get(renewal.grant)
      if (grant && became === 'stored') events.ofGrants.renewed(grant)
      if (grant && became === 'revived') events.ofGrants.recovered(grant)
      return became
    },
    takeAnswer: (answer, age) => takeAnswer(flow, answer, age),
    aside,
  })
  const keeper = createKeeper({
    grants,
    clients,
    clock,
    random,
    fetch,
    keepWarm,
    journal,
    track,
    concurrency: 8,
    pauses: createCircuitBreaker({ clients: store.clients, report: events.ofClients }),
    report: {
      ...events.ofGrants,
      renewed(grant) {
        events.ofGrants.renewed(grant)
        track(accountFacts(grant).catch(() => {}))
      },
    },
    refusals: new Map(),
    chores: async () => {
      track(webhooks.tend())
      await Promise.all([recover(flow), sweep(outbox, deliverTo !== null)])
    },
    goesOn: settings.waitUntil !== null,
    aside,
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
    currentOwner: settings.currentOwner,
    schedule: (provider, answer, elapsed) => schedule({ random, keepWarm }, provider, answer, elapsed),
    pace: paceOf,
    journal: {
      ...journal,
      keepAnswer: (answer) => journal.keepAnswer(answer).finally(keeper.handOver),
    },
    aside,
    report: events.ofFlow,
    track,
  }
  const accountFacts = createAccountFacts(flow)
  const webhooks = createWebhooks({
    subscriptions: createSubscriptions({ subscriptions: store.subscriptions, vault }),
    deliveries: createDeliveries({ outbox: store.outbox, vault }),
    connections,
    clients,
    clock,
    random,
    baseUrl: settings.baseUrl,
    callsOf: (row) => createConnection(parts, row),
    accepted: pump.kick,
    report: events.ofWebhooks,
    follow,
  })
  const governor = createGovernor(clock)
  // Of a call, its caller hears.
  const calls = {
    keeper,
    clients,
    clock,
    random,
    fetch: settings.fetch,
    governor,
    distrust: createRejectedTokens(clock),
  }
  const parts: ConnectionParts = { keeper, connections, flow, calls, webhooks, follow }

  const handler = createHandler(flow, webhooks)
  const usable = () => assertUsable({ store, connections, grants, journal: files })
  const faulty = (error: unknown): never => {
    events.fault(error)
    throw error
  }
  const get = async (id: string, options: { owner?: string } = {}): Promise<Connection> => {
    checkOptions('connections.get', options, { owner: ifGiven(owner) })
    const row = await connections.get(id)
    if (!row || (options.owner !== undefined && row.owner !== options.owner))
      throw new PunctualError('connection_not_found', 'There is no connection of that id.')
    return createConnection(parts, row)
  }
  return Object.freeze({
    handler: (request: Request) => follow(handler(request).catch(faulty)),
    begin: (request: BeginRequest) => follow(begin(flow, request)),
    complete: (request: CompleteRequest) => follow(complete(flow, request).then((id) => get(id))),
    connections: Object.freeze({
      get,
      async list(request: ListRequest = {}) {
        const page = await connections.list(request)
        return { connections: page.connections.map((row) => createConnection(parts, row)), cursor: page.cursor }
      },
    }),
    events: createEventAdmin(outbox, pump.kick),
    webhooks: webhooks.face,
    start() {
      track(usable())
      webhooks.start()
      keeper.start()
      pump.start()
    },
    async stop() {
      webhooks.stop()
      governor.close()
      await pump.stop(keeper.stop().then(idle))
      await keeper.flush()
      await store.close()
      governor.open()
    },
    ready: () => follow(store.ping().then(usable)),
    on: events.on,
  })
}
