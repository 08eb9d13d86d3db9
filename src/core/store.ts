// The contract of the three stores. Every operation is atomic, and whoever writes to a grant names the generation that
// was read: a store never lets an older token set overwrite a newer one. Times are milliseconds of the store's own
// clock, and callers hand in durations, so that replicas whose clocks differ agree. Sealed fields are opaque here.

import type { AttemptStore } from './attempt.ts'
import type { Clock } from './clock.ts'
import type { Account, ConnectionStatus } from './connection.ts'
import type { GrantEnd, GrantStatus } from './grant.ts'
import type { HistoryEntry, HistoryStore } from './history.ts'
import type { OutboxStore } from './outbox.ts'
import type { SubscriptionStore } from './subscription.ts'

export interface Store {
  /** Opens, migrates, and tells the time by `clock` where the engine has no clock of its own. May be called twice. */
  open(clock: Clock): Promise<void>
  close(): Promise<void>
  /** Rejects when the store cannot be reached or written. */
  ping(): Promise<void>
  /** Rejects when the store is not as this code needs it, or has been carried over into another. Changes nothing. */
  check(): Promise<void>
  /** Names the database, for good: made with it, and the same in its copies and backups. No other database has it. */
  identity(): Promise<string>
  /** The folder in which the database lies; `null` where it is no file on this machine. */
  readonly folder: string | null
  /** From now on a change writes these events into the outbox, in its own transaction. Calls add up. */
  announce(types: readonly string[]): void
  readonly attempts: AttemptStore
  readonly grants: GrantStore
  readonly connections: ConnectionStore
  readonly clients: ClientStore
  readonly history: HistoryStore
  readonly outbox: OutboxStore
  readonly subscriptions: SubscriptionStore
}

export interface GrantRow {
  readonly id: string
  readonly client: string
  readonly account: Account
  readonly scopes: readonly string[]
  /** The token set, sealed; `null` once the grant is closed. */
  readonly tokens: string | null
  /** Other sets that the provider may still honour, sealed, newest first. Tried when the current one is refused. */
  readonly spares: readonly string[]
  readonly generation: number
  /** When the access token ends. */
  readonly expiresAt: number
  /** Ms from the storing of the token set to `expiresAt`; `null` for a set of an earlier version. */
  readonly lifetime: number | null
  /** When the keeper is to look at it; `null`: never. */
  readonly dueAt: number | null
  /** The due time while the grant is in use, drawn once per token set. */
  readonly renewAt: number | null
  readonly status: GrantStatus
  readonly reason: GrantEnd | null
  readonly leaseOwner: string | null
  /** Ms until the lease ends by itself; 0 when there is none, or it has ended. */
  readonly leaseLeft: number
  /** Digest of the refresh token that is being presented, from before the request until its outcome is known. */
  readonly intent: string | null
  /** Whether an earlier presentation of the current refresh token had an unknown outcome. */
  readonly doubt: boolean
  /** Failures in a row since the last success. */
  readonly failures: number
  /** Among them, those in which the provider said no in words that nobody knows, and when it first did. */
  readonly refusals: number
  readonly refusedSince: number | null
  /** No presentation before this time. */
  readonly retryAt: number
  /** Theoretical arrival time of the pacing of presentations. */
  readonly pacedAt: number
  readonly usedAt: number
  readonly createdAt: number
  /** The store's clock when this row was read. */
  readonly readAt: number
}

/**
 * The longest that each stored time can lie ahead of the clock it was written by, in ms. One that lies further ahead was
 * written while the clock was wrong.
 */
export const longestSpans: Readonly<
  Record<'lease' | 'retry' | 'due' | 'attempt' | 'probe' | 'check' | 'event' | 'handOver', number>
> = Object.freeze({
  /** `leaseLeft`. */
  lease: 30_000,
  /** `retryAt` of a grant: what a provider may ask for at most. */
  retry: 3_600_000,
  /** `dueAt` of a grant: the keeper looks at each so often. */
  due: 30 * 86_400_000,
  /** `expiresAt` of an attempt. */
  attempt: 600_000,
  /** `probeAt` of a client that is refused. */
  probe: 900_000,
  /** `checkAt` of a subscription. */
  check: 86_400_000,
  /** `dueAt` of an event, and of the subject that it is of. */
  event: 86_400_000,
  /** The same while it is being handed over. One that lies further ahead than `event` is cut down to this, like a lease. */
  handOver: 60_000,
})

/** Presentations spread so that any minute holds at most `burst + 60 000 / interval` of them (GCRA). */
export interface Pace {
  readonly interval: number
  readonly burst: number
}

export interface Claim {
  readonly owner: string
  /** Milliseconds until the lease ends by itself. */
  readonly lease: number
  readonly intent: string
  readonly pace: Pace
}

/** The new facts of a grant whose tokens have been renewed. Durations in ms from now. */
export interface Renewal {
  readonly tokens: string
  readonly scopes: readonly string[] | null
  readonly expiresIn: number
  readonly renewIn: number | null
  /** At most `longestSpans.due`. */
  readonly dueIn: number | null
}

export interface Release {
  /** Whether the request certainly had no effect, so that the intent can be taken back. */
  readonly harmless: boolean
  /** Ms before the next presentation. */
  readonly retryIn: number
  /** Whether this counts as a failure. */
  readonly failed: boolean
  /** Whether it counts as a refusal in words that nobody knows, too. */
  readonly refused?: boolean
}

export interface GrantStore {
  get(id: string): Promise<GrantRow | null>
  /**
   * Takes the lease and writes the intent: if the grant is live and of that generation, no other lease runs, and its
   * cool-down and pace allow. An intent found in place leaves `doubt`. Returns the row as it is after the claim. A lease
   * that has longer to run than `longestSpans.lease` is cut down to that, and holds until then.
   */
  claim(id: string, generation: number, claim: Claim): Promise<GrantRow | null>
  /** Lets the lease run for `lease` ms from now, if `owner` still has it. */
  extend(id: string, owner: string, lease: number): Promise<boolean>
  /** Stores a renewed set as generation + 1, live, with no lease, intent, doubt or spares; if the generation is still that. */
  commit(id: string, generation: number, renewal: Renewal, entry: HistoryEntry): Promise<boolean>
  /** Gives the lease back, if `owner` still holds it. A grant that has moved past that generation keeps all else. */
  release(id: string, generation: number, owner: string, release: Release): Promise<boolean>
  /** Ends the grant, if it is live, of that generation and without spares, and marks its connections as changed. */
  end(id: string, generation: number, reason: GrantEnd, entry: HistoryEntry): Promise<boolean>
  /**
   * If the grant has moved past `generation`: forgets among its spares the set of that generation, `spent` since, and
   * keeps `sealed`, the set that came of it, if any. A grant that is over is `revived` with it, as by `useSpare`.
   * `null`: nothing was changed.
   */
  keepSpare(id: string, generation: number, spent: string, sealed: string | null): Promise<'kept' | 'revived' | null>
  /**
   * Makes the newest spare the current set of a grant that is live or over, as generation + 1: live, in doubt, and ended, so
   * that it is renewed before it is used.
   */
  useSpare(id: string, generation: number): Promise<boolean>
  /** Takes up to `limit` grants that are due, and hides them from others for `hideFor` ms. */
  takeDue(limit: number, hideFor: number): Promise<string[]>
  /** Sets when the keeper looks next, if the generation is still that. */
  postpone(id: string, generation: number, dueIn: number | null): Promise<boolean>
  /** Notes that the grant is in use, and makes it due when its token set says. */
  touch(id: string): Promise<void>
  /** Writes what is known of the grant's account: its name, e-mail address and time zone. */
  describe(id: string, account: Omit<Account, 'id'>): Promise<void>
  /** Removes the tokens of a closing grant, if the generation is still that. */
  close(id: string, generation: number): Promise<boolean>
  /** Grants that began to close at least `age` ms ago, by id, from the one after `after`. */
  closing(age: number, limit: number, after: string | null): Promise<GrantRow[]>
  /** A hint, where the engine has one: resolves when that grant may have changed, and when `signal` is aborted. */
  changed?(id: string, signal: AbortSignal): Promise<void>
}

/** A connection with the facts of the grant that it rests on. */
export interface ConnectionRow {
  readonly id: string
  readonly owner: string
  readonly client: string
  readonly grant: string
  readonly account: Account
  readonly scopes: readonly string[]
  readonly status: ConnectionStatus
  readonly reason: GrantEnd | null
  readonly createdAt: number
  readonly updatedAt: number
}

export interface ConnectionFilter {
  readonly owner?: string | undefined
  readonly client?: string | undefined
  /** Without it, all but the disconnected. */
  readonly status?: ConnectionStatus | undefined
  /** Rows after this position, in the order of creation. */
  readonly after?: { readonly createdAt: number; readonly id: string } | undefined
  readonly limit: number
}

export interface Attachment {
  readonly grant: {
    readonly id: string
    readonly client: string
    readonly account: Account
    readonly scopes: readonly string[]
    readonly tokens: string
    readonly expiresIn: number
    readonly renewIn: number | null
    readonly dueIn: number | null
    /** Whether the set of a live grant that this one replaces is kept as a spare, before those that there are. */
    readonly keepReplaced: boolean
    readonly pace: Pace
  }
  /** `id` is used if the owner has none to this account; `reconnect` moves that connection to this grant. */
  readonly connection: { readonly id: string; readonly owner: string; readonly reconnect: string | null }
  /** The attempt to finish with this connection, if it is still `exchanged`. */
  readonly attempt: string
  readonly entry: HistoryEntry
}

export interface Attached {
  readonly connection: ConnectionRow
  readonly created: boolean
  /** Whether the grant was over: the others that rest on it recover with this one. */
  readonly revived: boolean
  readonly generation: number
  /** The sealed set that was replaced and belonged to the same grant. */
  readonly replaced: string | null
  /** The grant that the connection has left and that nobody rests on now: it is closing. */
  readonly vacated: string | null
}

export interface ConnectionStore {
  get(id: string): Promise<ConnectionRow | null>
  /** In the order of creation. */
  list(filter: ConnectionFilter): Promise<ConnectionRow[]>
  /** Connections (not the disconnected) that rest on a grant. */
  onGrant(grant: string): Promise<ConnectionRow[]>
  /**
   * Stores the grant's new set (generation + 1 for a known grant), links the connection, finishes the attempt: all or
   * nothing. A lease that runs goes on, for the replaced set may be on its way to the provider. `null`: the attempt was
   * no longer `exchanged`.
   */
  attach(attachment: Attachment): Promise<Attached | null>
  /** Disconnects; a grant that nobody rests on then begins to close. `null`: not there or disconnected already. */
  detach(id: string, entry: HistoryEntry): Promise<{ row: ConnectionRow; closing: boolean } | null>
}

/** What is known of a client's credentials that a provider has refused. */
export interface PauseRow {
  readonly client: string
  /** Digest of the credentials: those of another replica may be accepted meanwhile. */
  readonly credentials: string
  /** The provider's error code. */
  readonly code: string
  readonly reason: string
  /** The one grant that has been refused; `null` once another was refused too, and the client is paused for all of them. */
  readonly witness: string | null
  /** Whether a second refusal has confirmed the first: then it has been told. */
  readonly confirmed: boolean
  readonly since: number
  /** When the next caller may try. */
  readonly probeAt: number
  readonly readAt: number
}

/** A refusal of a client, in the renewal of one grant. */
export interface ClientRefusal {
  readonly credentials: string
  readonly grant: string
  readonly code: string
  readonly reason: string
  /** Ms after which the same grant's next refusal confirms the first. */
  readonly repeatedAfter: number
  /** Ms until the next probe, once another grant has been refused too. */
  readonly probeIn: number
}

export interface ClientStore {
  /** What has been refused of a client, for all of its credentials. */
  refused(client: string): Promise<PauseRow[]>
  /**
   * Notes a refusal. The first is a suspicion, under which another grant may be tried at once. A second one with the
   * same code confirms it; that of another grant pauses the client too, or prolongs the pause. True for the call that
   * confirmed it.
   */
  refuse(client: string, refusal: ClientRefusal): Promise<boolean>
  /** Lets one caller try: true if the next try was due, which moves it on by `nextIn` ms. */
  probe(credentials: string, nextIn: number): Promise<boolean>
  /** Forgets the refusals of these credentials; true for the call that ended confirmed ones. */
  resume(credentials: string): Promise<boolean>
}
