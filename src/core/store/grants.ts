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
  /** When the keeper is to look at it; `null`: never. */
  readonly dueAt: number | null
  /** The due time while the grant is in use, drawn once per token set. */
  readonly refreshAt: number | null
  readonly status: GrantStatus
  readonly reason: GrantEnd | null
  readonly leaseOwner: string | null
  /** Ms until the lease ends by itself; 0 when there is none, or it has ended. */
  readonly leaseLeftMs: number
  /** Digest of the refresh token that is being presented, from before the request until its outcome is known. */
  readonly intent: string | null
  /** Whether an earlier presentation of the current refresh token had an unknown outcome. */
  readonly outcomeUnknown: boolean
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
}

/** The new facts of a grant whose tokens have been renewed. Durations in ms from now. */
export interface RefreshedTokens {
  readonly tokens: string
  readonly scopes: readonly string[] | null
  readonly expiresInMs: number
  readonly refreshInMs: number | null
  /** At most `longestSpans.due`. */
  readonly dueInMs: number | null
}

export interface Release {
  /** Whether the request certainly had no effect, so that the intent can be taken back. */
  readonly harmless: boolean
  /** Ms before the next presentation. */
  readonly retryInMs: number
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
  /** Lets the lease run for `leaseMs` from now, if `owner` still has it. */
  extend(id: string, owner: string, leaseMs: number): Promise<boolean>
  /** Stores a renewed set as generation + 1, live, with no lease, intent, doubt or spares; if the generation is still that. */
  commit(id: string, generation: number, refreshed: RefreshedTokens, entry: HistoryEntry): Promise<boolean>
  /** Gives the lease back, if `owner` still holds it. A grant that has moved past that generation keeps all else. */
  release(id: string, generation: number, owner: string, release: Release): Promise<boolean>
  /** Ends the grant, if it is live, of that generation and without spares, and marks its connections as changed. */
  end(id: string, generation: number, reason: GrantEnd, entry: HistoryEntry): Promise<boolean>
  /**
   * If the grant has moved past `generation`: forgets among its spares the set of that generation, `spent` since, and
   * keeps `sealed`, the set that came of it, if any. A grant that is over is `revived` with it, as by `useFallback`.
   * `null`: nothing was changed.
   */
  keepFallback(id: string, generation: number, spent: string, sealed: string | null): Promise<'kept' | 'revived' | null>
  /**
   * Makes the newest spare the current set of a grant that is live or over, as generation + 1: live, in doubt, and ended, so
   * that it is renewed before it is used.
   */
  useFallback(id: string, generation: number): Promise<boolean>
  /** Takes up to `limit` grants that are due, and hides them from others for `hideForMs`. */
  takeDue(limit: number, hideForMs: number): Promise<string[]>
  /** Sets when the keeper looks next, if the generation is still that. */
  postpone(id: string, generation: number, dueInMs: number | null): Promise<boolean>
  /** Notes that the grant is in use, and makes it due when its token set says. */
  touch(id: string): Promise<void>
  /** Writes what is known of the grant's account: its name, e-mail address and time zone. */
  describe(id: string, account: Omit<Account, 'id'>): Promise<void>
  /** Removes the tokens of a closing grant, if the generation is still that. */
  close(id: string, generation: number): Promise<boolean>
  /** Grants that began to close at least `ageMs` ago, by id, from the one after `after`. */
  closing(ageMs: number, limit: number, after: string | null): Promise<GrantRow[]>
  /** A hint, where the engine has one: resolves when that grant may have changed, and when `signal` is aborted. */
  changed?(id: string, signal: AbortSignal): Promise<void>
}

const mostFallbacks = 8

/** A grant's spares without `spent` and with `sealed` before them. Of more than eight the oldest are forgotten. */
export function withFallback(fallbacks: readonly string[], spent: string, sealed: string | null): string[] {
  const kept = fallbacks.filter((one) => one !== spent && one !== sealed)
  return sealed === null ? kept : [sealed, ...kept].slice(0, mostFallbacks)
}
