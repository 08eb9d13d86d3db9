// A connect page in front of a Punctual of its own, with the sandbox as provider and its clock as everyone's.

import type { TestContext } from 'node:test'
import { type Branding, createConnectPage } from '../../src/dashboard/index.ts'
import { type Connection, createPunctual, type Punctual } from '../../src/index.ts'
import { memory } from '../../src/store/memory.ts'
import { cookieJar } from '../support/cookie-jar.ts'
import { baseUrl, type Host, locationOf, sandboxClients, startHost, testKey } from '../support/host.ts'
import { virtualClock } from '../support/virtual-clock.ts'

type SessionRequest = Parameters<Punctual['connectSessions']['create']>[0]

export interface ConnectPageStage {
  readonly host: Host
  readonly punctual: Punctual
  /** The address of a new session. */
  create(request?: Partial<SessionRequest>): Promise<URL>
  open(address: string | URL, headers?: Record<string, string>): Promise<Response>
  /** The whole way: page, provider, callback, `done`. Returns where the browser ends. */
  travel(address: URL, client: string, person?: { account?: string; allow?: boolean }): Promise<URL>
  /** The same with the completion. */
  connect(client: string, account: string): Promise<Connection>
}

export async function startConnectPage(
  t: Pick<TestContext, 'after'>,
  branding: Branding = { name: 'Acme Bookings' },
): Promise<ConnectPageStage> {
  const host = await startHost(t)
  const clients = sandboxClients(host.sandbox)
  const clock = virtualClock(() => host.sandbox.clock.now())
  const punctual = createPunctual({ baseUrl, keys: [testKey], store: memory(), clients, clock, journal: null })
  punctual.on(() => {})()
  t.after(() => punctual.stop())
  const page = createConnectPage({ punctual, clients, baseUrl, branding, clock })
  const open: ConnectPageStage['open'] = (address, headers = {}) => page.fetch(new Request(address, { headers }))

  const browser = cookieJar()
  const stage: ConnectPageStage = {
    host,
    punctual,
    open,
    create: async (request = {}) =>
      (await punctual.connectSessions.create({ owner: 'ada', returnTo: '/settings', ...request })).url,
    async travel(address, client, person = {}) {
      const visit = async (to: string, answer = open) => {
        const response = await answer(to, { cookie: browser.cookie })
        browser.keep(response.headers)
        return locationOf(response)
      }
      const back = await host.sandbox.authorize({ url: await visit(`${address.href}?client=${client}`), ...person })
      const callback: typeof open = (to, headers) => punctual.handler(new Request(to, { headers: headers ?? {} }))
      return visit((await visit(back.href, callback)).href)
    },
    async connect(client, account) {
      const end = await stage.travel(await stage.create({ clients: [client] }), client, { account })
      return punctual.complete({ session: end.searchParams.get('punctual_session') ?? '', owner: 'ada' })
    },
  }
  return stage
}
