// Error groups: errors with one code and reason, of one client, counted together over all processes, and the connections
// that they have touched.

export interface ErrorGroupRow {
  readonly id: string
  readonly code: string
  readonly reason: string | null
  readonly client: string | null
  readonly count: number
  readonly firstAt: number
  readonly lastAt: number
  /** Of the last one, without secrets. */
  readonly sentence: string
  /** How many connections it has touched. It is counted up to {@link mostTouched}. */
  readonly connections: number
}

/** Errors of one group that have been seen since the last time. */
export interface SeenErrors extends Pick<ErrorGroupRow, 'id' | 'code' | 'reason' | 'client' | 'count' | 'sentence'> {
  /** How long ago the last of them was seen. */
  readonly agoMs: number
  /** The connections that they have touched, each once. */
  readonly connections: readonly string[]
}

export interface ErrorGroupStore {
  /** Adds to the groups, which are made where they do not exist. All or nothing. Each group comes once. */
  add(errors: readonly SeenErrors[]): Promise<void>
  /** Those that were seen last first; `after`: the last of the page before. */
  list(page: {
    readonly after?: { readonly lastAt: number; readonly id: string } | undefined
    readonly limit: number
  }): Promise<ErrorGroupRow[]>
  /** The connections that a group has touched, by id. */
  touched(id: string, limit: number): Promise<string[]>
  /**
   * Deletes up to `limit` groups: those that were last seen `ageMs` ago, under the same condition as the outbox's, and
   * all but the `most` that were seen last. Returns how many.
   */
  sweep(ageMs: number, most: number, limit: number): Promise<number>
}

/** Connections that are remembered for each group. */
export const mostTouched = 1000
