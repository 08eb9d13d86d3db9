// A host application with the operator's pages, in which everything has happened that a page can show. What comes from a
// provider, a receiver or an owner is HTML wherever it can be.

import { createDashboard, type DashboardOptions } from '../../src/dashboard/index.ts'
import { type Client, type Connection, createPunctual, type Punctual } from '../../src/index.ts'
import { calcom, calendly } from '../../src/providers/index.ts'
import { createSandbox, type Sandbox } from '../../src/sandbox/index.ts'
import { createServer, listen } from '../../src/server/index.ts'
import { memory } from '../../src/store/memory.ts'
import { attachment, exchanged } from '../store/fixtures.ts'
import { cookieOf, locationOf, testKey } from '../support/host.ts'

type Store = ReturnType<typeof memory>

/** What nobody may put into a page. */
export const evil = '<img src=x onerror=alert(1)>"\'&'

export interface OperatorStage {
  /** The origin of the pages. */
  readonly url: string
  readonly punctual: Punctual
  readonly store: Store
  readonly sandbox: Sandbox
  /** Who looks; `null`: nobody. Ops may act, others only look. */
  person: string | null
  ask(
    path: string,
    form?: Readonly<Record<string, string>>,
  ): Promise<{ status: number; location: string; text: string }>
  /** The response to a request for a page. */
  askWhole(path: string): Promise<Response>
  /** Connects an account through a client. */
  connect(client: string, account: string, owner?: string): Promise<Connection>
  close(): Promise<void>
}

export interface StageOptions {
  readonly dashboard?: Partial<DashboardOptions>
  /** Changes what a provider answers. */
  readonly answered?: (answer: Response) => Promise<Response>
}

const calendlyScopes = [
  'users:read',
  'event_types:read',
  'scheduled_events:read',
  'scheduled_events:write',
  'webhooks:write',
]
const calcomScopes = ['PROFILE_READ', 'SCHEDULE_READ', 'EVENT_TYPE_READ', 'BOOKING_READ', 'BOOKING_WRITE']

export async function setOperatorStage({
  dashboard: options = {},
  answered = async (answer) => answer,
}: StageOptions = {}): Promise<OperatorStage> {
  const listening = await listen({ port: 0, hostname: '127.0.0.1', fetch: (request) => serve(request) })
  const { url } = listening
  const sandbox = await createSandbox({
    listen: false,
    url: 'https://sandbox.test',
    deliver: (address, { headers, body }) => punctual.handler(new Request(address, { method: 'POST', headers, body })),
  })
  const store = memory()
  const clientsWith = (secret: string): Client[] => [
    calendly({ ...sandbox.calendly, scopes: calendlyScopes, webhookKeys: [sandbox.calendlyWebhookKey] }),
    calcom({ ...sandbox.calcom, scopes: calcomScopes }),
    calcom({ ...sandbox.calcom, id: 'calcom-eu', clientSecret: secret, scopes: ['PROFILE_READ'] }),
  ]
  /** A process of the host application, as somebody is signed in there. */
  const create = (clients: Client[], owner: string) => {
    const created = createPunctual({
      baseUrl: url,
      keys: [testKey],
      store,
      clients,
      currentOwner: () => owner,
      journal: null,
      fetch: async (input, init) => answered(await sandbox.handler(new Request(input, init))),
    })
    // With a listener, nothing is written to the terminal.
    created.on(() => {})()
    return created
  }
  // The secret of one client is changed at the provider after its accounts were connected.
  const [before, clients] = [clientsWith(sandbox.calcom.clientSecret), clientsWith('changed')]
  const punctual = create(clients, 'nobody')
  const dashboard = createDashboard({
    punctual,
    clients,
    baseUrl: url,
    actor: () => stage.person,
    mayAct: () => stage.person === 'ops',
    mayBook: () => true,
    ...options,
  })
  const { fetch: serve } = createServer({ punctual, dashboard: dashboard.fetch })

  const stage: OperatorStage = {
    url,
    punctual,
    store,
    sandbox,
    person: 'ops',
    async ask(path, form) {
      const init = form && { method: 'POST', headers: { origin: url }, body: new URLSearchParams(form) }
      const answer = await dashboard.fetch(new Request(new URL(path, url), init))
      return { status: answer.status, location: answer.headers.get('location') ?? '', text: await answer.text() }
    },
    askWhole: async (path) => dashboard.fetch(new Request(new URL(path, url))),
    async connect(client, account, owner = account) {
      const app = create(before, owner)
      const { url: consent, headers } = await app.begin({ client, owner, returnTo: '/done' })
      const back = await sandbox.authorize({ url: consent, account })
      const cookie = { headers: { cookie: cookieOf(headers) } }
      const end = locationOf(await app.handler(new Request(back, cookie)))
      await app.stop()
      return punctual.connections.get(end.searchParams.get('connection') ?? '')
    },
    async close() {
      await listening.close(0)
      await punctual.stop()
      await sandbox.close()
    },
  }
  return stage
}

export interface Happened {
  /** Works, and has webhooks and bookings. */
  readonly working: string
  /** Its owner must reconnect. */
  readonly broken: string
  /** Whose names are HTML. */
  readonly planted: string
  /** A webhook that waits, with its body. */
  readonly waiting: string
  /** An event that was given up. */
  readonly dead: string
}

/** Lets everything happen. */
export async function letHappen(stage: OperatorStage): Promise<Happened> {
  const { punctual, sandbox } = stage
  const working = await stage.connect('calendly', 'ada', 'tenant-1')
  const broken = await stage.connect('calcom', 'ben', 'tenant-2')
  await punctual.webhooks.subscribe(working, { bookings: true })
  await working.fetch('/users/me')
  await working.test()
  await book(sandbox, 'calendly', 'ada')
  await sandbox.delivered()
  const [waiting] = (await punctual.events.list({ state: 'pending' })).events.filter(({ name }) => name !== null)
  sandbox.revoke({ provider: 'calcom', account: broken.account.email ?? '' })
  await broken.refresh()
  for (const account of ['ada', 'ben']) await (await stage.connect('calcom-eu', account, 'tenant-3')).refresh()
  const planted = await plant(stage)
  const happened = { working: working.id, broken: broken.id, ...planted, waiting: waiting?.id ?? '' }
  await dispatchTwice(stage, happened.waiting)
  return happened
}

async function book(sandbox: Sandbox, provider: string, account: string): Promise<void> {
  const body = JSON.stringify({ provider, account, guest: { name: `Gil ${evil}`, email: 'gil@guests.example' } })
  const headers = { 'content-type': 'application/json' }
  const answer = await sandbox.handler(
    new Request(`${sandbox.url}/control/bookings`, { method: 'POST', headers, body }),
  )
  if (!answer.ok) throw new Error(await answer.text())
}

/** Writes rows whose texts are HTML, and a day of counts. */
async function plant({ store, punctual }: OperatorStage): Promise<Pick<Happened, 'planted' | 'dead'>> {
  const planted = 'connection_planted'
  await exchanged(store, 'planted', { client: 'calendly' })
  const account = { id: `account ${evil}`, name: `Name ${evil}`, email: `mail ${evil}`, timeZone: `Zone ${evil}` }
  const request = {
    owner: `owner ${evil}`,
    account: account.id,
    connection: planted,
    grant: { account, scopes: [`scope ${evil}`] },
  }
  await store.connections.attach(attachment('planted', request))
  const subscription = {
    id: 'sub_planted',
    connection: planted,
    client: 'calendly',
    account: account.id,
    secrets: null,
  }
  await store.subscriptions.insert({ ...subscription, scope: `scope ${evil}`, events: [`event ${evil}`] }, null, 1e6)
  await store.subscriptions.update('sub_planted', ['creating'], { state: 'active', detail: `detail ${evil}` })

  const event = { owner: `owner ${evil}`, connection: planted, client: `client ${evil}`, type: 'webhook.received' }
  const data = { name: `name ${evil}`, createdAt: 1 }
  await store.outbox.accept([
    { ...event, orderingKey: 'planted', orderAt: 1, data, key: 'planted', body: 'p1.a.sealed', maxWaitMs: 0 },
  ])
  const rows = await store.outbox.list({ state: 'pending', limit: 1 })
  const dead = rows[0]?.id ?? ''
  for (const { id } of await store.outbox.take('test', 10, 1000)) {
    if (id === dead) await store.outbox.fail(id, 'test', `error ${evil}`, null)
    else await store.outbox.fail(id, 'test', `error ${evil}`, 3_600_000)
  }
  await store.errorGroups.add([
    {
      ...{ id: 'group', code: 'provider_unavailable', reason: `reason ${evil}`, client: `client ${evil}`, count: 12 },
      ...{ sentence: `sentence ${evil}`, agoMs: 60_000, connections: [planted] },
    },
  ])
  const logged = { client: `client ${evil}`, agoMs: 90_000 }
  await store.activityLog.append([
    { ...logged, kind: 'refusal', data: { reason: 'bad_signature', connection: planted } },
    { ...logged, kind: 'refusal', data: { reason: `reason ${evil}`, connection: `connection ${evil}` } },
    { ...logged, kind: 'attempt', data: { reason: 'access_denied', owner: `owner ${evil}` } },
    { ...logged, kind: 'attempt', data: { reason: `reason ${evil}`, owner: null } },
    { ...logged, kind: 'attempt', data: { reason: 'constructor', owner: null } },
  ])
  await punctual.operator.record({
    actor: `actor ${evil}`,
    action: `action ${evil}`,
    subject: `subject ${evil}`,
    outcome: 'ok',
  })
  await punctual.operator.record({ actor: 'ops', action: 'refresh', subject: planted, outcome: `outcome ${evil}` })
  await countDay(store)
  return { planted, dead }
}

async function dispatchTwice({ store }: OperatorStage, event: string): Promise<void> {
  const of = { kind: 'dispatch', client: 'calendly', subject: event } as const
  const failed = {
    destination: '',
    outcome: 'failed',
    attempt: 1,
    error: 'the receiver answered 500',
    durationMs: 1234,
  }
  await store.activityLog.append([
    { ...of, agoMs: 90_000, data: failed },
    { ...of, agoMs: 60_000, data: { ...failed, outcome: 'interrupted', attempt: 2, error: `failure ${evil}` } },
  ])
}

const counted = {
  call: ['ok', 'unavailable', 'limited'],
  refresh: ['renewed', 'unavailable', 'postponed'],
  webhook: ['accepted', 'refused', 'repeated'],
  dispatch: ['acknowledged', 'failed', 'interrupted'],
} as const

async function countDay(store: Store): Promise<void> {
  for (let hour = 0; hour < 24; hour++)
    for (const [kind, [well, badly, other]] of Object.entries(counted)) {
      const wave = Math.round(40 + 30 * Math.sin(hour / 3))
      const of = { kind, client: 'calendly' }
      await store.tallies.add(
        [
          { ...of, outcome: well, count: wave * 10 },
          { ...of, outcome: badly, count: hour % 7 === 0 ? 30 : 1 },
          { ...of, outcome: other, count: 3 },
        ],
        hour * 3_600_000,
      )
    }
}

/** The paths of all pages. */
export function pathsOf({ working, broken, planted, waiting, dead }: Happened): string[] {
  const ofConnections = [working, broken, planted].map((id) => `/connections/${id}`)
  return [
    ...['/', '/errors', '/connections', '/connections?text=zzz', '/connections?error=group', '/events'],
    ...['/events?state=dead', '/deliveries', '/attempts', '/clients', '/audit', '/nowhere', ...ofConnections],
    ...[`/connections/${working}/answers`, `/connections/${working}/bookings`, `/connections/${working}/book`],
    ...[
      `/connections/${working}/disconnect`,
      `/connections/${planted}/disconnect`,
      `/events/${waiting}`,
      `/events/${dead}`,
    ],
  ]
}
