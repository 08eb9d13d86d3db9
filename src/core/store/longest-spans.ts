// How far ahead of the store's clock each stored time can be.

/**
 * How far each stored time can be ahead of the clock that it was written by, in milliseconds. A time that is further
 * ahead was written while the clock was wrong.
 */
export const longestSpans: Readonly<
  Record<
    | 'lease'
    | 'bookingLease'
    | 'retry'
    | 'due'
    | 'attempt'
    | 'connectSession'
    | 'replacedSecret'
    | 'probe'
    | 'check'
    | 'event'
    | 'dispatch',
    number
  >
> = Object.freeze({
  /** `leaseLeft`. */
  lease: 30_000,
  /** The lease on a booking key. */
  bookingLease: 60_000,
  /** `retryAt` of a grant: what a provider may ask for at most. */
  retry: 3_600_000,
  /** `dueAt` of a grant: the keeper looks at each grant at least this often, less than half the life of Cal.com's refresh token. */
  due: 14 * 86_400_000,
  /** `expiresAt` of an attempt. */
  attempt: 600_000,
  /** `expiresAt` of a connect session. */
  connectSession: 1_800_000,
  /** `replacedUntil` of an API key. */
  replacedSecret: 30 * 86_400_000,
  /** `probeAt` of a client whose credentials are refused. */
  probe: 900_000,
  /** `checkAt` of a subscription, and of a booking key. */
  check: 86_400_000,
  /** `dueAt` of an event, and of its queue. */
  event: 86_400_000,
  /**
   * The same while it is being dispatched. A time that is further ahead than `event` is shortened to this, like a
   * lease.
   */
  dispatch: 60_000,
})
