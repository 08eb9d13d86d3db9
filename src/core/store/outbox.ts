// The outbox: what the host application is to hear, written in the transaction of what it tells of, and kept until it is
// acknowledged. The providers' deliveries lie here from before they are answered. Events of one subject are handed over
// one after the other, in the order of `orderAt`, then of writing. Times are milliseconds of the store's own clock.

/** `pending`: to be handed over. `done`: acknowledged. `dead`: given up, until somebody replays it. */
export type OutboxState = 'pending' | 'done' | 'dead'

export interface OutboxRow {
  /** Unique, also among those of a database that this one has replaced. */
  readonly id: string
  readonly type: string
  /** What it is about: events of the same subject keep their order. */
  readonly orderingKey: string
  readonly orderAt: number
  readonly connection: string | null
  readonly owner: string | null
  readonly client: string
  /** Words and numbers without secrets. */
  readonly data: Readonly<Record<string, string | number | boolean | null>>
  /** A provider's delivery as it came, sealed; `null` without one, and once it is done. */
  readonly body: string | null
  /** Names a delivery for good: of two with the same key the second is dropped. The place that `body` is sealed for. */
  readonly key: string | null
  readonly state: OutboxState
  /** Whether one of its subject that comes after it is done already: it arrived too late to keep the order. */
  readonly outOfOrder: boolean
  /** How often it has been handed over. */
  readonly dispatches: number
  /** When it was first handed over. */
  readonly firstAt: number | null
  /** When it may be handed over next. */
  readonly dueAt: number
  /** What went wrong the last time, in words without secrets. */
  readonly error: string | null
  readonly createdAt: number
  /** The store's clock when this row was read. */
  readonly readAt: number
}

/** A provider's delivery that has been verified. */
export interface NewDelivery
  extends Pick<OutboxRow, 'type' | 'orderingKey' | 'orderAt' | 'connection' | 'owner' | 'client' | 'data'> {
  readonly key: string
  readonly body: string
  /** Ms to wait for a delivery that should come before it. It ends early when one of this subject arrives. */
  readonly maxWaitMs: number
}

export interface OutboxStore {
  /**
   * Takes a delivery in. `false`: one of that key was taken in before. Those of its subject that come after it and were
   * waiting for it are due at once.
   */
  accept(delivery: NewDelivery): Promise<boolean>
  /** Whether a delivery of that subject, with one of those names as `data.name`, was taken in. */
  hasAccepted(orderingKey: string, names: readonly string[]): Promise<boolean>
  /**
   * Leases up to `limit` events that are due for `leaseMs`, and counts the attempt. Never one whose subject has an
   * earlier one that is still pending, and never two of a subject. Subjects whose first one is of a connection in
   * `exceptConnections` are left where they are.
   */
  take(owner: string, limit: number, leaseMs: number, exceptConnections?: readonly string[]): Promise<OutboxRow[]>
  /** Done for good, whoever holds the lease; forgets the body. `false`: it was done, or is not there. */
  acknowledge(id: string): Promise<boolean>
  /** Gives it back, if `owner` still holds it: due again in `retryInMs`, or dead with `null`. */
  fail(id: string, owner: string, error: string, retryInMs: number | null): Promise<boolean>
  /** Ms until something is due (0: now); `null` while nothing is pending. */
  nextDue(): Promise<number | null>
  get(id: string): Promise<OutboxRow | null>
  /** In the order of writing, newest first. */
  list(filter: {
    readonly state?: OutboxState | undefined
    /** Only those of that owner, and those of clients, which are no one owner's. */
    readonly owner?: string | undefined
    readonly before?: string | undefined
    readonly limit: number
  }): Promise<OutboxRow[]>
  /** Makes a dead event pending and due, its attempts counted anew. `false`: it is not dead. */
  replay(id: string): Promise<boolean>
  /**
   * Deletes what has been done for `done` ms, dead for `dead` ms, or due for `pending` ms (`null`: never), up to `limit`
   * rows; of what is pending it looks at as many of the oldest. Deletes nothing until the store's clock has been seen to
   * run for an hour without a step: a clock that is wrong for a moment must not end what is to be kept for days. Returns
   * how many.
   */
  sweep(age: Readonly<Record<'done' | 'dead', number> & { pending: number | null }>, limit: number): Promise<number>
}
