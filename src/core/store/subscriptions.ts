// Webhook subscriptions: what was requested from the provider, and what is known to exist there. Times are milliseconds
// of the store's own clock.

/**
 * `creating`: it may or may not exist at the provider. `active`: it does. `removing`: it will be deleted there, and its
 * deliveries are still accepted. `removed`: its deliveries are refused, unless it was replaced while they were on their
 * way.
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
  /** Whether it is the connection's subscription of that scope; `false` once another one has replaced it. */
  readonly current: boolean
  readonly events: readonly string[]
  /** Its own signing secrets, sealed; `null` where the client's key signs. */
  readonly secrets: string | null
  /** The provider's name for it, once known. */
  readonly reference: string | null
  readonly state: SubscriptionState
  /** What prevents the subscription, in words without secrets. */
  readonly detail: string | null
  /** When it is checked next. */
  readonly checkAt: number
  readonly createdAt: number
  /** When it became `removed`; `null` before. */
  readonly removedAt: number | null
  /** The store's clock when this row was read. */
  readonly readAt: number
}

export type FailingSubscription = Pick<SubscriptionRow, 'id' | 'connection' | 'client' | 'createdAt'> & {
  readonly detail: string
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
  /** Time until it is checked next. */
  readonly checkInMs?: number
}

export interface SubscriptionStore {
  /**
   * Records one as `creating` and current, to be checked in `checkInMs`; `replaces` is no longer current. `false`: the
   * connection has a current one of that scope that is neither removed nor `replaces`.
   */
  insert(subscription: NewSubscription, replaces: string | null, checkInMs: number): Promise<boolean>
  get(id: string): Promise<SubscriptionRow | null>
  /** The subscriptions of a connection that are not removed, oldest first. */
  of(connection: string): Promise<SubscriptionRow[]>
  /** Those of any connection that something prevents, by id: up to `limit`. */
  failing(limit: number): Promise<FailingSubscription[]>
  /** Changes it, if it is in one of those states. */
  update(id: string, from: readonly SubscriptionState[], change: SubscriptionChange): Promise<boolean>
  /** Returns up to `limit` that are due for a check, and hides them from other processes for `hideForMs`. */
  takeDue(limit: number, hideForMs: number): Promise<SubscriptionRow[]>
  /** Makes those of a connection due at once. */
  hasten(connection: string): Promise<void>
  /**
   * Deletes up to `limit` that have been removed for `ageMs`; under the same condition as the outbox's. Returns how
   * many.
   */
  sweep(ageMs: number, limit: number): Promise<number>
}
