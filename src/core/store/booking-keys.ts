// The keys under which bookings are made, moved and cancelled: a change with one key happens once. A row is written
// before the request leaves. Times are milliseconds of the store's own clock.

/**
 * `begun`: the request may have left, and what came of it is not known yet. `done`: it was carried out. `refused`: the
 * provider refused it. `unknown`: what came of it cannot be found out; `reason` says why.
 */
export type BookingKeyState = 'begun' | 'done' | 'refused' | 'unknown'

export type BookingVerb = 'book' | 'reschedule' | 'cancel'

export interface BookingKeyRow {
  readonly connection: string
  /** A digest of the host application's key. */
  readonly key: string
  readonly verb: BookingVerb
  /** A digest of the request. */
  readonly requestDigest: string
  /** The request, sealed. */
  readonly request: string
  readonly state: BookingKeyState
  /** How far it has come, in the word of the verb; `null`: nothing has been sent. */
  readonly step: string | null
  /** For `refused`: a code and a reason, as `provider_refused slot_taken`. For `unknown`: the doubt, as `not_found`. */
  readonly reason: string | null
  /** The id of the booking that was made or changed. */
  readonly booking: string | null
  /** Counts the claims, and never begins at 1 again while the row is kept. A change of a row names the claim that it rests on. */
  readonly claim: number
  /** When a request may last have left. */
  readonly sentAt: number | null
  /**
   * How long ago that was, at least: by the store's clock and by the clock of leases, whichever has counted less. A step of
   * the store's clock so does not make a request older than it is.
   */
  readonly sentMsAgo: number | null
  /**
   * Until when the holder of the claim may work on it: `readAt` and what was left of the lease then, by the clock of
   * leases. Not later than `readAt`: nobody holds it.
   */
  readonly leasedUntil: number
  /** When the background looks after it next; `null`: never. */
  readonly checkAt: number | null
  readonly createdAt: number
  /** How long ago that was, at most: by whichever of the two clocks has counted more. */
  readonly createdMsAgo: number
  /** The store's clock when this row was read. */
  readonly readAt: number
}

export type NewBookingKey = Pick<BookingKeyRow, 'connection' | 'key' | 'verb' | 'requestDigest' | 'request'>

export interface BookingKeyChange {
  /** One that is no longer `begun` is not checked any more, unless `checkInMs` says so. */
  readonly state?: BookingKeyState
  readonly step?: string | null
  readonly reason?: string | null
  readonly booking?: string | null
  /** Sets `sentAt` to so long ago, by both clocks. */
  readonly sentMsAgo?: number
  /** Ends the lease. */
  readonly release?: boolean
  /** Time until the background looks after it; `null`: never. */
  readonly checkInMs?: number | null
}

export interface BookingKeyStore {
  /**
   * Claims the key for `leaseMs`, unless it is leased: begins one that has no row, or under which nothing was sent, with
   * this request (`isNew`), or takes over one of the same request that is `begun` or `unknown`. Returns the row as it is
   * then, and whether the claim is the caller's. Every claim is due for a check when its lease ends: its holder may have
   * crashed.
   */
  claim(
    key: NewBookingKey,
    leaseMs: number,
  ): Promise<{ readonly row: BookingKeyRow; readonly isMine: boolean; readonly isNew: boolean }>
  get(connection: string, key: string): Promise<BookingKeyRow | null>
  /** Those of that verb whose request may have left and whose outcome is not known yet: up to `limit`, the newest first. */
  underWay(connection: string, verb: BookingVerb, limit: number): Promise<BookingKeyRow[]>
  /** Changes it, if `claim` is still its claim. */
  update(connection: string, key: string, claim: number, change: BookingKeyChange): Promise<boolean>
  /** Claims up to `limit` that are due for a check and not leased, those that have been due the longest first. */
  takeDue(limit: number, leaseMs: number): Promise<BookingKeyRow[]>
  /** Deletes up to `limit` that were created `ageMs` ago; under the same condition as the outbox's. Returns how many. */
  sweep(ageMs: number, limit: number): Promise<number>
}
