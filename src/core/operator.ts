// What `punctual.operator` shows of the past: the words for pages and commands. Nothing here holds a token or a sealed
// value.

import type { Attention } from './attention.ts'
import type { ConnectionFacts, ConnectionStatus } from './connection.ts'
import type { ConnectionLimits } from './connection-limits.ts'
import type { ErrorCode } from './errors.ts'
import type { AttemptEnd, FaultCode, WebhookRefusal } from './events.ts'
import type {
  CallOutcome,
  ConnectOutcome,
  DispatchOutcome,
  Measurement,
  RefreshOutcome,
  WebhookOutcome,
} from './measure.ts'
import type { ClientHealth } from './provider.ts'

/** A page of a list. `cursor` is `null` at the end. */
export interface Page<Item> {
  readonly items: readonly Item[]
  readonly cursor: string | null
}

export interface PageRequest {
  /** The cursor of the previous page. */
  readonly cursor?: string | null | undefined
  /** 1 to 200. Default 50. */
  readonly limit?: number | undefined
}

/** How a provider takes a client's credentials, and how its calls and refreshes have gone in the last 20 minutes. */
export interface ClientOverview {
  /** `null`: the store cannot be read. */
  readonly health: ClientHealth | null
  /** Since when `health` is not `accepted`. */
  readonly since: Date | null
  /** What the provider says about the client then. */
  readonly reason: string | null
  /** Calls and refreshes that got a usable answer, and those that got none. */
  readonly recent: { readonly answered: number; readonly unanswered: number }
}

export interface Overview {
  readonly at: Date
  /** Since when this process runs. */
  readonly runningSince: Date
  /** What needs a person, the most urgent first. */
  readonly attention: readonly Attention[]
  /** By client and status, counted once a minute at most; `null`: the store cannot be read. */
  readonly connections: Readonly<Record<string, Readonly<Record<ConnectionStatus, number>>>> | null
  /** By client, those that are configured. */
  readonly clients: Readonly<Record<string, ClientOverview>>
  /** `null`: the store cannot be read. */
  readonly events: {
    readonly pending: number
    readonly dead: number
    readonly oldestPendingMs: number | null
  } | null
}

/** What is counted: the kinds of measured work. */
export type TallyKind = Measurement['kind']

export type TallyOutcome = CallOutcome | RefreshOutcome | WebhookOutcome | DispatchOutcome | ConnectOutcome

/** How often work of one kind has ended so, for one client, in the ten minutes from `at`. */
export interface Tally {
  readonly at: Date
  readonly outcome: TallyOutcome
  /** The client's id. */
  readonly client: string
  readonly count: number
}

export interface SeriesRequest {
  readonly kind: TallyKind
  /** Default: a day before `to`. Counts are kept for 8 days. */
  readonly from?: Date | undefined
  /** Default: now. */
  readonly to?: Date | undefined
}

export interface Series {
  /** The length of the time that each point counts: ten minutes. */
  readonly bucketMs: number
  /** In the order of time. A time in which nothing was counted has no point. */
  readonly points: readonly Tally[]
}

/** Errors of one kind: the same code and reason, for one client. */
export interface ErrorGroup {
  readonly id: string
  readonly code: ErrorCode | FaultCode
  readonly reason: string | null
  /** `null`: it concerns no single client. */
  readonly client: string | null
  readonly count: number
  readonly firstAt: Date
  readonly lastAt: Date
  /** The sentence of the last one: what was wrong, and what to do. */
  readonly sentence: string
  /** Connections touched. At 1,000 it is no longer counted on. */
  readonly connections: number
}

export interface ConnectionSearch extends PageRequest {
  /**
   * Finds the connection of that id, and those whose owner, a word of the account's name, its e-mail address or that
   * address's domain begins with this text. Small and capital letters are the same. A search looks at the first 200 finds,
   * and has one page.
   */
  readonly text?: string | undefined
  readonly client?: string | undefined
  /** Default: all but the disconnected; with a text, all. */
  readonly status?: ConnectionStatus | undefined
  /** The id of an error group: only connections that it has touched. It has one page, too. */
  readonly error?: string | undefined
}

/** The page of a search. */
export interface FoundConnections extends Page<ConnectionFacts> {
  /** Whether there are more than can be shown: a longer text finds fewer. */
  readonly isCut: boolean
}

/** What happened in the life of a connection, or of the grant that it rests on. */
export type HistoryKind =
  /** A person gave consent, for the first time or again. */
  | 'connected'
  | 'reconnected'
  | 'refreshed'
  | 'refresh_failed'
  /** A set of tokens came too late to be the current one, and is kept beside it. */
  | 'fallback_kept'
  /** A set of tokens kept from before was put in the place of one that the provider refused. */
  | 'fallback_used'
  /** The process that was refreshing did not come back: its answer, if there was one, is lost. */
  | 'refresh_lost'
  /** A backup was restored, and the grant has its newest tokens from the escrow. */
  | 'healed'
  | 'needs_reconnect'
  | 'disconnected'
  /** An entry of a newer version. */
  | 'other'

export interface HistoryItem {
  readonly at: Date
  readonly kind: HistoryKind
  /** Whether it concerns the grant, and so every connection that rests on it. */
  readonly ofGrant: boolean
  /** The words and numbers of the entry: `generation`, `reason`, `scopes`, `retryInMs` and so on. */
  readonly data: Readonly<Record<string, string | number | boolean | null>>
  /** What happened, for a person. */
  readonly sentence: string
}

/** The life of a connection, newest first, and what comes next. */
export interface HistoryPage extends Page<HistoryItem> {
  /** When the grant is refreshed next; `null`: never, or it is not known. */
  readonly nextRefreshAt: Date | null
  /** Whether a process is refreshing it now. */
  readonly isRefreshing: boolean
}

/** A call of a provider's API, by this process. */
export interface RecentCall {
  readonly at: Date
  readonly method: string
  readonly outcome: CallOutcome
  readonly status: number | null
  readonly durationMs: number
  /** Of these, how long it waited for its turn. */
  readonly waitMs: number
}

/** One dispatch of an event to one of its destinations. */
export interface EventDispatch {
  readonly at: Date
  /** The name of the destination in `deliverTo`; '' if that is not a list. */
  readonly destination: string
  readonly outcome: DispatchOutcome
  /** Which dispatch of the event it was: the first is 1. */
  readonly attempt: number
  /** Why the event was not acknowledged; `null` if it was. */
  readonly error: string | null
  readonly durationMs: number
}

export interface DispatchesRequest extends PageRequest {
  /** Only those to the destination of that name. */
  readonly destination?: string | undefined
}

/** A provider's delivery that was refused. */
export interface Refusal {
  readonly at: Date
  readonly client: string
  readonly connection: string | null
  readonly reason: WebhookRefusal
}

export interface RefusalsRequest extends PageRequest {
  readonly client?: string | undefined
}

/** An attempt to connect an account that failed. */
export interface FailedAttempt {
  readonly at: Date
  readonly client: string
  /** The owner who began it. */
  readonly owner: string | null
  readonly reason: AttemptEnd
}

/** What a person or a program has done. */
export interface AuditEntry {
  readonly at: Date
  /** Who: the name of an API key, of a person, or of a command. */
  readonly actor: string
  /** What, in a word, such as `disconnect`. */
  readonly action: string
  /** To what: the id of a connection, an event, a key. */
  readonly subject: string
  /** What came of it: `ok`, or the code of an error. */
  readonly outcome: string
}

/** The past, as far as it is kept: for pages and commands. It holds no token and no sealed value. */
export interface Operator {
  /** What needs a person, and how things stand. Asks no provider. Resolves while the store is away, too. */
  overview(): Promise<Overview>
  /**
   * Returns how often work of one kind has ended how, in steps of ten minutes, over all processes.
   *
   * @throws {PunctualError} `invalid_argument`, `store_unavailable`.
   * @example
   * ```ts
   * const { points } = await punctual.operator.series({ kind: 'refresh' })
   * ```
   */
  series(request: SeriesRequest): Promise<Series>
  /** Returns errors by code, reason and client, those that were seen last first. Kept for 30 days, 500 of them. */
  errors(request?: PageRequest): Promise<Page<ErrorGroup>>
  /** Finds connections. However many there are, it takes the time that a page takes. */
  connections(request?: ConnectionSearch): Promise<FoundConnections>
  /**
   * Returns the life of a connection and of its grant. About 500 entries of a grant are kept, for 90 days.
   *
   * @throws {PunctualError} `connection_not_found`, `invalid_argument`, `store_unavailable`.
   */
  history(connection: string, request?: PageRequest): Promise<HistoryPage>
  /** The last 30 calls of a connection in this process, newest first; of the 1,000 connections used last. */
  calls(connection: string): readonly RecentCall[]
  /**
   * What this process knows of the calls that a connection has left, and of its plan and role. Asks no provider.
   *
   * @throws {PunctualError} `connection_not_found`, `invalid_argument`, `store_unavailable`.
   */
  limits(connection: string): Promise<ConnectionLimits>
  /**
   * The dispatches of an event, newest first: all that did not acknowledge it, and the one that did so after them. The last
   * 10,000 are kept, for 30 days; of a client at most 300 a minute.
   *
   * @throws {PunctualError} `invalid_argument`, `store_unavailable`.
   */
  dispatches(event: string, request?: DispatchesRequest): Promise<Page<EventDispatch>>
  /** Deliveries that were refused, newest first. At most 20 a minute and client are noted; `series` counts all. */
  refusals(request?: RefusalsRequest): Promise<Page<Refusal>>
  /** Attempts to connect that failed, newest first: the last 2,000, for 30 days. */
  attempts(request?: PageRequest): Promise<Page<FailedAttempt>>
  /** What was done, newest first: the last 100,000 entries, for a year. */
  audit(request?: PageRequest): Promise<Page<AuditEntry>>
  /**
   * Writes who did what. Await it before you answer the person.
   *
   * @throws {PunctualError} `invalid_argument`, `store_unavailable`.
   */
  record(entry: Omit<AuditEntry, 'at'>): Promise<void>
}

/** What came of `connection.refresh()`. */
export interface RefreshNowResult {
  /**
   * `renewed`: there is a new token. `current`: another process has just refreshed it. `postponed`: nothing was sent;
   * `retryAfterMs` says when it makes sense again.
   */
  readonly outcome: Exclude<RefreshOutcome, 'store_unavailable' | 'fault'>
  /** A word that says more; `null` where a token is live. */
  readonly reason: string | null
  readonly retryAfterMs: number | null
  /** Of the token that is live now; `null` if none is. */
  readonly generation: number | null
  readonly expiresAt: Date | null
}

/** What came of `connection.test()`. */
export interface TestResult {
  /** Whether the provider answered, and for this account. */
  readonly ok: boolean
  readonly outcome: CallOutcome
  /** The error that a call would have given; `null` if all is well. */
  readonly error: { readonly code: ErrorCode; readonly reason: string | null; readonly message: string } | null
  /** The status of the provider's last answer; `null` if it gave none. */
  readonly status: number | null
  readonly durationMs: number
}

/** Which dead events are dispatched again. */
export interface ReplayRequest {
  /** Those that were written at this time or later. */
  readonly since: Date
  /** Only those of this owner's connections. `undefined` is refused. */
  readonly owner?: string
  /** Only those for the destination of that name. */
  readonly destination?: string
}

export interface ReplayResult {
  /** How many are dispatched again. */
  readonly replayed: number
  /** Whether there are more: a call takes up 10,000 at most. */
  readonly isMore: boolean
}
