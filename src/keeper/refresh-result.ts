// The result of a refresh: for its caller, and for the listeners.

import type { ErrorReasons } from '../core/errors.ts'
import type { GrantEnd } from '../core/grant.ts'
import type { Grant } from '../records/grants.ts'

/** What the keeper reports: the root turns it into events of the host application. */
export interface RefreshReport {
  refreshed(grant: Grant): void
  journaled(grant: Grant, durable: boolean): void
  ended(grant: Grant, reason: GrantEnd): void
  /** A grant that had been declared over lives again. */
  recovered(grant: Grant): void
  /** The store is older than it was: this process has stored a later set of the grant in it. */
  wentBack(): void
  away(grant: Grant, reason: ErrorReasons['provider_unavailable']): void
}

/** A token set newer than the one that was to be refreshed. */
export interface LiveResult {
  readonly kind: 'live'
  readonly grant: Grant
  /** Just now, so that no caller can have tried it yet. */
  readonly issued: boolean
  /** The moment of the grant's `remaining`, by the monotonic clock. */
  readonly at: number
}

/** Where a grant stands after one try at refreshing it. */
export type RefreshResult =
  | LiveResult
  | { readonly kind: 'over'; readonly reason: GrantEnd }
  | { readonly kind: 'gone' }
  /**
   * Another try makes sense in `waitMs`. `leased`: another process is at it; `away`: the provider gave no usable
   * answer.
   */
  | {
      readonly kind: 'later'
      readonly why: 'leased' | 'away'
      readonly waitMs: number
      readonly reason: ErrorReasons['provider_unavailable']
    }
  /** The provider refuses the client: for all of its grants, or for this one. */
  | { readonly kind: 'client_refused'; readonly waitMs: number; readonly reason: string }
