// The one error of the product. Its code is for `switch`, its message for a person; it never holds a secret.

export type ErrorCode =
  | 'connection_not_found'
  | 'needs_reconnect'
  | 'insufficient_scope'
  | 'provider_unavailable'
  | 'rate_limited'
  | 'provider_refused'
  | 'client_misconfigured'
  | 'attempt_refused'
  | 'account_mismatch'
  | 'store_unavailable'
  | 'invalid_argument'

export interface ErrorDetails {
  /** A word that says more than the code: `refused`, `outcome_unknown`, `access_denied` and so on. */
  readonly reason?: string | undefined
  /** Whether the same call may succeed later without anybody's help. */
  readonly retryable?: boolean | undefined
  /** Seconds to wait before another try. */
  readonly retryAfterMs?: number | undefined
  /** For `insufficient_scope`: the scopes that are missing, where the provider names them. */
  readonly scopes?: readonly string[] | undefined
  /** The provider's own answer, where there was one. */
  readonly answer?: ProviderAnswer | undefined
  readonly cause?: unknown
}

/** What the provider answered, without any token. */
export interface ProviderAnswer {
  readonly status: number
  /** Parsed where it is JSON, else the text. */
  readonly body: unknown
}

/** What every function of Punctual rejects with. */
export class PunctualError extends Error {
  override readonly name = 'PunctualError'
  readonly code: ErrorCode
  readonly reason: string | undefined
  readonly retryable: boolean
  readonly retryAfterMs: number | undefined
  readonly scopes: readonly string[] | undefined
  /** The provider's own answer, by name; a serialiser leaves it out. */
  declare readonly answer: ProviderAnswer | undefined

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.code = code
    this.reason = details.reason
    this.retryable = details.retryable ?? false
    this.retryAfterMs = details.retryAfterMs
    this.scopes = details.scopes
    Object.defineProperty(this, 'answer', { value: details.answer, enumerable: false })
    // The cause is for a debugger. It is not enumerable, so that no serialiser follows it into foreign objects.
    if (details.cause !== undefined) Object.defineProperty(this, 'cause', { enumerable: false })
  }
}

/** An `invalid_argument` error with the given sentence. */
export function invalidArgument(sentence: string): PunctualError {
  return new PunctualError('invalid_argument', sentence)
}
