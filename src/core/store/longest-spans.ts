// How far ahead of the store's clock each stored time can lie.

/**
 * The longest that each stored time can lie ahead of the clock it was written by, in ms. One that lies further ahead was
 * written while the clock was wrong.
 */
export const longestSpans: Readonly<
  Record<'lease' | 'retry' | 'due' | 'attempt' | 'probe' | 'check' | 'event' | 'dispatch', number>
> = Object.freeze({
  /** `leaseLeft`. */
  lease: 30_000,
  /** `retryAt` of a grant: what a provider may ask for at most. */
  retry: 3_600_000,
  /** `dueAt` of a grant: the keeper looks at each so often. */
  due: 30 * 86_400_000,
  /** `expiresAt` of an attempt. */
  attempt: 600_000,
  /** `probeAt` of a client that is refused. */
  probe: 900_000,
  /** `checkAt` of a subscription. */
  check: 86_400_000,
  /** `dueAt` of an event, and of the subject that it is of. */
  event: 86_400_000,
  /** The same while it is being handed over. One that lies further ahead than `event` is cut down to this, like a lease. */
  dispatch: 60_000,
})
