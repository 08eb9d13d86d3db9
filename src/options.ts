// The options of `createPunctual`: checked once, copied and frozen. A wrong one is a sentence that names it.

import { join } from 'node:path'

import { type Clock, type Random, systemClock, systemRandom } from './core/clock.ts'
import { invalidArgument } from './core/errors.ts'
import { type Fetch, platformFetch } from './core/http.ts'
import { isLoopback } from './core/loopback.ts'
import type { Client } from './core/provider.ts'
import type { Store } from './core/store/store.ts'
import type { KeepWarm } from './keeper/due.ts'
import type { JournalFiles } from './keeper/journal.ts'
import { journalFolder, noJournalFolder } from './keeper/journal-files.ts'
import { type DeliverTo, type Destination, parseDeliverTo } from './outbox/destination.ts'

export interface PunctualOptions {
  /** Where `handler` is reached from outside. https, or http on loopback. The callback of a client is `{baseUrl}/callback/{id}`. */
  readonly baseUrl: string | URL
  /** 32 bytes in base64url each. The first seals, all open. */
  readonly keys: readonly string[]
  /** `sqlite(path)`, `memory()`, … */
  readonly store: Store
  /** The OAuth apps: `calendly({...})`, `calcom({...})`, or those of `defineProvider`. */
  readonly clients: readonly Client[]
  /**
   * The owner who is signed in to the host application, or `null`. It is asked before a code is exchanged. Without it
   * the code is held until `complete` is called.
   */
  readonly currentOwner?: (request: Request) => string | null | Promise<string | null>
  /** Addresses beyond `baseUrl`'s origin that a person may be sent back to, whole and exact. */
  readonly returnTo?: readonly string[]
  /**
   * Who takes the events that must not be missed: a function, `{ handler, types }`, or `{ url, secrets, types }` for
   * Standard Webhooks. Each comes until it is acknowledged, for a day. Without it no change is written down, and the
   * providers' webhooks wait for 30 days for a process that has one.
   */
  readonly deliverTo?: DeliverTo
  /** Which grants are renewed before they end: `used` in the last day (default), `always`, `never`. */
  readonly keepWarm?: KeepWarm
  /**
   * The folder that keeps renewed tokens, sealed, while the store cannot; or files of one's own; `null`: memory alone.
   * Default: `journal` beside the database where that is a file, else `.punctual/journal`.
   */
  readonly journal?: string | JournalFiles | null
  /**
   * Tells the platform of work that goes on behind an answer, as serverless platforms offer it. Without it, and without
   * `start()`, a token that is due is renewed in front of a call instead of behind it.
   */
  readonly waitUntil?: (work: Promise<unknown>) => void
  /** Default: the platform's. */
  readonly fetch?: Fetch
  /**
   * `now()`: the wall clock, in ms. Where waiting is to follow it, also `sleep(ms, signal)`; `monotonic()`, in ms, is then
   * the time that sleeping takes, and is `now()` unless it is given.
   */
  readonly clock?: Pick<Clock, 'now'> & Partial<Clock>
  /** Answers that many random bytes. */
  readonly random?: Random
}

export interface Settings {
  readonly baseUrl: string
  readonly keys: readonly string[]
  readonly store: Store
  readonly clients: ReadonlyMap<string, Client>
  readonly currentOwner: NonNullable<PunctualOptions['currentOwner']> | null
  readonly returnTo: readonly string[]
  readonly deliverTo: Destination | null
  readonly keepWarm: KeepWarm
  readonly journal: JournalFiles
  readonly waitUntil: NonNullable<PunctualOptions['waitUntil']> | null
  readonly fetch: Fetch
  readonly clock: Clock
  readonly random: Random
}

const known = [
  'baseUrl',
  'keys',
  'store',
  'clients',
  'currentOwner',
  'returnTo',
  'deliverTo',
  'keepWarm',
  'journal',
  'waitUntil',
  'fetch',
  'clock',
  'random',
]

/** @throws {PunctualError} `invalid_argument` for the first option that is wrong. */
export function parseOptions(options: PunctualOptions): Settings {
  if (typeof options !== 'object' || options === null) throw wrong('options', 'must be an object')
  const stranger = Object.keys(options).find((name) => !known.includes(name))
  if (stranger) throw wrong(stranger, `is not an option. The options are ${known.join(', ')}`)
  const {
    currentOwner,
    keepWarm = 'used',
    waitUntil,
    fetch = platformFetch,
    clock = systemClock,
    random = systemRandom,
  } = options

  if (currentOwner !== undefined) assertFunction('currentOwner', currentOwner)
  if (waitUntil !== undefined) assertFunction('waitUntil', waitUntil)
  assertFunction('fetch', fetch)
  assertFunction('random', random)
  if (typeof clock?.now !== 'function') throw wrong('clock', 'must have a function now() that answers milliseconds')
  if (!['used', 'always', 'never'].includes(keepWarm)) throw wrong('keepWarm', 'must be "used", "always" or "never"')
  if (!Array.isArray(options.keys)) throw wrong('keys', 'must be a list of keys: 32 bytes in base64url each')
  if (typeof options.store?.open !== 'function') throw wrong('store', 'must be sqlite(path), memory() or another store')

  return Object.freeze({
    baseUrl: parseBaseUrl(options.baseUrl),
    keys: Object.freeze([...options.keys]),
    store: options.store,
    clients: parseClients(options.clients),
    currentOwner: currentOwner === undefined ? null : checkedOwner(currentOwner),
    returnTo: Object.freeze(parseReturns(options.returnTo ?? [])),
    deliverTo: options.deliverTo === undefined ? null : parseDeliverTo(options.deliverTo),
    keepWarm,
    journal: parseJournal(options.journal === undefined ? defaultJournal(options.store) : options.journal),
    waitUntil: waitUntil ?? null,
    fetch,
    clock: wholeClock(clock),
    random,
  } satisfies Settings)
}

/** Says which function has answered something that names nobody. */
function checkedOwner(
  currentOwner: NonNullable<PunctualOptions['currentOwner']>,
): NonNullable<PunctualOptions['currentOwner']> {
  return async (request) => {
    const owner: unknown = await currentOwner(request)
    if (owner === undefined || owner === null) return null
    if (typeof owner === 'string' && owner !== '') return owner
    const what = owner === '' ? 'an empty text' : `a value of the type ${typeof owner}`
    throw wrong(
      'currentOwner',
      `must return the id of the owner who is signed in, as a text, or null. It returned ${what}`,
    )
  }
}

function parseBaseUrl(value: unknown): string {
  const url = URL.parse(String(value))
  const reachable = url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url))
  if (!url || !reachable || url.search || url.hash || url.username || url.password) {
    throw wrong(
      'baseUrl',
      'must be an https address without credentials, query or fragment; plain http is taken on loopback only',
    )
  }
  return url.href.replace(/\/+$/, '')
}

function parseClients(clients: unknown): ReadonlyMap<string, Client> {
  if (!Array.isArray(clients) || clients.length === 0) throw wrong('clients', 'must list at least one client')
  const byId = new Map<string, Client>()
  for (const client of clients as Client[]) {
    if (!client?.provider || !client.id)
      throw wrong('clients', 'must be made by a provider, such as those of punctual/providers')
    if (byId.has(client.id)) throw wrong('clients', `must differ in "id": "${client.id}" is there twice`)
    byId.set(client.id, client)
  }
  return byId
}

function parseReturns(returns: readonly unknown[]): string[] {
  if (!Array.isArray(returns)) throw wrong('returnTo', 'must be a list of addresses')
  return returns.map((value) => {
    const url = typeof value === 'string' ? URL.parse(value) : null
    if (!url || !/^https?:$/.test(url.protocol))
      throw wrong('returnTo', `must list whole addresses; ${JSON.stringify(value)} is none`)
    return url.href
  })
}

function defaultJournal({ folder }: Store): string {
  return join(folder ?? '.punctual', 'journal')
}

function wholeClock({ now, sleep, monotonic }: NonNullable<PunctualOptions['clock']>): Clock {
  return {
    now: () => now(),
    sleep: sleep ? (ms, signal) => sleep(ms, signal) : systemClock.sleep,
    monotonic: monotonic ? () => monotonic() : sleep ? () => now() : systemClock.monotonic,
  }
}

function parseJournal(journal: unknown): JournalFiles {
  if (journal === null) return noJournalFolder()
  if (typeof journal === 'string' && journal !== '') return journalFolder(journal)
  const files = journal as Partial<JournalFiles> | undefined
  if (files?.write && files.read && files.remove) return files as JournalFiles
  throw wrong('journal', 'must be a folder, files of your own, or null')
}

function assertFunction(name: string, value: unknown): void {
  if (typeof value !== 'function') throw wrong(name, 'must be a function')
}

function wrong(name: string, sentence: string): Error {
  return invalidArgument(`createPunctual: "${name}" ${sentence}.`)
}
