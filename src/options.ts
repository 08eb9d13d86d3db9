// The options of `createPunctual`: checked once, copied and frozen. The error for a wrong option names it.

import { join } from 'node:path'

import {
  amount,
  anything,
  type Checks,
  checkOptions,
  func,
  list,
  oneOf,
  optional,
  shown,
  valueError,
  whole,
} from './core/check.ts'
import { type Clock, type Random, systemClock, systemRandom } from './core/clock.ts'
import type { EscrowPlace } from './core/escrow-place.ts'
import { type Fetch, platformFetch } from './core/http.ts'
import { isLoopback } from './core/loopback.ts'
import type { Measure } from './core/measure.ts'
import type { Client } from './core/provider.ts'
import { parseRetention, type Retention } from './core/retention.ts'
import type { Store } from './core/store/store.ts'
import type { KeepWarm } from './keeper/due.ts'
import type { JournalFiles } from './keeper/journal.ts'
import { journalFolder, noJournalFolder } from './keeper/journal-files.ts'
import { type DeliverTo, type Destination, parseDeliverTo } from './outbox/destination.ts'
import type { KeyProvider } from './vault/key-provider.ts'

const place = 'createPunctual'

/** The compiler infers `Clients` from `clients`. It is the type of all client ids and webhooks. */
export interface PunctualOptions<Clients extends Client = Client> {
  /**
   * The public address of `handler`: https, or http on loopback. The callback of a client is `{baseUrl}/callback/{id}`.
   */
  readonly baseUrl: string | URL
  /** Each key is 32 bytes in base64url. The first key seals, all keys open. Without it, `keyProvider` says where they are. */
  readonly keys?: readonly string[]
  /**
   * Unwraps the keys from outside: an async function that returns them, `{ command }` or `{ file }`. It is asked once, before
   * the store is opened, and again after it has failed: until then every operation rejects with `store_unavailable`, reason
   * `keys_unavailable`, and no grant ends.
   */
  readonly keyProvider?: KeyProvider
  /** `sqlite(path)`, `memory()`, … */
  readonly store: Store
  /** The OAuth apps: `calendly({...})`, `calcom({...})`, or those of `defineProvider`. */
  readonly clients: readonly Clients[]
  /**
   * Returns the owner who is signed in to the host application, or `null`. It is called when a person begins to
   * connect, and again before a code is exchanged. Without it, Punctual holds the code until you call `complete`.
   */
  readonly currentOwner?: (request: Request) => string | null | Promise<string | null>
  /** Addresses outside `baseUrl`'s origin to which a person may be sent back. One without a query allows its page with any query; else each must match exactly. */
  readonly returnTo?: readonly string[]
  /**
   * Receives the events that must not be missed: a function, `{ handler, types }`, `{ url, secrets, types }` for Standard
   * Webhooks, `{ feed: true, types }` for `punctual.events.feed`, or a list of these. Each event is dispatched to each of
   * them until it is acknowledged, for a day. Without `deliverTo`, changes are not recorded as events, and the providers'
   * webhooks wait for 30 days for a process that has a `deliverTo`.
   */
  readonly deliverTo?: DeliverTo<Clients> | readonly DeliverTo<Clients>[]
  /**
   * Which grants are refreshed before their token expires: those `used` in the last day (default), `always`, `never`.
   */
  readonly keepWarm?: KeepWarm
  /**
   * Milliseconds for which `token()` and calls may use a token after it was read, without another read. What this
   * Punctual ends or replaces counts at once; what another one ends, in this process or in another, this one may use for
   * that long. `0`: every use reads the store. Default 1000, at most 60 000.
   */
  readonly tokenMemoryMs?: number
  /**
   * How many due grants of one client are refreshed at once in the background: 1 to 1000, default 32. Grants that callers
   * wait for are not counted.
   */
  readonly refreshConcurrency?: number
  /**
   * The folder that keeps refreshed tokens, sealed, while the store cannot accept them. Also possible: files of your
   * own, or `null` for memory alone. Default: `journal` beside the database file. If the database is not a file:
   * `.punctual/journal`.
   */
  readonly journal?: string | JournalFiles | null
  /**
   * The folder that keeps the newest token set of each grant, sealed as in the database: outside the database, so that a
   * backup of it that is restored is healed before a token is presented that has been spent since. Also possible: a second
   * database, by `sqliteEscrow(path)` or `postgresEscrow(url)`, or a place of your own. Default: none.
   */
  readonly escrow?: string | EscrowPlace | null
  /**
   * How long what has ended is kept, each kind by its name: `{ historyMs, endedConnectionsMs, … }`. It is deleted in the
   * background, a little at a time. What is not named keeps its default.
   */
  readonly retention?: Partial<Retention>
  /**
   * Tells a serverless platform about work that continues after a response, so that it waits for this work. Without it,
   * and without `start()`, a due token is refreshed before a call instead of after it.
   */
  readonly waitUntil?: (work: Promise<unknown>) => void
  /**
   * Receives what was measured: each call of a provider's API, refresh, webhook, dispatch and attempt to connect, once and
   * as it ends. For metrics and traces. A fault of it is reported once, and stops nothing.
   */
  readonly measure?: Measure
  /** Default: the platform's `fetch`. */
  readonly fetch?: Fetch
  /**
   * `now()`: the wall clock, in milliseconds. Give `sleep(ms, signal)` too if waiting must follow this clock.
   * `monotonic()`, in milliseconds, then measures the time that sleeping takes. Its default is then `now()`.
   */
  readonly clock?: Pick<Clock, 'now'> & Partial<Clock>
  /** Returns that many random bytes. Default: the platform's. */
  readonly random?: Random
}

export interface Settings {
  readonly baseUrl: string
  readonly keys: readonly string[] | KeyProvider
  readonly store: Store
  readonly clients: ReadonlyMap<string, Client>
  readonly currentOwner: NonNullable<PunctualOptions['currentOwner']> | null
  readonly returnTo: readonly string[]
  /** Empty: no `deliverTo`. */
  readonly destinations: readonly Destination[]
  readonly keepWarm: KeepWarm
  readonly tokenMemoryMs: number
  readonly refreshConcurrency: number
  readonly journal: JournalFiles
  /** `null`: not kept. */
  readonly escrow: string | EscrowPlace | null
  readonly retention: Retention
  readonly waitUntil: NonNullable<PunctualOptions['waitUntil']> | null
  readonly measure: Measure | null
  readonly fetch: Fetch
  readonly clock: Clock
  readonly random: Random
}

const checks: Checks<PunctualOptions> = {
  baseUrl: isBaseUrl,
  // The keyring checks each key.
  keys: optional(list('keys, 32 bytes in base64url each', anything)),
  keyProvider: optional(isKeyProvider),
  store: (value) =>
    typeof (value as Partial<Store> | undefined)?.open === 'function'
      ? null
      : 'must be sqlite(path), postgres(url), memory() or another store',
  clients: list('clients', isClient, { least: 1 }),
  currentOwner: optional(func('of the request')),
  returnTo: optional(list('addresses', isReturn)),
  deliverTo: anything,
  keepWarm: optional(oneOf('used', 'always', 'never')),
  tokenMemoryMs: optional(amount(0, 60_000, 'milliseconds')),
  refreshConcurrency: optional(whole(1, 1000)),
  journal: optional(isJournal),
  escrow: optional(isEscrow),
  // Each of its names is checked where the defaults are.
  retention: anything,
  waitUntil: optional(func()),
  measure: optional(func('of the measurement')),
  fetch: optional(func()),
  clock: optional(isClock),
  random: optional(func()),
}

/** @throws {PunctualError} `invalid_argument` for the first option that is wrong. */
export function parseOptions(options: PunctualOptions): Settings {
  checkOptions(place, options, checks)
  const { currentOwner, clock = systemClock, journal = defaultJournal(options.store) } = options
  return Object.freeze({
    baseUrl: new URL(options.baseUrl).href.replace(/\/+$/, ''),
    keys: keysOf(options),
    store: options.store,
    clients: byId(options.clients),
    currentOwner: currentOwner === undefined ? null : checkedOwner(currentOwner),
    returnTo: Object.freeze((options.returnTo ?? []).map((address) => new URL(address).href)),
    destinations: options.deliverTo === undefined ? [] : parseDeliverTo(options.deliverTo),
    keepWarm: options.keepWarm ?? 'used',
    tokenMemoryMs: options.tokenMemoryMs ?? 1000,
    refreshConcurrency: options.refreshConcurrency ?? 32,
    journal: journal === null ? noJournalFolder() : typeof journal === 'string' ? journalFolder(journal) : journal,
    escrow: options.escrow ?? null,
    retention: parseRetention(place, options.retention),
    waitUntil: options.waitUntil ?? null,
    measure: options.measure ?? null,
    fetch: options.fetch ?? platformFetch,
    clock: wholeClock(clock),
    random: options.random ?? systemRandom,
  } satisfies Settings)
}

/** @throws {PunctualError} `invalid_argument` unless there is one source of keys. */
function keysOf({ keys, keyProvider }: Pick<PunctualOptions, 'keys' | 'keyProvider'>): Settings['keys'] {
  if (keys !== undefined && keyProvider !== undefined)
    throw valueError(place, 'keyProvider', 'is there beside keys. Give one of them')
  if (keys !== undefined) return Object.freeze([...keys])
  if (keyProvider !== undefined) return keyProvider
  throw valueError(place, 'keys', 'must be a list of keys, 32 bytes in base64url each. Or give a keyProvider')
}

/** Refuses a result that is not an owner. The error names the function that returned it. */
function checkedOwner(
  currentOwner: NonNullable<PunctualOptions['currentOwner']>,
): NonNullable<PunctualOptions['currentOwner']> {
  return async (request) => {
    const owner: unknown = await currentOwner(request)
    if (owner === undefined || owner === null) return null
    if (typeof owner === 'string' && owner !== '') return owner
    const returned = owner === '' ? 'an empty text' : `a value of the type ${typeof owner}`
    const sentence = 'must return the id of the owner who is signed in, as a text, or null'
    throw valueError(place, 'currentOwner', `${sentence}. It returned ${returned}`)
  }
}

function isBaseUrl(value: unknown): string | null {
  const url = typeof value === 'string' || value instanceof URL ? URL.parse(value) : null
  const isReachable = url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url))
  if (url && isReachable && !url.search && !url.hash && !url.username && !url.password) return null
  return 'must be an https address without credentials, query or fragment. Plain http is for loopback only'
}

function isKeyProvider(value: unknown): string | null {
  if (typeof value === 'function') return null
  const { command, file } = (value ?? {}) as { command?: unknown; file?: unknown }
  const isWord = (word: unknown) => isPath(word) && !word.includes('\0')
  const isCommand = Array.isArray(command) && isWord(command[0]) && command.every((word) => typeof word === 'string')
  if (isCommand !== isWord(file) && (command === undefined || file === undefined)) return null
  return 'must be a function that returns the keys, { command: [program, …arguments] } or { file: path }'
}

function isClient(value: unknown): string | null {
  const client = value as Partial<Client> | null | undefined
  return client?.provider && client.id ? null : 'must be made by a provider, such as those of punctual/providers'
}

function byId(clients: readonly Client[]): ReadonlyMap<string, Client> {
  const found = new Map<string, Client>()
  for (const [index, client] of clients.entries()) {
    if (found.has(client.id))
      throw valueError(place, `clients[${index}]`, `has the id "${client.id}" of another client. Give it an "id"`)
    found.set(client.id, client)
  }
  return found
}

/** NaN would pass every comparison in silence. A clock that throws is heard when it is first asked. */
function isClock(value: unknown): string | null {
  const clock = value as Partial<Clock> | null
  if (typeof clock?.now !== 'function') return 'must have a function now() that returns milliseconds'
  const now = readingOf(clock.now)
  if (now === null || (typeof now === 'number' && Number.isFinite(now))) return null
  const returned = typeof now === 'number' ? String(now) : `a value of the type ${typeof now}`
  return `.now must return milliseconds since 1970. It returned ${returned}`
}

function readingOf(now: Clock['now']): unknown {
  try {
    return now()
  } catch {
    return null
  }
}

function isReturn(value: unknown): string | null {
  const url = typeof value === 'string' ? URL.parse(value) : null
  return url && /^https?:$/.test(url.protocol) ? null : `must be a whole address. It is ${shown(value)}`
}

function isJournal(value: unknown): string | null {
  const files = value as Partial<JournalFiles> | null
  if (files === null || isPath(files)) return null
  return files?.write && files.read && files.remove ? null : 'must be a folder, files of your own, or null'
}

function isEscrow(value: unknown): string | null {
  const place = value as Partial<EscrowPlace> | null
  if (place === null || (isPath(place) && !place.includes('://'))) return null
  return place?.append && place.read && place.compact
    ? null
    : 'must be a folder, sqliteEscrow(path), postgresEscrow(url), a place of your own, or null'
}

function isPath(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== ''
}

function defaultJournal({ folder }: Store): string {
  return join(folder ?? '.punctual', 'journal')
}

function wholeClock({ now, sleep, monotonic }: NonNullable<PunctualOptions['clock']>): Clock {
  return {
    now: () => now(),
    sleep: sleep ? (ms, signal, how) => sleep(ms, signal, how) : systemClock.sleep,
    monotonic: monotonic ? () => monotonic() : sleep ? () => now() : systemClock.monotonic,
  }
}
