// The activity log: what happened once, newest last. Each kind has its own bounds of number and age.

/**
 * `refusal`: a provider's delivery was refused. `attempt`: connecting an account failed. `audit`: somebody did something.
 * `dispatch`: an event was dispatched, and the first time was not enough.
 */
export type LogKind = 'refusal' | 'attempt' | 'audit' | 'dispatch'

/** Words and numbers without secrets. */
export type LogData = Readonly<Record<string, string | number | boolean | null>>

export interface LogRow {
  /** Grows with each entry. */
  readonly seq: number
  readonly at: number
  readonly client: string | null
  readonly data: LogData
}

export interface NewLogEntry {
  readonly kind: LogKind
  readonly client: string | null
  /** What it is about, if it is found by that. */
  readonly subject?: string | null | undefined
  readonly data: LogData
  readonly agoMs: number
}

export interface LogFilter {
  readonly kind: LogKind
  readonly client?: string | undefined
  readonly subject?: string | undefined
  /** Only entries with a smaller number. */
  readonly before?: number | undefined
  readonly limit: number
}

export interface ActivityLogStore {
  /** Appends entries, in their order. All or nothing. */
  append(entries: readonly NewLogEntry[]): Promise<void>
  /** Newest first. */
  list(filter: LogFilter): Promise<LogRow[]>
  /**
   * Deletes up to `limit` of one kind: those of `ageMs` ago, under the same condition as the outbox's, and all but the
   * newest `most`. Returns how many.
   */
  sweep(kind: LogKind, ageMs: number, most: number, limit: number): Promise<number>
}
