// A Punctual in server mode with a page of connect sessions, as a host application mounts it: `/connect/{session}/done` is
// the page's, everything else the handler's.

import type { TestContext } from 'node:test'
import { createPunctual, type Punctual, type PunctualOptions } from '../../src/index.ts'
import { memory } from '../../src/store/memory.ts'
import { cookieOf, type Host, locationOf, sandboxClients, startHost } from './host.ts'
import { baseUrl, testKey } from './settings.ts'
import { virtualClock } from './virtual-clock.ts'

export interface Person {
  /** Who consents at the provider. */
  readonly account?: string
  readonly allow?: boolean
}

export interface ConnectPage {
  readonly host: Host
  readonly punctual: Punctual
  /** One more Punctual on the same store. */
  another(options?: Partial<PunctualOptions>): Punctual
  /** Begins through a client, and consents: the address of the callback, with the cookie of the browser. */
  consent(session: string, client: string, person?: Person): Promise<{ readonly back: URL; readonly cookie: string }>
  /** Opens the callback. Returns the address to which it sends the browser. */
  callback(trip: { readonly back: URL; readonly cookie: string }): Promise<URL>
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
  const page: ConnectPage = {
    host,
    punctual,
    another,
    async consent(session, client, person = {}) {
      const { url, headers } = await punctual.connectSessions.begin(session, client)
      return { back: await host.sandbox.authorize({ url, ...person }), cookie: cookieOf(headers) }
    },
    callback: async ({ back, cookie }) =>
      locationOf(await punctual.handler(new Request(back, { headers: { cookie } }))),
    async travel(session, client, person) {
      const done = await page.callback(await page.consent(session, client, person))
      return punctual.connectSessions.arrive(session, done.searchParams)
    },
  }
  return page
}
