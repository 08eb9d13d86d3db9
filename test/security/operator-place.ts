// The service with its operator's pages, as `punctual serve` puts it together, and a stranger who can send anything.

import { systemClock, systemRandom } from '../../src/core/clock.ts'
import { createDashboardWithSignIn } from '../../src/dashboard/dashboard.ts'
import { createPunctual, type Punctual } from '../../src/index.ts'
import { calendly } from '../../src/providers/index.ts'
import { createOperation, createServer } from '../../src/server/index.ts'
import { memory } from '../../src/store/memory.ts'
import { createVault } from '../../src/vault/cipher.ts'
import { createKeyring } from '../../src/vault/keyring.ts'
import { attachment, exchanged } from '../store/fixtures.ts'
import { manualClock } from '../support/manual-clock.ts'
import { testKey } from '../support/settings.ts'

export const connection = 'connection_planted'

export interface Asking {
  readonly method?: string
  readonly form?: Record<string, string>
  readonly body?: BodyInit
  readonly cookie?: string
  readonly headers?: Record<string, string>
}

export interface OperatorPlace {
  /** The address of the pages. */
  readonly own: string
  readonly punctual: Punctual
  /** The text of a key with the scope `admin`, and its name in the audit. */
  readonly admin: { readonly key: string; readonly id: string; readonly name: string }
  /** Lines of the log. */
  readonly log: readonly string[]
  /** Seals as the service does. */
  readonly seal: (place: string, session: object) => string
  /** What the clock of the pages has passed. */
  aheadMs: number
  /** Lets the time pass, as soon as the last request waits for it. */
  pass(ms: number): Promise<void>
  /** By default a form comes from the pages themselves. */
  ask(path: string, asking?: Asking): Promise<Response>
  /** The cookie after a sign-in. */
  signIn(key?: string): Promise<string>
  /** The cookie after the pages were unlocked. */
  unlock(cookie: string): Promise<string>
}

export async function startOperatorPlace(
  t: { after(end: () => unknown): void },
  origin = 'https://app.example',
): Promise<OperatorPlace> {
  const [store, own, log] = [memory(), `${origin}/operator`, [] as string[]]
  const clients = [calendly({ clientId: 'id', clientSecret: 'secret', scopes: ['users:read'] })]
  const operation = await createOperation({ traces: false, writeLog: (line) => log.push(line) })
  const punctual = createPunctual({ baseUrl: origin, keys: [testKey], store, clients, journal: null })
  t.after(() => punctual.stop())
  punctual.on(() => {})()
  const { key, apiKey } = await punctual.apiKeys.create({ name: 'night shift', scopes: ['admin'] })
  await exchanged(store, 'planted', { client: 'calendly' })
  await store.connections.attach(attachment('planted', { owner: 'tenant-1', connection }))
  const vault = createVault(createKeyring([testKey]), systemRandom)
  const placeOf = (row: string) => ({ table: 'operator_pages', row, column: 'cookie' })
  const sealer = {
    seal: (text: string) => vault.seal(placeOf('session'), text),
    open: (sealed: string) => vault.open(placeOf('session'), sealed),
  }
  // It stands still, so that what is counted in a minute does not depend on the machine.
  const began = systemClock.now()
  const time = manualClock()
  let waits = Promise.withResolvers<void>()
  const sleep = (ms: number, signal?: AbortSignal) => {
    waits.resolve()
    return time.sleep(ms, signal)
  }
  const clock = { ...time, sleep, now: () => began + place.aheadMs }
  const pages = createDashboardWithSignIn(
    { punctual, clients, baseUrl: own, clock },
    { apiKeys: punctual.apiKeys, sealer },
  )
  const server = createServer({ punctual, operatorPages: pages.fetch, operation, onFault: operation.onFault })

  const place: OperatorPlace = {
    own,
    punctual,
    admin: { key, id: apiKey.id, name: `night shift (${apiKey.id})` },
    log,
    seal: (row, session) => vault.seal(placeOf(row), JSON.stringify(session)),
    aheadMs: 0,
    async pass(ms) {
      await waits.promise
      time.pass(ms)
    },
    async ask(path, { method, form, body, cookie = '', headers } = {}) {
      waits = Promise.withResolvers()
      const sent = form ? new URLSearchParams(form) : (body ?? null)
      const usual: Record<string, string> = sent === null ? {} : { origin }
      const init = {
        method: method ?? (sent === null ? 'GET' : 'POST'),
        headers: { ...(headers ?? usual), ...(cookie === '' ? {} : { cookie }) },
        ...(sent === null ? {} : { body: sent, duplex: 'half' }),
      }
      return server.fetch(new Request(path.startsWith('http') ? path : `${own}${path}`, init))
    },
    signIn: async (text = key) => cookieIn(await place.ask('/sign-in', { form: { key: text, to: '' } })),
    unlock: async (cookie) => cookieIn(await place.ask('/unlock', { form: {}, cookie })),
  }
  return place
}

/** What a browser sends back. */
export function cookieIn({ headers }: Response): string {
  return headers.get('set-cookie')?.split(';')[0] ?? ''
}
