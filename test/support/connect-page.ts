// A Punctual in server mode with a page of connect sessions, as a host application mounts it: `/connect/{session}/done` is
// the page's, everything else the handler's.

import type { TestContext } from 'node:test'
import { createPunctual, type Punctual, type PunctualOptions } from '../../src/index.ts'
import { memory } from '../../src/store/memory.ts'
import { type CookieJar, cookieJar } from './cookie-jar.ts'
import { type Host, locationOf, sandboxClients, startHost } from './host.ts'
import { baseUrl, testKey } from './settings.ts'
import { virtualClock } from './virtual-clock.ts'

export interface Person {
  /** Who consents at the provider. */
  readonly account?: string
  readonly allow?: boolean
  /** Whose cookies come with it. Default: the one browser of the page. */
  readonly browser?: CookieJar
}

export interface Trip {
  /** The address of the callback. */
  readonly back: URL
  readonly browser: CookieJar
}

export interface ConnectPage {
  readonly host: Host
  readonly punctual: Punctual
  /** One more Punctual on the same store. */
  another(options?: Partial<PunctualOptions>): Punctual
  /** Begins through a client, and consents. */
  consent(session: string, client: string, person?: Person): Promise<Trip>
  /** Opens the callback. Returns the address to which it sends the browser. */
  callback(trip: Trip): Promise<URL>
  /** Opens the page of the session at which a trip ends. Returns where it sends the browser. */
  arrive(session: string, done: URL | string, browser?: CookieJar): Promise<URL>
  /** The whole way from the page to `returnTo`. */
  travel(session: string, client: string, person?: Person): Promise<URL>
}

export async function startConnectPage(t: TestContext, options: Partial<PunctualOptions> = {}): Promise<ConnectPage> {
  const host = await startHost(t)
  const store = options.store ?? memory()
  const another = (more: Partial<PunctualOptions> = {}) => {
    const punctual = createPunctual({
      baseUrl,
      keys: [testKey],
      store,
      clients: sandboxClients(host.sandbox),
      clock: virtualClock(() => host.sandbox.clock.now()),
      journal: null,
      ...options,
      ...more,
    })
    punctual.on(() => {})
    t.after(() => punctual.stop())
    return punctual
  }
  const punctual = another()
  const own = cookieJar()
  const page: ConnectPage = {
    host,
    punctual,
    another,
    async consent(session, client, { browser = own, ...person } = {}) {
      const request = new Request(`${baseUrl}/connect/${session}`, { headers: { cookie: browser.cookie } })
      const { url, headers } = await punctual.connectSessions.begin(session, client as 'calendly', request)
      browser.keep(headers)
      return { back: await host.sandbox.authorize({ url, ...person }), browser }
    },
    async callback({ back, browser }) {
      const response = await punctual.handler(new Request(back, { headers: { cookie: browser.cookie } }))
      browser.keep(response.headers)
      return locationOf(response)
    },
    async arrive(session, done, browser = own) {
      const address = typeof done === 'string' ? `${baseUrl}/connect/${session}/done${done}` : done
      const request = new Request(address, { headers: { cookie: browser.cookie } })
      const { url, headers } = await punctual.connectSessions.arrive(session, request)
      browser.keep(headers)
      return url
    },
    travel: async (session, client, person = {}) =>
      page.arrive(session, await page.callback(await page.consent(session, client, person)), person.browser),
  }
  return page
}
