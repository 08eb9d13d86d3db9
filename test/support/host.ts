// A host application with a sandbox beside it: what every journey needs, and nothing that a journey tests.

import type { TestContext } from 'node:test'
import { type Client, type Connection, createPunctual, type Punctual, type PunctualOptions } from '../../src/index.ts'
import { calcom, calendly } from '../../src/providers/index.ts'
import { createSandbox, type SandboxOptions } from '../../src/sandbox/index.ts'
import { memory } from '../../src/store/memory.ts'
import { clockFromStart } from './dates.ts'
import { type IdleClock, idleClock } from './idle-clock.ts'
import { baseUrl, testKey } from './settings.ts'
import { virtualClock } from './virtual-clock.ts'

export type Sandbox = Awaited<ReturnType<typeof createSandbox>>

export { baseUrl, testKey }

export interface Host {
  readonly sandbox: Sandbox
  readonly punctual: Punctual
  /** The signed-in user; `null`: none. */
  person: string | null
  /** Every token request that the sandbox has seen since `forget()`. */
  tokenRequests(): number
  forget(): void
  /** One more Punctual on the same store: another process, or the same one after a restart. */
  another(options?: Partial<PunctualOptions>): Punctual
  /** Connects an account: from `begin` through the provider's consent to the connection. */
  connect(client: string, trip?: Trip): Promise<Connection>
  /** The same up to the host application's address, with the outcome in its query. */
  travel(client: string, trip?: Trip): Promise<URL>
}

export interface Trip {
  readonly owner?: string
  readonly account?: string
  readonly allow?: boolean
  readonly declineScopes?: string[]
  readonly connection?: string
  readonly anotherAccount?: boolean
  readonly scopes?: string[]
  readonly through?: Punctual
}

/** The clients of both providers' sandboxes: confidential, and Cal.com's public kind. */
export function sandboxClients(sandbox: Sandbox): Client[] {
  return [
    calendly({
      ...sandbox.calendly,
      scopes: ['users:read', 'event_types:read', 'scheduled_events:read'],
      webhookKeys: [sandbox.calendlyWebhookKey],
    }),
    calcom({ ...sandbox.calcom, scopes: ['PROFILE_READ', 'SCHEDULE_READ', 'BOOKING_READ'] }),
    calcom({ ...sandbox.calcomPublic, id: 'calcom-public', scopes: ['PROFILE_READ', 'SCHEDULE_READ'] }),
  ]
}

/** Starts a host application whose clock is the sandbox's; both end with the test. */
export async function startHost(
  t: Pick<TestContext, 'after'>,
  options: Partial<PunctualOptions> = {},
  sandboxOptions: SandboxOptions = {},
): Promise<Host> {
  const sandbox = await createSandbox(sandboxOptions)
  t.after(() => sandbox.close())
  return hostBeside(t, sandbox, options)
}

/**
 * The same without a socket, on a clock that begins at `start` and jumps when nothing is going on: for journeys that take
 * minutes.
 */
export async function startQuietHost(
  t: Pick<TestContext, 'after'>,
  options: Partial<PunctualOptions> = {},
  sandboxOptions: SandboxOptions = {},
): Promise<Host & { readonly clock: IdleClock }> {
  const sandbox = await createSandbox({
    now: clockFromStart(),
    ...sandboxOptions,
    listen: false,
    url: 'https://sandbox.test',
    sleep: (...wait) => clock.sleep(...wait),
  })
  const clock: IdleClock = idleClock(sandbox.clock)
  const fetch: PunctualOptions['fetch'] = (input, init) => sandbox.handler(new Request(input, init))
  return Object.assign(hostBeside(t, sandbox, { clock, fetch, ...options }), { clock })
}

/** Sets a fault in the sandbox. */
export async function setFault(host: Pick<Host, 'sandbox'>, fault: Record<string, unknown>): Promise<void> {
  const request = new Request(`${host.sandbox.url}/control/faults`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(fault),
  })
  const response = await host.sandbox.handler(request)
  if (!response.ok) throw new Error(await response.text())
}

/** A host application beside a sandbox that the caller has made. */
export function hostBeside(t: Pick<TestContext, 'after'>, sandbox: Sandbox, options: Partial<PunctualOptions>): Host {
  const store = options.store ?? memory()
  /** The number of the last request that was forgotten: the sandbox keeps the newest requests alone. */
  let forgotten = 0
  const tokenRequests = () =>
    sandbox.requests().filter(({ id, path }) => id > forgotten && path.endsWith('/token')).length

  const another = (more: Partial<PunctualOptions> = {}): Punctual => {
    const punctual = createPunctual({
      baseUrl,
      keys: [testKey],
      store,
      clients: sandboxClients(sandbox),
      currentOwner: () => host.person,
      clock: virtualClock(() => sandbox.clock.now()),
      journal: null,
      ...options,
      ...more,
    })
    // With a listener, nothing is written to the terminal.
    punctual.on(() => {})()
    t.after(() => punctual.stop())
    return punctual
  }

  const travel = async (client: string, trip: Trip = {}): Promise<URL> => {
    const { through = host.punctual, owner = host.person ?? 'nobody', account, allow, declineScopes } = trip
    const { url, headers } = await through.begin({
      client,
      owner,
      returnTo: '/done',
      ...(trip.scopes && { scopes: trip.scopes }),
      ...(trip.connection && { connection: trip.connection }),
      ...(trip.anotherAccount && { anotherAccount: true }),
    })
    const back = await sandbox.authorize({
      url,
      ...(account !== undefined && { account }),
      ...(allow !== undefined && { allow }),
      ...(declineScopes !== undefined && { declineScopes }),
    })
    return locationOf(await through.handler(new Request(back, { headers: { cookie: cookieOf(headers) } })))
  }

  const host: Host = {
    sandbox,
    person: 'ada',
    another,
    travel,
    punctual: undefined as never,
    tokenRequests,
    forget() {
      forgotten = sandbox.requests().at(-1)?.id ?? forgotten
    },
    async connect(client, trip = {}) {
      const back = await travel(client, trip)
      const id = back.searchParams.get('connection')
      if (!id) throw new Error(`not connected: ${back.search}`)
      return (trip.through ?? host.punctual).connections.get(id)
    },
  }
  return Object.assign(host, { punctual: another() })
}

/** Returns what a browser sends back for a `Set-Cookie`. */
export function cookieOf(headers: Headers): string {
  return headers.get('set-cookie')?.split(';')[0] ?? ''
}

export function locationOf(response: Response): URL {
  const location = response.headers.get('location')
  if (response.status !== 303 || !location) throw new Error(`expected a redirect, got ${response.status}`)
  return new URL(location)
}
