// A request without a usable answer: why, in a word, and whether the request can have had an effect.

/** Why no usable answer came. */
export type AwayReason =
  | 'network'
  | 'timeout'
  | 'aborted'
  | 'too_late'
  | 'rate_limited'
  | 'server_error'
  | 'redirected'
  | 'not_json'
  | 'truncated'
  | 'too_long'
  | 'unexpected'

/** No usable answer. */
export interface Away {
  readonly kind: 'away'
  /** Whether the request certainly had no effect: it never left, or a rate limit refused it. */
  readonly harmless: boolean
  readonly reason: AwayReason
  /** Milliseconds to wait, where the provider asked for it. */
  readonly retryAfterMs: number | null
  /** `null` when no answer came. */
  readonly status: number | null
  /** Whether JSON with status 400, 401 or 403 came: a refusal, though not in the words of RFC 6749. */
  readonly definite?: boolean
  readonly cause?: unknown
}

/** Carries an {@link Away} out of oauth4webapi. Never leaves this folder. */
export class AwayError extends Error {
  override readonly name = 'AwayError'
  readonly away: Away

  constructor(away: Away) {
    super(`away: ${away.reason}`)
    this.away = away
  }
}
