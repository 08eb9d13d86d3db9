// A host application and a Punctual on two sites, a sandbox as the provider on a third port, and `punctual/browser` as it is
// published in the pages of the host.

import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Branding, createConnectPage } from '../../src/dashboard/index.ts'
import { type Client, createPunctual, type Punctual } from '../../src/index.ts'
import { calcom, calendly } from '../../src/providers/index.ts'
import { createSandbox } from '../../src/sandbox/index.ts'
import { createServer, listen } from '../../src/server/index.ts'
import { memory } from '../../src/store/memory.ts'
import { bundleForBrowser } from '../../tools/package/bundle.ts'
import { cookieOf, locationOf, setFault, testKey } from '../support/host.ts'

export interface Stage {
  readonly sandbox: Awaited<ReturnType<typeof createSandbox>>
  readonly punctual: Punctual
  /** Where the host application is; no slash at the end. */
  readonly host: string
  /** Where Punctual is. */
  readonly service: string
  /** Creates a connect session that comes back to the host, and returns its address. */
  session(request?: Partial<SessionRequest>): Promise<string>
  /** Connects Ada's account at Calendly without a browser, and returns the connection's id. */
  connection(): Promise<string>
  /** Lets one token request to Calendly fail, so that it is known to be away. */
  outage(): Promise<void>
  close(): Promise<void>
}

type SessionRequest = Parameters<Punctual['connectSessions']['create']>[0]

export interface StageOptions {
  readonly branding?: Branding
  /** Added to every page of the provider. */
  readonly providerHeaders?: Readonly<Record<string, string>>
}

export async function setStage({ branding, providerHeaders = {} }: StageOptions = {}): Promise<Stage> {
  const provider = await listen({ port: 0, hostname: '127.0.0.1', fetch: (request) => provide(request) })
  const service = await listen({ port: 0, hostname: '127.0.0.1', fetch: (request) => serve(request) })
  const application = await listen({ port: 0, hostname: 'localhost', fetch: (request) => host(request) })

  const sandbox = await createSandbox({ listen: false, url: provider.url })
  const provide = async (request: Request) => {
    const response = await sandbox.handler(request)
    const headers = new Headers(response.headers)
    for (const [name, value] of Object.entries(providerHeaders)) headers.set(name, value)
    return new Response(response.body, { status: response.status, headers })
  }

  const returnTo = `${application.url}/connected`
  const clients: Client[] = [
    calendly({ ...sandbox.calendly, scopes: calendlyScopes }),
    calcom({ ...sandbox.calcom, scopes: calcomScopes }),
  ]
  const punctual = createPunctual({
    baseUrl: service.url,
    keys: [testKey],
    store: memory(),
    clients,
    returnTo: [returnTo],
    journal: null,
    fetch: (input, init) => sandbox.handler(new Request(input, init)),
  })
  punctual.on(() => {})()
  const page = createConnectPage({ punctual, clients, baseUrl: service.url, ...(branding && { branding }) })
  const { fetch: serve } = createServer({
    punctual: {
      ...punctual,
      handler: (request) => (isSession(request) ? page.fetch(request) : punctual.handler(request)),
    },
  })
  const session = async (request: Partial<SessionRequest> = {}) =>
    (await punctual.connectSessions.create({ owner: 'ada', returnTo, ...request })).url.href
  const connection = async () => {
    const { url, headers } = await punctual.begin({ client: 'calendly', owner: 'ada', returnTo })
    const back = await sandbox.authorize({ url, account: 'ada' })
    const end = locationOf(await punctual.handler(new Request(back, { headers: { cookie: cookieOf(headers) } })))
    const held = end.searchParams.get('punctual_session') ?? ''
    return (await punctual.complete({ session: held, owner: 'ada' })).id
  }
  const outage = async () => {
    await setFault({ sandbox }, { provider: 'calendly', endpoint: 'token', kind: 'status', status: 503, count: 1 })
    await connection().catch(() => {})
  }
  const host = await createHost({ punctual, session })

  return {
    sandbox,
    punctual,
    host: application.url,
    service: service.url,
    session,
    connection,
    outage,
    async close() {
      await Promise.all([provider, service, application].map((one) => one.close(0)))
      await punctual.stop()
      await sandbox.close()
    },
  }
}

const calendlyScopes = [
  'users:read',
  'event_types:read',
  'availability:read',
  'scheduled_events:read',
  'scheduled_events:write',
  'webhooks:write',
]
const calcomScopes = ['PROFILE_READ', 'EVENT_TYPE_READ', 'BOOKING_READ', 'BOOKING_WRITE']

const isSession = ({ url }: Request) => new URL(url).pathname.startsWith('/connect/session_')

/** The host application: a page with a button, the page to which the person comes back, and its back end. */
async function createHost({
  punctual,
  session,
}: Pick<Stage, 'punctual' | 'session'>): Promise<(request: Request) => Promise<Response>> {
  const file = join(mkdtempSync(join(tmpdir(), 'punctual-browser-')), 'punctual.js')
  await bundleForBrowser(join(import.meta.dirname, '../..'), file)
  const script = readFileSync(file, 'utf8')
  return async (request) => {
    const { pathname, searchParams } = new URL(request.url)
    switch (pathname) {
      case '/':
        return page('Settings', startScript)
      case '/connected':
        return page('Welcome back', finishScript)
      case '/punctual.js':
        return new Response(script, { headers: { 'content-type': 'text/javascript' } })
      case '/sessions':
        return new Response(await session())
      case '/complete': {
        const { account } = await punctual.complete({ session: searchParams.get('session') ?? '', owner: 'ada' })
        return new Response(account.name)
      }
      default:
        return new Response(null, { status: 404 })
    }
  }
}

/** The button takes its options from the query. What comes of it stands in the output, a line for each. */
const startScript = `
import { connect } from '/punctual.js'
const output = document.querySelector('output')
const query = Object.fromEntries(new URLSearchParams(location.search))
window.stopping = new AbortController()
window.start = async () => {
  const url = query.url ?? fetch('/sessions', { method: 'POST' }).then((answer) => answer.text())
  const result = await connect({ ...query, url, signal: stopping.signal }).catch((error) => ({ outcome: 'threw', error: error.name }))
  if (result.session) result.account = await (await fetch('/complete?session=' + result.session, { method: 'POST' })).text()
  delete result.session
  output.append(JSON.stringify(result) + '\\n')
}
document.querySelector('button').onclick = start
if (query.at === 'load') start()
`

const finishScript = `
import { finish } from '/punctual.js'
document.querySelector('output').append(JSON.stringify(await finish()))
`

function page(title: string, script: string): Response {
  const body = `<!doctype html><html lang="en"><title>${title}</title><h1>${title}</h1><button>Connect</button><output></output><script type="module">${script}</script></html>`
  return new Response(body, { headers: { 'content-type': 'text/html' } })
}
