// The outbox: events for the host application, written in the transaction of the change that they report, and kept
// until they are acknowledged. A provider's delivery is stored here before it is answered. An event is written for the
// destination '', which is that of a host application with a single one. Where there are several, it is forwarded: each
// gets a row of its own, with its own dispatches and its own end. Of one destination, events with one ordering key are
// dispatched one after the other, in the order of `orderAt`, then of writing. Times are milliseconds of the store's
// clock.

/** `pending`: to be dispatched. `done`: acknowledged. `dead`: not acknowledged in time; a person can replay it. */
export type OutboxState = 'pending' | 'done' | 'dead'

export interface OutboxRow {
  /** Of this row. Unique, also among the ids of a database that this one has replaced. */
  readonly id: string
  /** The id by which the host application knows the event: the same in the rows of all destinations. */
  readonly event: string
  /** The name of the destination; '' for a single one, and until the event is forwarded. */
  readonly destination: string
  readonly type: string
  /** Events with the same key are dispatched in order. The column is `subject`. */
  readonly orderingKey: string
  readonly orderAt: number
  readonly connection: string | null
  readonly owner: string | null
  readonly client: string
  /** Words and numbers without secrets. */
  readonly data: Readonly<Record<string, string | number | boolean | null>>
  /** A provider's delivery as it arrived, sealed; `null` for other events, and once the event is done. */
  readonly body: string | null
  /** Identifies a delivery for good: of two with the same key the second is dropped. `body` is sealed for this key. */
  readonly key: string | null
  readonly state: OutboxState
  /**
   * Whether a later event with this ordering key is done already: this one arrived too late to keep the order. The
   * column is `late`.
   */
  readonly outOfOrder: boolean
  /** How often it has been dispatched. The column is `attempts`. */
  readonly dispatches: number
  /** When it was first dispatched. */
  readonly firstAt: number | null
  /** When it may be dispatched next. */
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
  /**
   * How long to wait for a delivery that should come before it. The wait ends early when one with this ordering key
   * arrives.
   */
  readonly maxWaitMs: number
}

/** Where an `id` is given, it is that of a row. */
export interface OutboxStore {
  /**
   * Accepts deliveries: all or none are written, in the order of their keys. Returns which of them were new; of those, later events with the same
   * ordering key that were waiting for them are due at once. Of two with one `key` the second is not new.
   */
  accept(deliveries: readonly NewDelivery[]): Promise<boolean[]>
  /**
   * Whether a delivery with that ordering key, and one of those words as `data.name` or `data.booking`, was accepted.
   */
  hasAccepted(orderingKey: string, words: readonly string[]): Promise<boolean>
  /**
   * Leases up to `limit` events of a destination (default: '') that are due for `leaseMs`, and counts the dispatch. Never
   * an event whose ordering key has an earlier pending event, also one that is not forwarded yet, and never two with one
   * key. Keys whose first event belongs
   * to a connection in `exceptConnections` are skipped. Before it looks, it acknowledges the events of `done`: all or
   * nothing happens.
   */
  take(
    owner: string,
    limit: number,
    leaseMs: number,
    exceptConnections?: readonly string[],
    done?: readonly string[],
    destination?: string,
  ): Promise<OutboxRow[]>
  /**
   * Writes up to `limit` events of the destination '' that are due for each destination that `destinationsOf` names for
   * their type, with the same `event` and `createdAt`: all or nothing happens. What is left of a forwarded event only
   * serves to recognise its delivery if it comes again: it is not listed any more. Returns how many it has forwarded.
   */
  forward(destinationsOf: (type: string) => readonly string[], limit: number): Promise<number>
  /**
   * Marks an event as done for good, even if another dispatcher has its lease, and deletes its body. `false`: it was
   * done, or does not exist.
   */
  acknowledge(id: string): Promise<boolean>
  /** Ends the lease, if `owner` still has it: the event is due again in `retryInMs`, or dead with `null`. */
  fail(id: string, owner: string, error: string, retryInMs: number | null): Promise<boolean>
  /** Milliseconds until an event of the destination (default: '') is due (0: now); `null` while nothing is pending. */
  nextDue(destination?: string): Promise<number | null>
  get(id: string): Promise<OutboxRow | null>
  /** The rows of the event with that public id, one for each destination, in the order of writing. */
  of(event: string): Promise<OutboxRow[]>
  /** In the order of writing, newest first. */
  list(filter: {
    readonly state?: OutboxState | undefined
    /** Only the events of that owner, and those of clients, which have no owner. */
    readonly owner?: string | undefined
    /** The id of a row. */
    readonly before?: string | undefined
    readonly limit: number
  }): Promise<OutboxRow[]>
  /**
   * Makes a pending event due now, unless it is being dispatched; those before it with its ordering key still come first.
   * `false`: it is not pending, or it is being dispatched.
   */
  hasten(id: string): Promise<boolean>
  /** Makes a dead event pending and due, and counts its dispatches from 0 again. `false`: it is not dead. */
  replay(id: string): Promise<boolean>
  /**
   * Deletes what has been done (or forwarded) for `done` ms, dead for `dead` ms, or due for `pending` ms (`null`: never),
   * up to `limit` rows; of the pending events it looks at the `limit` oldest, and leaves those of the destinations in
   * `kept`. Deletes nothing until the store's clock has been seen to run for an hour without a step: a clock that is wrong
   * for a moment must not delete what is kept for days. Returns how many rows it has deleted.
   */
  sweep(
    age: Readonly<Record<'done' | 'dead', number> & { pending: number | null }>,
    limit: number,
    kept?: readonly string[],
  ): Promise<number>
}
