// Authorization attempts, each one browser's trip through the provider's consent. Times are milliseconds of the store's
// own clock.

/**
 * `begun`: at the provider. `held`: waiting for the host application to complete it. `exchanging`: the code may have
 * left.
 */
export type AttemptPhase = 'begun' | 'consumed' | 'held' | 'exchanging' | 'exchanged' | 'finished'

/** How an attempt ended. */
export type AttemptOutcome =
  | { readonly connection: string }
  | { readonly error: string; readonly reason: string | null }

export interface AttemptRow {
  readonly id: string
  readonly client: string
  readonly owner: string
  readonly returnTo: string
  /** SHA-256 of the state, base64url. */
  readonly stateHash: string
  /** SHA-256 of the browser's nonce, base64url. */
  readonly nonceHash: string
  /** The PKCE verifier, sealed; `null` where none is used. */
  readonly verifier: string | null
  readonly scopes: readonly string[]
  /** The connection to reconnect. */
  readonly reconnect: string | null
  /** Whether that connection may move to another account. */
  readonly anotherAccount: boolean
  /** The connect session that it was begun for. */
  readonly session: string | null
  readonly phase: AttemptPhase
  /** The authorization code, sealed, while it is held. */
  readonly code: string | null
  /** The token endpoint's answer, sealed, until it is attached, or until its tokens are revoked. */
  readonly answer: string | null
  readonly outcome: AttemptOutcome | null
  readonly createdAt: number
  readonly expiresAt: number
  /** When the phase last changed. */
  readonly movedAt: number
  /** The store's clock when this row was read. */
  readonly readAt: number
}

export type NewAttempt = Omit<
  AttemptRow,
  'phase' | 'code' | 'answer' | 'outcome' | 'createdAt' | 'expiresAt' | 'movedAt' | 'readAt'
>

export interface AttemptStore {
  /** Records an attempt that lives for `lifetimeMs`. */
  insert(attempt: NewAttempt, lifetimeMs: number): Promise<void>
  /**
   * Deletes the attempts that an owner has begun for that connect session, or for none, and not come back from, except the newest
   * `most`.
   */
  trim(owner: string, session: string | null, most: number): Promise<void>
  /** The attempt of that state through that client. Changes nothing. */
  find(stateHash: string, client: string): Promise<AttemptRow | null>
  /**
   * Moves a living attempt from `begun` to `consumed`; `first` tells whether this call did it. `null`: the state is
   * unknown.
   */
  consume(stateHash: string, client: string): Promise<{ row: AttemptRow; first: boolean; expired: boolean } | null>
  get(id: string): Promise<AttemptRow | null>
  /** Moves on if the attempt is still in `from`; the sealed fields not named are emptied. */
  advance(id: string, from: AttemptPhase, to: AttemptPhase, fields?: AttemptFields): Promise<boolean>
  /** Attempts whose answer was stored at least `ageMs` ago and neither attached nor dropped, by id, from the one after `after`. */
  stranded(ageMs: number, limit: number, after: string | null): Promise<AttemptRow[]>
  /**
   * Deletes up to `limit` attempts that ended at least `ageMs` ago and hold no answer, once the clock has run for an hour without
   * a step. Returns how many.
   */
  sweep(ageMs: number, limit: number): Promise<number>
}

export interface AttemptFields {
  readonly code?: string
  readonly answer?: string
  readonly outcome?: AttemptOutcome
}
