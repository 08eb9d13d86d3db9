// The history: entries are only ever added, in the transaction of the change that they describe, and the oldest are
// deleted in the background.

export interface HistoryEntry {
  readonly type: string
  /** Words and numbers without secrets. */
  readonly data: Readonly<Record<string, string | number | boolean | null>>
}

export interface HistoryRow extends HistoryEntry {
  /** Grows with each entry. */
  readonly seq: number
  readonly at: number
  readonly grant: string
  readonly connection: string | null
}

export interface HistoryStore {
  /**
   * The newest entries of a connection and of the grant it rests on, newest first. `before`: only those with a smaller
   * number.
   */
  of(connection: string, limit: number, before?: number): Promise<HistoryRow[]>
  /** Whether exactly this entry has been recorded for a grant itself, not for one of its connections. */
  has(grant: string, entry: HistoryEntry): Promise<boolean>
  /** Deletes up to `limit` of a grant's own entries, all but the newest `most`. Returns how many. */
  trim(grant: string, most: number, limit: number): Promise<number>
  /** Deletes, of the `limit` oldest entries, those of `ageMs` ago; under the same condition as the outbox's. Returns how many. */
  sweep(ageMs: number, limit: number): Promise<number>
}
