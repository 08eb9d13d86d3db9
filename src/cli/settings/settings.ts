// The settings of the environment and of a `.env` file, checked as a whole before anything starts. The environment wins over
// the file. table.ts says what each one means; this file says how they go together.

import { join } from 'node:path'
import { isLoopback } from '../../core/loopback.ts'
import type { Retention } from '../../core/retention.ts'
import { parseDeliverTo } from '../../outbox/destination.ts'
import type { LogLevel } from '../../server/operation/log.ts'
import type { KeyProvider } from '../../vault/key-provider.ts'
import { readEnvFile, remarksOn, type Sources, type Variables } from './env-file.ts'
import { wrong } from './parse.ts'
import { type SettingName, settingTable } from './table.ts'
import type { SettingValues } from './values.ts'

/** Credentials of an OAuth app at the real provider. */
export interface Credentials {
  readonly clientId: string
  readonly clientSecret: string
  /** The keys that sign the app's webhooks, where the provider has such keys; two while the key is being changed. */
  readonly webhookKeys?: readonly string[]
}

/** What is set for one provider. */
export interface ProviderSettings<Host extends string> {
  /** `null`: none; `hosts` may then name a sandbox. */
  readonly credentials: Credentials | null
  /** `null`: those of the command. */
  readonly scopes: readonly string[] | null
  /** Where the provider is, if not at its own addresses. */
  readonly hosts: Readonly<Partial<Record<Host, string>>> | null
}

export interface Settings {
  /** 0: any free port. */
  readonly port: number
  /** 0: any free port. */
  readonly sandboxPort: number
  /** The address to listen on. */
  readonly host: string
  /** The folder for everything that is kept. */
  readonly data: string
  /** Where a browser reaches it, without a slash at the end. `null`: http://localhost and the port. */
  readonly url: string | null
  /** `null`: those of `keyProvider`, else the key file. */
  readonly keys: readonly string[] | null
  /** `null`: none. */
  readonly keyProvider: KeyProvider | null
  /** The path of a SQLite file, or the address of a Postgres database. */
  readonly database: string
  /** The name of the escrow: a folder, or a database. `null`: not set. */
  readonly escrow: string | null
  /** Addresses to which a person may be sent back, beside those of `url`. */
  readonly returnTo: readonly string[]
  readonly calendly: ProviderSettings<'auth' | 'api'>
  readonly calcom: ProviderSettings<'app' | 'api'>
  /** Where signed events go. `null`: nowhere. */
  readonly events: EventSettings | null
  /** How long what has ended is kept. */
  readonly retention: Partial<Retention>
  /** Whether an API key may read tokens. */
  readonly tokens: boolean
  /** Of one API key in one process. `null`: the service's own. */
  readonly requestsPerMinute: number | null
  readonly logLevel: LogLevel
  /** What `/metrics` demands. `null`: nothing. */
  readonly metricsKey: string | null
  readonly connectPage: ConnectPageSettings
  /** Sentences about settings that have no effect, and what may have been meant. */
  readonly remarks: readonly string[]
}

export interface EventSettings {
  readonly urls: readonly string[]
  readonly secrets: readonly string[]
  /** Whether they may be in a private network. */
  readonly allowPrivateAddresses: boolean
}

/** How the connect page looks. */
export interface ConnectPageSettings {
  readonly name?: string
  readonly logoUrl?: string
  readonly colour?: string
  readonly language: 'en' | 'de' | 'es' | 'auto'
}

type Values = { readonly [Name in SettingName]: SettingValues[Name] | null }

/**
 * Reads and checks the settings.
 *
 * @throws {CliError} exit code 2, naming the setting and what to do. No value of a secret is repeated.
 */
export function readSettings(environment: Variables = process.env, folder: string = process.cwd()): Settings {
  const path = join(folder, '.env')
  return settingsOf({ path, file: readEnvFile(path), environment })
}

/** Checks settings that have been read. @throws {CliError} as {@link readSettings}. */
export function settingsOf({ path, file, environment }: Sources): Settings {
  const values = readValues(environment, file)
  const port = values.PUNCTUAL_PORT ?? 4600
  const sandboxPort = values.PUNCTUAL_SANDBOX_PORT ?? (port === 0 ? 0 : 4610)
  if (port !== 0 && port === sandboxPort) {
    throw wrong('PUNCTUAL_SANDBOX_PORT', `is ${port}, the same as PUNCTUAL_PORT: give them different ports`)
  }
  const data = values.PUNCTUAL_DATA ?? '.punctual'
  return Object.freeze({
    port,
    sandboxPort,
    host: values.PUNCTUAL_HOST ?? 'localhost',
    data,
    url: values.PUNCTUAL_URL,
    keys: values.PUNCTUAL_KEYS,
    keyProvider: keyProviderOf(values),
    database: values.PUNCTUAL_DATABASE ?? ownDatabase(data),
    escrow: values.PUNCTUAL_ESCROW,
    returnTo: values.PUNCTUAL_RETURN_TO ?? [],
    calendly: calendlyOf(values),
    calcom: calcomOf(values),
    events: eventsOf(values),
    retention: retentionOf(values),
    tokens: values.PUNCTUAL_TOKENS !== 'off',
    requestsPerMinute: values.PUNCTUAL_REQUESTS_PER_MINUTE,
    logLevel: values.PUNCTUAL_LOG_LEVEL ?? 'info',
    metricsKey: values.PUNCTUAL_METRICS_KEY,
    connectPage: connectPageOf(values),
    remarks: Object.freeze(remarksOn({ path, file, environment }, Object.keys(settingTable))),
  })
}

/** Returns the SQLite file of a data folder, which no other application uses. */
export function ownDatabase(data: string): string {
  return join(data, 'punctual.db')
}

function readValues(environment: Variables, file: Variables): Values {
  const values = Object.entries(settingTable).map(([name, { parse }]) => {
    const given = environment[name] || file[name]
    if (!given) return [name, null]
    const text = given.trim()
    // Somebody meant to set it: going on without it could go on with other keys, or another database.
    if (text === '') throw wrong(name, 'is white space alone: give it a value, or remove it')
    return [name, parse(text, name)]
  })
  return Object.fromEntries(values) as Values
}

const keySources = ['PUNCTUAL_KEYS', 'PUNCTUAL_KEYS_COMMAND', 'PUNCTUAL_KEYS_FILE'] as const

function keyProviderOf(values: Values): KeyProvider | null {
  const [one, other] = keySources.filter((name) => values[name] !== null)
  if (one !== undefined && other !== undefined)
    throw wrong(other, `is set beside ${one}, and both say which keys there are: keep one of them`)
  const { PUNCTUAL_KEYS_COMMAND: command, PUNCTUAL_KEYS_FILE: file } = values
  if (command !== null) return Object.freeze({ command })
  return file === null ? null : Object.freeze({ file })
}

function calendlyOf(values: Values): Settings['calendly'] {
  const credentials = credentialsOf(values, 'CALENDLY', 'Calendly')
  const webhookKeys = values.CALENDLY_WEBHOOK_KEY
  if (webhookKeys !== null && credentials === null) {
    const remedy = 'set all three for the real Calendly, or none for the sandbox'
    throw wrong('CALENDLY_WEBHOOK_KEY', `is set while CALENDLY_CLIENT_ID is not: ${remedy}`)
  }
  return Object.freeze({
    credentials: credentials && webhookKeys ? Object.freeze({ ...credentials, webhookKeys }) : credentials,
    scopes: values.CALENDLY_SCOPES,
    hosts: hostsOf(values, credentials, 'CALENDLY', { auth: 'CALENDLY_AUTH_URL', api: 'CALENDLY_API_URL' }),
  })
}

function calcomOf(values: Values): Settings['calcom'] {
  const credentials = credentialsOf(values, 'CALCOM', 'Cal.com')
  const hosts = hostsOf(values, credentials, 'CALCOM', { app: 'CALCOM_APP_URL', api: 'CALCOM_API_URL' })
  return Object.freeze({ credentials, scopes: values.CALCOM_SCOPES, hosts })
}

function credentialsOf(values: Values, prefix: 'CALENDLY' | 'CALCOM', title: string): Credentials | null {
  const [idName, secretName] = [`${prefix}_CLIENT_ID`, `${prefix}_CLIENT_SECRET`] as const
  const [clientId, clientSecret] = [values[idName], values[secretName]]
  if (clientId !== null && clientSecret !== null) return Object.freeze({ clientId, clientSecret })
  if (clientId === null && clientSecret === null) return null
  const [set, missing] = clientId === null ? [secretName, idName] : [idName, secretName]
  throw wrong(missing, `is missing while ${set} is set: set both for the real ${title}, or neither for the sandbox`)
}

/** Without credentials, the addresses are those of a sandbox on this machine, whose built-in client is used: all or none. */
function hostsOf<Host extends string>(
  values: Values,
  credentials: Credentials | null,
  prefix: 'CALENDLY' | 'CALCOM',
  names: Readonly<Record<Host, 'CALENDLY_AUTH_URL' | 'CALENDLY_API_URL' | 'CALCOM_APP_URL' | 'CALCOM_API_URL'>>,
): Readonly<Partial<Record<Host, string>>> | null {
  const all = (Object.keys(names) as Host[]).map((host) => ({ host, name: names[host], url: values[names[host]] }))
  const set = all.flatMap(({ host, name, url }) => (url === null ? [] : [{ host, name, url }]))
  const [first] = set
  if (!first) return null
  if (credentials === null) {
    const missing = all.find(({ url }) => url === null)
    if (missing) throw wrong(missing.name, `is missing while ${first.name} is set: set both addresses of the sandbox`)
    const remote = set.find(({ url }) => !isLoopback(new URL(url)))
    if (remote) {
      const remedy = `set it and ${prefix}_CLIENT_SECRET. Only a sandbox on this machine needs none`
      throw wrong(`${prefix}_CLIENT_ID`, `is missing while ${remote.name} is set: ${remedy}`)
    }
  }
  return Object.freeze(Object.fromEntries(set.map(({ host, url }) => [host, url])) as Partial<Record<Host, string>>)
}

function eventsOf(values: Values): Settings['events'] {
  const { PUNCTUAL_EVENTS_URL: urls, PUNCTUAL_EVENTS_SECRETS: secrets } = values
  const allowPrivateAddresses = values.PUNCTUAL_ALLOW_PRIVATE_ADDRESSES === 'on'
  if (urls === null && secrets === null) return null
  if (urls === null) throw wrong('PUNCTUAL_EVENTS_URL', 'is missing while PUNCTUAL_EVENTS_SECRETS is set: set both')
  if (secrets === null)
    throw wrong(
      'PUNCTUAL_EVENTS_SECRETS',
      'is missing while PUNCTUAL_EVENTS_URL is set: set both, so that events are signed',
    )
  if (new Set(urls).size < urls.length) throw wrong('PUNCTUAL_EVENTS_URL', 'has the same address twice: remove one')
  try {
    for (const url of urls) parseDeliverTo({ url, secrets, allowPrivateAddresses })
  } catch (error) {
    const [, name, sentence] = /deliverTo\.(url|secrets)\S* (.*)\.$/s.exec((error as Error).message) ?? []
    throw wrong(name === 'url' ? 'PUNCTUAL_EVENTS_URL' : 'PUNCTUAL_EVENTS_SECRETS', sentence ?? 'is wrong')
  }
  return Object.freeze({ urls, secrets, allowPrivateAddresses })
}

function connectPageOf(values: Values): ConnectPageSettings {
  const { PUNCTUAL_CONNECT_NAME: name, PUNCTUAL_CONNECT_LOGO: logoUrl, PUNCTUAL_CONNECT_COLOUR: colour } = values
  return Object.freeze({
    ...(name === null ? {} : { name }),
    ...(logoUrl === null ? {} : { logoUrl }),
    ...(values.PUNCTUAL_CONNECT_HOME === null ? {} : { homeUrl: values.PUNCTUAL_CONNECT_HOME }),
    ...(colour === null ? {} : { colour }),
    language: values.PUNCTUAL_CONNECT_LANGUAGE ?? 'auto',
  })
}

function retentionOf(values: Values): Partial<Retention> {
  const events = daysOf(values.PUNCTUAL_KEEP_EVENTS_DAYS)
  const ages: { readonly [Name in keyof Retention]?: number | undefined } = {
    historyMs: daysOf(values.PUNCTUAL_KEEP_HISTORY_DAYS),
    undeliveredEventsMs: events,
    feedMs: events,
    endedConnectionsMs: daysOf(values.PUNCTUAL_KEEP_ENDED_CONNECTIONS_DAYS),
    auditMs: daysOf(values.PUNCTUAL_KEEP_AUDIT_DAYS),
  }
  const given = Object.entries(ages).filter(([, age]) => age !== undefined)
  return Object.freeze(Object.fromEntries(given) as Partial<Retention>)
}

function daysOf(days: number | null): number | undefined {
  return days === null ? undefined : days * 86_400_000
}
