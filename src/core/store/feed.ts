// The feed: published events, which the host application reads by a cursor. Their positions are 1, 2, 3, … in the order
// in which they were committed, so that a reader who is at a position has seen everything before it.

export interface FeedRow {
  readonly position: number
  /** The id by which the host application knows the event. */
  readonly event: string
  readonly type: string
  readonly owner: string | null
  /** The event, sealed. */
  readonly body: string
}

export interface FeedRead {
  /** Only events after this position. 0: all. */
  readonly after: number
  readonly limit: number
  /** Only the events of that owner: those of clients have none. */
  readonly owner?: string | undefined
  /** Only events of these types. */
  readonly types?: readonly string[] | undefined
}

export interface FeedPage {
  /** In the order of their positions. */
  readonly rows: readonly FeedRow[]
  /** Everything up to this position has been looked at. */
  readonly readTo: number
  /** The first position that is kept; `null` if none is. */
  readonly first: number | null
  /** The last position that was given to an event. */
  readonly last: number
}

export interface FeedStore {
  /**
   * Gives an event of the outbox the next position, stores it as `body`, and marks it as done in the outbox: all or nothing
   * happens. `id`: that of its row there. `false`: it was done, or does not exist.
   */
  publish(id: string, body: string): Promise<boolean>
  /** Reads the next events. It may return fewer than `limit`, or none, before the end: `readTo` is then less than `last`. */
  read(request: FeedRead): Promise<FeedPage>
  /**
   * Deletes up to `limit` of the first events that were published `ageMs` ago, once the store's clock has been seen to run
   * for an hour without a step. None is deleted behind one that stays, so that a reader notices each one that it has
   * missed. Returns how many.
   */
  sweep(ageMs: number, limit: number): Promise<number>
}

/** Events that a reader looks at, at most, to find those of some types. */
export const feedWindow = 250

/**
 * Returns the last position that may be deleted at the time `at`, or `null`; `rows` are the first ones. Where the clock was
 * set back for a while, an event looks older than those before it: it stays as long as they do. One of the future is as old
 * as the next.
 */
export function oldUpTo(
  rows: readonly { readonly position: number; readonly createdAt: number }[],
  at: number,
  ageMs: number,
): number | null {
  let upTo: number | null = null
  for (const { position, createdAt } of rows) {
    if (createdAt > at) continue
    if (createdAt > at - ageMs) break
    upTo = position
  }
  return upTo
}
