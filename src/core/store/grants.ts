// Grants: their token sets, sealed, and the lease, intent and due times of their refreshes.

import type { Account } from '../connection.ts'
import type { GrantEnd, GrantStatus } from '../grant.ts'
import type { HistoryEntry } from './history.ts'

export interface GrantRow {
  readonly id: string
  readonly client: string
  readonly account: Account
  readonly scopes: readonly string[]
  /** The token set, sealed; `null` once the grant is closed. */
  readonly tokens: string | null
  /** Other sets that the provider may still honour, sealed, newest first. Tried when the current one is refused. */
  readonly fallbackTokens: readonly string[]
  readonly generation: number
  /** When the access token ends. */
  readonly expiresAt: number
  /** Ms from the storing of the token set to `expiresAt`; `null` for a set of an earlier version. */
  readonly lifetimeMs: number | null
  /** When the keeper looks at it next; `null`: never. */
  readonly dueAt: number | null
  /** The due time while the grant is in use, drawn once per token set. */
  readonly refreshAt: number | null
  readonly status: GrantStatus
  readonly reason: GrantEnd | null
  readonly leaseOwner: string | null
  /** Milliseconds until the lease ends by itself; 0 without a lease, or once it has ended. */
  readonly leaseLeftMs: number
  /** Digest of the refresh token that is being presented, from before the request until its outcome is known. */
  readonly intent: string | null
  /** Whether an earlier presentation of the current refresh token had an unknown outcome. */
  readonly outcomeUnknown: boolean
  /** Failures in a row since the last success. */
  readonly failures: number
  /** Of these, how many the provider refused with an error that Punctual does not know, and when it first did so. */
  readonly refusals: number
  readonly refusedSince: number | null
  /** No presentation before this time. */
  readonly retryAt: number
  /** Milliseconds until the theoretical arrival time of the pacing of presentations, by the clock of leases; below 0, since. */
  readonly pacedInMs: number
  readonly usedAt: number
  readonly createdAt: number
  /** The store's clock when this row was read. */
  readonly readAt: number
}

/** Presentations spread so that any minute holds at most `burst + 60 000 / interval` of them (GCRA). */
export interface Pace {
  readonly intervalMs: number
  readonly burst: number
}

export interface Claim {
  readonly owner: string
  /** Milliseconds until the lease ends by itself. */
  readonly leaseMs: number
  readonly intent: string
  readonly pace: Pace
  /** Recorded in the history if the claim succeeds: given where the lease of another process has run out. */
  readonly entry?: HistoryEntry
}

/** The new facts of a grant whose tokens have been refreshed. Durations from now. */
export interface RefreshedTokens {
  readonly tokens: string
  readonly scopes: readonly string[] | null
  readonly expiresInMs: number
  readonly refreshInMs: number | null
  /** At most `longestSpans.due`. */
  readonly dueInMs: number | null
}

/** How far a grant has come. */
export type GrantPosition = Pick<GrantRow, 'id' | 'generation' | 'status' | 'leaseLeftMs'>

/** What is known of a grant outside the store, where that is newer than its row. */
export interface HealedGrant {
  /** At least the row's. */
  readonly generation: number
  /** `null`: the row keeps its own, which nobody will present. */
  readonly set:
    | (RefreshedTokens & { readonly fallbackTokens: readonly string[]; readonly outcomeUnknown: boolean })
    | null
  /** `over`, `closed`: how the grant had ended by then. */
  readonly status: 'live' | 'over' | 'closed'
  readonly reason: GrantEnd | null
}

export interface Release {
  /** Whether the request certainly had no effect, so that the intent can be deleted. */
  readonly harmless: boolean
  /** Time before the next presentation. */
  readonly retryInMs: number
  /** Whether this counts as a failure. */
  readonly failed: boolean
  /** Whether this also counts as a refusal with an unknown error. */
  readonly refused?: boolean
  /** Recorded in the history with it, unless the grant is past that generation. */
  readonly entry?: HistoryEntry
}

/** What the history gets when a set is kept as a fallback. */
export interface FallbackEntries {
  /** Names the set that is kept: it is kept once at most. Absent where none is. */
  readonly kept?: HistoryEntry
  /** Where it is put in the place of the current set at once. */
  readonly used: HistoryEntry
}

export interface GrantStore {
  get(id: string): Promise<GrantRow | null>
  /**
   * Takes the lease and writes the intent: if the grant is live and of that generation, no other lease runs, and its
   * cool-down and pace allow. An intent that is still there sets `outcomeUnknown`. Returns the row as it is after the
   * claim. A lease that would run for longer than `longestSpans.lease` is shortened to that.
   */
  claim(id: string, generation: number, claim: Claim): Promise<GrantRow | null>
  /** Extends the lease to `leaseMs` from now, if `owner` still has it. */
  extend(id: string, owner: string, leaseMs: number): Promise<boolean>
  /**
   * Stores a refreshed set as generation + 1, if the generation is still that. The grant is live then, without lease,
   * intent, unknown outcome or fallback sets.
   */
  commit(id: string, generation: number, refreshed: RefreshedTokens, entry: HistoryEntry): Promise<boolean>
  /** Ends the lease, if `owner` still has it. A grant that is past that generation keeps everything else. */
  release(id: string, generation: number, owner: string, release: Release): Promise<boolean>
  /**
   * Ends the grant, if it is live, of that generation and without fallback sets, and marks its connections as changed.
   */
  end(id: string, generation: number, reason: GrantEnd, entry: HistoryEntry): Promise<boolean>
  /**
   * If the grant is past `generation`: deletes the set of that generation, `spent` since, from its fallback sets, and
   * keeps `sealed`, the set that the provider gave for it, if any. A grant that is over is `revived` with it, as by
   * `useFallback`. Where `spent` is the current set of a live grant again, `sealed` takes its place in the same way: it
   * must not be presented once more. `null`: nothing was changed. `known`: the same, since the history tells that
   * `sealed` was kept before. It may have been presented since.
   */
  keepFallback(
    id: string,
    generation: number,
    spent: string,
    sealed: string | null,
    entries?: FallbackEntries,
  ): Promise<'kept' | 'revived' | 'known' | null>
  /**
   * Makes the newest fallback set the current set of a grant that is live or over, as generation + 1. The grant is live
   * then, its outcome unknown and its access token expired, so that it is refreshed before it is used.
   */
  useFallback(id: string, generation: number, entry?: HistoryEntry): Promise<boolean>
  /**
   * Returns up to `limit` grants of that client that are due, those that have been due the longest, and hides them from
   * other processes for `hideForMs`.
   */
  takeDue(client: string, limit: number, hideForMs: number): Promise<string[]>
  /** Sets when the keeper looks at the grant next, if the generation is still that. */
  postpone(id: string, generation: number, dueInMs: number | null): Promise<boolean>
  /** Records that the grant is in use, and makes it due at `refreshAt`. */
  touch(id: string): Promise<void>
  /** Writes what is known of the grant's account: its name, e-mail address and time zone. */
  describe(id: string, account: Omit<Account, 'id'>): Promise<void>
  /** Deletes the tokens of a closing grant, if the generation is still that. */
  close(id: string, generation: number): Promise<boolean>
  /** How far each grant has come, in the order of the ids, from the one after `after`. */
  positions(after: string | null, limit: number): Promise<GrantPosition[]>
  /**
   * Brings a grant of that generation to what it was later, before the store went back in time: without a lease or an
   * intent. A grant that is closing or closed gets the tokens, and begins to close again. Marks its connections as
   * changed where it ends, or lives again.
   */
  heal(id: string, generation: number, healed: HealedGrant, entry: HistoryEntry): Promise<boolean>
  /** Grants that began to close at least `ageMs` ago, by id, from the one after `after`. */
  closing(ageMs: number, limit: number, after: string | null): Promise<GrantRow[]>
  /** A hint, where the engine has one: resolves when that grant may have changed, and when `signal` is aborted. */
  changed?(id: string, signal: AbortSignal): Promise<void>
}

const mostFallbacks = 8

/** A grant's fallback sets without `spent` and with `sealed` before them. Only the eight newest are kept. */
export function withFallback(fallbacks: readonly string[], spent: string, sealed: string | null): string[] {
  const kept = fallbacks.filter((one) => one !== spent && one !== sealed)
  return sealed === null ? kept : [sealed, ...kept].slice(0, mostFallbacks)
}
