// Tallies: how often work of one kind has ended how, for each client, in each ten minutes of the store's clock. All
// processes add to the same counts.

export interface TallyCount {
  readonly kind: string
  readonly outcome: string
  /** '' where no client is concerned. */
  readonly client: string
  readonly count: number
}

export interface TallyRow extends TallyCount {
  /** When its ten minutes began. */
  readonly at: number
}

export interface TallyStore {
  /** Adds counts, each of another kind, outcome or client: of `agoMs` ago. All or nothing. */
  add(counts: readonly TallyCount[], agoMs: number): Promise<void>
  /** The counts of one kind whose ten minutes began from `from` on and before `to`, in the order of time. */
  between(kind: string, from: number, to: number): Promise<TallyRow[]>
  /** The store's clock. */
  now(): Promise<number>
  /** Deletes up to `limit` that are `ageMs` old; under the same condition as the outbox's. Returns how many. */
  sweep(ageMs: number, limit: number): Promise<number>
}

/** The length of the time that one tally counts. */
export const tallyBucketMs = 600_000
