// The history: entries are only ever added, in the transaction of the change that they describe.

export interface HistoryEntry {
  readonly type: string
  /** Words and numbers without secrets. */
  readonly data: Readonly<Record<string, string | number | boolean | null>>
}

export interface HistoryRow extends HistoryEntry {
  readonly at: number
  readonly grant: string
  readonly connection: string | null
}

export interface HistoryStore {
  /** The newest entries of a connection and of the grant it rests on, newest first. */
  of(connection: string, limit: number): Promise<HistoryRow[]>
  /** Whether exactly this entry has been recorded for a grant itself, not for one of its connections. */
  has(grant: string, entry: HistoryEntry): Promise<boolean>
}
