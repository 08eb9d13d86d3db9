// Webhook subscriptions: what was asked of the provider, and what is known to stand there. Times are milliseconds of the
// store's own clock.

/**
 * `creating`: it may or may not stand at the provider. `active`: it does. `removing`: it is to be deleted there, and what
 * still comes of it is taken. `removed`: what still comes is refused, unless it has been replaced and was on its way.
 */
export type SubscriptionState = 'creating' | 'active' | 'removing' | 'removed'

export interface SubscriptionRow {
  /** Part of its address; cannot be guessed. */
  readonly id: string
  readonly connection: string
  readonly client: string
  /** The account in whose name it was made. */
  readonly account: string
  /** Whose events, in the provider's word: `user`, `organization`. */
  readonly scope: string
  /** Whether it is the connection's one of that scope, or has been replaced by it. */
  readonly current: boolean
  readonly events: readonly string[]
  /** Its own signing secrets, sealed; `null` where the client's key signs. */
  readonly secrets: string | null
  /** The provider's name for it, once known. */
  readonly reference: string | null
  readonly state: SubscriptionState
  /** What stands in the way, in words without secrets. */
  readonly detail: string | null
  /** When it is to be looked at. */
  readonly checkAt: number
  readonly createdAt: number
  /** When it became `removed`; `null` before. */
  readonly removedAt: number | null
  /** The store's clock when this row was read. */
  readonly readAt: number
}

export type NewSubscription = Pick<
  SubscriptionRow,
  'id' | 'connection' | 'client' | 'account' | 'scope' | 'events' | 'secrets'
>

export interface SubscriptionChange {
  readonly state?: SubscriptionState
  readonly reference?: string | null
  readonly secrets?: string | null
  readonly detail?: string | null
  /** Ms until it is to be looked at. */
  readonly checkInMs?: number
}

export interface SubscriptionStore {
  /**
   * Records one as `creating` and current, to be looked at in `checkInMs`; `replaces` is current no more. `false`: the
   * connection has a current one of that scope that is neither removed nor `replaces`.
   */
  insert(subscription: NewSubscription, replaces: string | null, checkInMs: number): Promise<boolean>
  get(id: string): Promise<SubscriptionRow | null>
  /** Those of a connection, but for the removed, oldest first. */
  of(connection: string): Promise<SubscriptionRow[]>
  /** Changes it, if it is in one of those states. */
  update(id: string, from: readonly SubscriptionState[], change: SubscriptionChange): Promise<boolean>
  /** Takes up to `limit` that are to be looked at, and hides them from others for `hideForMs`. */
  takeDue(limit: number, hideForMs: number): Promise<SubscriptionRow[]>
  /** Makes those of a connection due at once. */
  hasten(connection: string): Promise<void>
  /**
   * Deletes up to `limit` that have been removed for `ageMs`; under the same condition as the outbox's. Returns how many.
   */
  sweep(ageMs: number, limit: number): Promise<number>
}
