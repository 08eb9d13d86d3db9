// The place of the load: both providers in a sandbox, a Postgres, two replicas of the service behind a proxy, and a receiver
// of their events. One replica can be killed; it is started again at once, on the same folder.

import { randomBytes } from 'node:crypto'
import type { TestContext } from 'node:test'
import type { AccountInput, Sandbox } from '../../src/sandbox/index.ts'
import { createSandbox } from '../../src/sandbox/index.ts'
import { emptyFolder, type StartedService, startServe } from '../cli/start.ts'
import { type PostgresServer, startPostgres } from '../postgres/server.ts'
import { startFailoverProxy } from '../server/failover-proxy.ts'
import { type Receiver, startReceiver } from '../support/receiver.ts'
import { testKey } from '../support/settings.ts'

export type Provider = 'calendly' | 'calcom'

/** A person at one of the providers. */
export interface Person {
  readonly provider: Provider
  readonly id: string
  readonly owner: string
}

export interface Place {
  readonly sandbox: Sandbox
  readonly postgres: PostgresServer
  readonly receiver: Receiver
  readonly people: readonly Person[]
  /** The public address of the service. */
  readonly url: string
  /** Sets what goes wrong at the providers, in place of what went wrong before. */
  setFaults(faults: readonly object[]): Promise<void>
  readonly key: string
  /** The replica that nobody kills. */
  readonly survivor: StartedService
  /** Kills the other one, and starts it again. Returns when it was killed. */
  kill(): Promise<number>
  /** What both have printed. */
  output(): string
}

/** How long an access token lives, by what its answer says: a warm grant is refreshed about twice a minute. */
export const lifetimeMs = 60_000
const shortLived = { kind: 'set', endpoint: 'token', fields: { expires_in: lifetimeMs / 1000 }, count: null }

export interface PlaceSize {
  readonly people: number
  /** How long a replica may live. */
  readonly mayLiveMs: number
}

export async function startPlace(
  t: Pick<TestContext, 'after'>,
  { people: count, mayLiveMs }: PlaceSize,
): Promise<Place> {
  const people = Array.from({ length: count }, (_, index) => personOf(index))
  // Whether Cal.com sends a webhook again is not known. A replica that is killed loses those that it has not acknowledged: only
  // a provider that sends them again can tell all of them.
  const sandbox = await createSandbox({ accounts: people.map(accountOf), switches: { calcomWebhookAttempts: 3 } })
  t.after(() => sandbox.close())
  const setFaults = (faults: readonly object[]) => setFaultsAt(sandbox, [...faults, shortLived])
  await setFaults([])
  const [postgres, receiver, proxy] = await Promise.all([startPostgres(), startReceiver(t), startFailoverProxy(t)])
  t.after(() => postgres.end())
  const settings = {
    ...settingsOf(sandbox),
    PUNCTUAL_DATABASE: postgres.url,
    PUNCTUAL_KEYS: testKey,
    PUNCTUAL_URL: proxy.url,
    PUNCTUAL_EVENTS_URL: receiver.url,
    PUNCTUAL_EVENTS_SECRETS: `whsec_${randomBytes(24).toString('base64')}`,
    PUNCTUAL_REQUESTS_PER_MINUTE: '1000000',
  }
  const folders = [emptyFolder(), emptyFolder()] as const
  let output = ''
  const start = async (folder: string) => {
    const service = await startServe(folder, { ...settings, PUNCTUAL_PORT: '0' }, mayLiveMs)
    t.after(() => service.stop('SIGKILL'))
    return service
  }
  const survivor = await start(folders[0])
  let victim = await start(folders[1])
  const pass = () => proxy.passTo([survivor, victim].map(ownUrl))
  pass()
  return {
    sandbox,
    postgres,
    receiver,
    people,
    url: proxy.url,
    setFaults,
    key: survivor.key ?? '',
    survivor,
    async kill() {
      const at = Date.now()
      await victim.stop('SIGKILL')
      output += victim.output()
      victim = await start(folders[1])
      pass()
      return at
    },
    output: () => output + survivor.output() + victim.output(),
  }
}

/** Where a service listens that has another public address. */
function ownUrl(service: StartedService): string {
  return /listens on (\S+)/.exec(service.output())?.[1] ?? ''
}

function settingsOf({ calendly, calcom, calendlyWebhookKey }: Sandbox): Record<string, string> {
  return {
    CALENDLY_AUTH_URL: calendly.hosts.auth,
    CALENDLY_API_URL: calendly.hosts.api,
    CALENDLY_CLIENT_ID: calendly.clientId,
    CALENDLY_CLIENT_SECRET: calendly.clientSecret,
    CALENDLY_WEBHOOK_KEY: calendlyWebhookKey,
    CALCOM_APP_URL: calcom.hosts.app,
    CALCOM_API_URL: calcom.hosts.api,
    CALCOM_CLIENT_ID: calcom.clientId,
    CALCOM_CLIENT_SECRET: calcom.clientSecret,
  }
}

function personOf(index: number): Person {
  const provider = index % 2 === 0 ? 'calendly' : 'calcom'
  return { provider, id: provider === 'calendly' ? `load-${index}` : String(70_000 + index), owner: `owner-${index}` }
}

function accountOf({ provider, id }: Person): AccountInput {
  const shared = { id, name: `Person ${id}`, email: `${id}@people.example`, timeZone: 'Europe/Paris' }
  return provider === 'calendly'
    ? { provider, ...shared, slug: `person-${id}`, organization: `org-${id}` }
    : { provider, ...shared, username: `person-${id}` }
}

/** Of several faults that match a request, the first strikes. */
async function setFaultsAt({ url }: Sandbox, faults: readonly object[]): Promise<void> {
  const address = `${url}/control/faults`
  const headers = { 'content-type': 'application/json' }
  await fetch(address, { method: 'DELETE' })
  for (const fault of faults) {
    const answer = await fetch(address, { method: 'POST', headers, body: JSON.stringify(fault) })
    if (!answer.ok) throw new Error(`no fault was set: ${answer.status} ${await answer.text()}`)
  }
}
