// The settings of the environment and of a `.env` file, checked as a whole before anything starts. The environment wins over
// the file.

import { join } from 'node:path'
import { isLoopback } from '../../core/loopback.ts'
import { parseDeliverTo } from '../../outbox/destination.ts'
import { createKeyring } from '../../vault/keyring.ts'
import { CliError } from '../output/cli-error.ts'
import { isPostgres } from './database.ts'
import { readEnvFile, remarksOn, type Variables } from './env-file.ts'

/** Credentials of an OAuth app at the real provider. */
export interface Credentials {
  readonly clientId: string
  readonly clientSecret: string
  /** The keys that sign the app's webhooks, where the provider has such keys; two while the key is being changed. */
  readonly webhookKeys?: readonly string[]
}

export interface Settings {
  /** 0: any free port. */
  readonly port: number
  /** 0: any free port. */
  readonly sandboxPort: number
  /** The folder for everything that is kept. */
  readonly data: string
  /** The origin at which a browser reaches the page. `null`: http://localhost and the port. */
  readonly url: string | null
  /** `null`: the key file. */
  readonly keys: readonly string[] | null
  /** The path of a SQLite file, or the address of a Postgres database. */
  readonly database: string
  /** `null`: the sandbox's. */
  readonly calendly: Credentials | null
  readonly calcom: Credentials | null
  /** Where signed events go. `null`: nowhere. */
  readonly events: { readonly url: string; readonly secrets: readonly string[] } | null
  /** Sentences about settings that have no effect, and what may have been meant. */
  readonly remarks: readonly string[]
}

const settingNames = [
  'PUNCTUAL_PORT',
  'PUNCTUAL_SANDBOX_PORT',
  'PUNCTUAL_DATA',
  'PUNCTUAL_URL',
  'PUNCTUAL_KEYS',
  'PUNCTUAL_DATABASE',
  'PUNCTUAL_EVENTS_URL',
  'PUNCTUAL_EVENTS_SECRETS',
  'CALENDLY_CLIENT_ID',
  'CALENDLY_CLIENT_SECRET',
  'CALENDLY_WEBHOOK_KEY',
  'CALCOM_CLIENT_ID',
  'CALCOM_CLIENT_SECRET',
] as const

type Read = (name: (typeof settingNames)[number]) => string | null

/**
 * Reads and checks the settings.
 *
 * @throws {CliError} exit code 2, naming the setting and what to do. No value of a secret is repeated.
 */
export function readSettings(environment: Variables = process.env, folder: string = process.cwd()): Settings {
  const path = join(folder, '.env')
  const file = readEnvFile(path)
  const read: Read = (name) => environment[name]?.trim() || file[name]?.trim() || null
  const port = readPort('PUNCTUAL_PORT', read('PUNCTUAL_PORT'), 4600)
  const sandboxPort = readPort('PUNCTUAL_SANDBOX_PORT', read('PUNCTUAL_SANDBOX_PORT'), port === 0 ? 0 : 4610)
  if (port !== 0 && port === sandboxPort) {
    throw wrong('PUNCTUAL_SANDBOX_PORT', `is ${port}, the same as PUNCTUAL_PORT: give them different ports`)
  }
  const data = read('PUNCTUAL_DATA') ?? '.punctual'
  return Object.freeze({
    port,
    sandboxPort,
    data,
    url: readUrl(read('PUNCTUAL_URL')),
    keys: readKeys(read('PUNCTUAL_KEYS')),
    database: readDatabase(read('PUNCTUAL_DATABASE')) ?? ownDatabase(data),
    calendly: withWebhookKey(readCredentials(read, 'CALENDLY', 'Calendly'), read('CALENDLY_WEBHOOK_KEY')),
    calcom: readCredentials(read, 'CALCOM', 'Cal.com'),
    events: readEvents(read('PUNCTUAL_EVENTS_URL'), read('PUNCTUAL_EVENTS_SECRETS')),
    remarks: Object.freeze(remarksOn(path, file, settingNames)),
  })
}

/** Returns the SQLite file of a data folder, which no other application uses. */
export function ownDatabase(data: string): string {
  return join(data, 'punctual.db')
}

function readPort(name: string, text: string | null, otherwise: number): number {
  if (text === null) return otherwise
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN
  if (port <= 65_535) return port
  throw wrong(name, `is ${JSON.stringify(text)}: give a port from 1 to 65535, or 0 for any free port`)
}

function readUrl(text: string | null): string | null {
  if (text === null) return null
  const url = URL.parse(text)
  if (!url || !/^https?:$/.test(url.protocol)) {
    throw wrong('PUNCTUAL_URL', 'is not an address: give one such as http://localhost:4600')
  }
  if (url.pathname !== '/' || url.search || url.hash || url.username || url.password) {
    throw wrong('PUNCTUAL_URL', 'must be an origin such as http://localhost:4600, without a path or a query')
  }
  if (!isLoopback(url)) {
    const why = 'the page of this version has no login and is for this machine only'
    throw wrong('PUNCTUAL_URL', `must be on localhost, 127.0.0.1 or [::1], since ${why}: correct it, or remove it`)
  }
  return url.origin
}

function readKeys(text: string | null): readonly string[] | null {
  if (text === null) return null
  const keys = text.split(',').map((key) => key.trim())
  try {
    createKeyring(keys)
  } catch (error) {
    throw wrong('PUNCTUAL_KEYS', `is wrong, ${(error as Error).message.replace(/^createPunctual: |\.$/g, '')}`)
  }
  return Object.freeze(keys)
}

function readDatabase(text: string | null): string | null {
  if (text === null) return null
  if (/^[a-z][a-z0-9+.-]+:/i.test(text) && !isPostgres(text)) {
    throw wrong(
      'PUNCTUAL_DATABASE',
      'must be the path of a SQLite file, such as .punctual/punctual.db, or postgres://…',
    )
  }
  return text
}

function readCredentials(read: Read, prefix: 'CALENDLY' | 'CALCOM', title: string): Credentials | null {
  const [idName, secretName] = [`${prefix}_CLIENT_ID`, `${prefix}_CLIENT_SECRET`] as const
  const [clientId, clientSecret] = [read(idName), read(secretName)]
  if (clientId !== null && clientSecret !== null) return Object.freeze({ clientId, clientSecret })
  if (clientId === null && clientSecret === null) return null
  const [set, missing] = clientId === null ? [secretName, idName] : [idName, secretName]
  throw wrong(missing, `is missing while ${set} is set: set both for the real ${title}, or neither for the sandbox`)
}

function withWebhookKey(credentials: Credentials | null, text: string | null): Credentials | null {
  if (text === null) return credentials
  if (credentials === null) {
    const remedy = 'set all three for the real Calendly, or none for the sandbox'
    throw wrong('CALENDLY_WEBHOOK_KEY', `is set while CALENDLY_CLIENT_ID is not: ${remedy}`)
  }
  const webhookKeys = Object.freeze(text.split(',').map((key) => key.trim()))
  if (webhookKeys.includes(''))
    throw wrong('CALENDLY_WEBHOOK_KEY', 'contains an empty key: separate two keys by one comma')
  return Object.freeze({ ...credentials, webhookKeys })
}

function readEvents(url: string | null, secrets: string | null): Settings['events'] {
  if (url === null && secrets === null) return null
  if (url === null) throw wrong('PUNCTUAL_EVENTS_URL', 'is missing while PUNCTUAL_EVENTS_SECRETS is set: set both')
  if (secrets === null)
    throw wrong(
      'PUNCTUAL_EVENTS_SECRETS',
      'is missing while PUNCTUAL_EVENTS_URL is set: set both, so that events are signed',
    )
  const events = { url, secrets: secrets.split(',').map((one) => one.trim()) }
  try {
    parseDeliverTo(events)
  } catch (error) {
    const [, name, sentence] = /deliverTo\.(url|secrets)\S* (.*)\.$/s.exec((error as Error).message) ?? []
    throw wrong(name === 'url' ? 'PUNCTUAL_EVENTS_URL' : 'PUNCTUAL_EVENTS_SECRETS', sentence ?? 'is wrong')
  }
  return Object.freeze(events)
}

function wrong(name: string, sentence: string): CliError {
  return new CliError(`${name} ${sentence}.`, 2)
}
