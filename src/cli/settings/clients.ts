// The OAuth apps that the commands use: that of the settings, else the built-in one of a sandbox.

import { isLoopback } from '../../core/loopback.ts'
import type { Client } from '../../core/provider.ts'
import { calcom } from '../../providers/calcom/definition.ts'
import { calendly } from '../../providers/calendly/definition.ts'
import type { Sandbox } from '../../sandbox/sandbox.ts'
import { builtIn } from '../../sandbox/world/built-in-clients.ts'
import type { ClientInput } from '../../sandbox/world/clients.ts'
import { type Provider, providers } from './provider-names.ts'
import type { Credentials, Settings } from './settings.ts'

type Scopes = Readonly<Record<Provider, readonly string[]>>

/** A client, and which app it is. */
export interface ConfiguredClient {
  readonly client: Client
  /** Whether its bookings are those of real people: anywhere but in a sandbox on this machine. */
  readonly isReal: boolean
  /** For a person: which app it is. */
  readonly app: string
}

/** What the page of `dev` needs to show an account and its bookings. It changes nothing at a real provider. */
export const scopesToRead: Scopes = {
  calendly: ['users:read', 'event_types:read', 'scheduled_events:read'],
  calcom: ['PROFILE_READ', 'EVENT_TYPE_READ', 'SCHEDULE_READ', 'BOOKING_READ'],
}

/** With the scopes to book, and those for webhooks of bookings. */
export const scopesToBook: Scopes = {
  calendly: [...scopesToRead.calendly, 'availability:read', 'scheduled_events:write', 'webhooks:write'],
  calcom: [...scopesToRead.calcom, 'BOOKING_WRITE', 'WEBHOOK_READ', 'WEBHOOK_WRITE'],
}

// They open nothing but the sandbox of `dev` on this machine.
const registered = {
  calendly: {
    clientId: 'Pd7-kT2_wXcR9vNqLm4sBz8JhYf1Ge6Ua3Io5EtWx0Q',
    clientSecret: 'this-secret-opens-the-sandbox-alone',
    webhookKeys: ['this-key-signs-in-the-sandbox-alone'],
  },
  calcom: { clientId: '7d0c'.repeat(16), clientSecret: '0be5'.repeat(16) },
}

/** The client that every sandbox has, for one that was started by itself. */
const ofEverySandbox: Readonly<Record<Provider, Credentials>> = {
  calendly: {
    clientId: builtIn.calendly.clientId,
    clientSecret: builtIn.calendly.clientSecret,
    webhookKeys: [builtIn.calendly.webhookKey],
  },
  calcom: builtIn.calcom,
}

/** Returns the clients to register at the sandbox for an app at `baseUrl`, with their exact callback addresses. */
export function sandboxRegistrations(baseUrl: string): readonly ClientInput[] {
  const common = (name: Provider) => ({
    id: registered[name].clientId,
    secret: registered[name].clientSecret,
    name: 'Your app',
    redirectUris: [`${baseUrl}/callback/${name}`],
    scopes: [...scopesToBook[name]],
  })
  return [
    { provider: 'calendly', kind: 'web', webhookKey: registered.calendly.webhookKeys[0], ...common('calendly') },
    { provider: 'calcom', type: 'CONFIDENTIAL', ...common('calcom') },
  ]
}

/** The client of a sandbox at that address which `try` or `dev` has started. */
export function standInAt(name: Provider, sandboxUrl: string): Client {
  const at = (path: string) => `${sandboxUrl}/${name}/${path}`
  return name === 'calendly'
    ? calendly({
        ...registered.calendly,
        scopes: scopesToBook.calendly,
        hosts: { auth: at('auth'), api: at('api') },
      })
    : calcom({ ...registered.calcom, scopes: scopesToBook.calcom, hosts: { app: at('app'), api: at('api') } })
}

/** The clients of `try` and `dev`, where a sandbox of this process stands in for what is not set. */
export function clientsOf(
  settings: Pick<Settings, Provider>,
  sandbox: Pick<Sandbox, 'url'> | null,
): readonly ConfiguredClient[] {
  const configured = configuredClients(settings, scopesToRead)
  const standIn = (name: Provider): ConfiguredClient => {
    if (!sandbox) throw new TypeError('A client that is not configured needs the sandbox.')
    return { client: standInAt(name, sandbox.url), isReal: false, app: 'the sandbox of this process' }
  }
  return providers.map((name) => configured.find(({ client }) => client.provider.name === name) ?? standIn(name))
}

/** Whether the settings say nothing about one of the providers, so that `dev` starts a sandbox. */
export function needsSandbox(settings: Pick<Settings, Provider>): boolean {
  return configuredClients(settings, scopesToRead).length < 2
}

/** Returns the clients that the settings name: by credentials, or by the addresses of a sandbox. */
export function configuredClients(settings: Pick<Settings, Provider>, otherwise: Scopes): readonly ConfiguredClient[] {
  const make = {
    calendly: ({ hosts, scopes }: Settings['calendly'], credentials: Credentials) =>
      calendly({ ...credentials, scopes: scopes ?? otherwise.calendly, ...(hosts ? { hosts } : {}) }),
    calcom: ({ hosts, scopes }: Settings['calcom'], credentials: Credentials) =>
      calcom({ ...credentials, scopes: scopes ?? otherwise.calcom, ...(hosts ? { hosts } : {}) }),
  }
  return providers.flatMap((name) => {
    const { credentials, hosts } = settings[name]
    if (credentials === null && hosts === null) return []
    const used = credentials ?? ofEverySandbox[name]
    const client = name === 'calendly' ? make.calendly(settings.calendly, used) : make.calcom(settings.calcom, used)
    const addresses = Object.values<string | undefined>(hosts ?? {}).filter((url) => url !== undefined)
    const isHere = addresses.length > 0 && addresses.every((url) => isLoopback(new URL(url)))
    const place =
      addresses.length === 0 ? '' : ` at ${[...new Set(addresses.map((url) => new URL(url).origin))].join(' and ')}`
    const which = credentials ? `the app ${credentials.clientId}` : 'the built-in client of the sandbox'
    return { client, isReal: !isHere, app: `${which}${place}` }
  })
}
