// The one error of the product. Its code and its reason are for `switch`. Its message is for a person. It never holds a
// secret. The table of codes and reasons is the only list of them: the types and `docs/errors.md` follow it.

/**
 * Every code, with every reason that it can have. Most reasons are ours. {@link OpenCode} lists the codes with foreign
 * reasons.
 */
export const errorReasons = {
  connection_not_found: [],
  connect_session_not_found: [],
  needs_reconnect: ['refused', 'outcome_unknown', 'no_refresh_token'],
  insufficient_scope: ['not_identified'],
  provider_unavailable: [
    'network',
    'timeout',
    'aborted',
    'too_late',
    'too_long',
    'truncated',
    'not_json',
    'redirected',
    'rate_limited',
    'server_error',
    'proxy',
    'unexpected',
    'unexpected_answer',
    'outcome_unknown',
    'token_ended',
    'token_refused',
    'not_identified',
    'pending',
    'leased',
    'cooling',
    'moved',
    'journaled',
    'client_suspected',
  ],
  provider_refused: [
    'slot_taken',
    'plan_limit',
    'organization_changed',
    'not_permitted',
    'already_done',
    'already_exists',
    'in_the_past',
    'not_found',
    'invalid_request',
    'stale_page',
    'calendar_unavailable',
    'changed',
  ],
  rate_limited: ['stopping'],
  client_misconfigured: ['unknown_client', 'no_webhook_key', 'account_unknown', 'unexpected'],
  attempt_refused: [
    'unknown',
    'expired',
    'open',
    'held',
    'replaced',
    'another_browser',
    'completed',
    'interrupted',
    'another_person',
    'another_issuer',
    'not_signed_in',
    'current_owner_failed',
    'no_code',
    'code_refused',
    'exchange_failed',
    'access_denied',
    'invalid_request',
    'invalid_scope',
    'server_error',
    'temporarily_unavailable',
    'unauthorized_client',
    'unsupported_response_type',
    'provider_error',
  ],
  account_mismatch: [],
  store_unavailable: [
    'unknown_key',
    'keys_unavailable',
    'not_open',
    'moved',
    'held',
    'in_use',
    'incomplete',
    'upgrading',
    'newer_schema',
    'foreign_database',
    'another_database',
    'file_moved',
    'pg_missing',
    'conflict',
    'contended',
    'journal_unreadable',
    'journal_unwritable',
    'escrow_unreadable',
    'escrow_empty',
    'not_healed',
    'unknown',
  ],
  invalid_argument: ['key_used', 'booking_moved', 'booking_cancelled'],
  api_key_not_found: [],
  event_not_found: [],
  event_not_dead: ['pending', 'done'],
  event_not_pending: ['done', 'dead'],
  value_unreadable: ['unknown_key', 'damaged', 'unknown_type'],
  not_supported: ['provider', 'plan', 'scope', 'role', 'event_type', 'booking'],
} as const

/** What an error is about, for `switch`. */
export type ErrorCode = keyof typeof errorReasons

/**
 * The codes whose reason may also come from outside. `store_unavailable`: an SQLSTATE, `SQLITE_…`, or a code of the
 * operating system such as `ECONNREFUSED`. `client_misconfigured`: what the provider says about the client.
 */
export type OpenCode = 'store_unavailable' | 'client_misconfigured'

/** The reasons of each code. */
export type ErrorReasons = {
  readonly [Code in ErrorCode]: (typeof errorReasons)[Code][number] | (Code extends OpenCode ? string & {} : never)
}

export interface ErrorDetails<Code extends ErrorCode = ErrorCode> {
  /** A word that says more than the code. */
  readonly reason?: ErrorReasons[Code] | undefined
  /** Whether the same call may succeed later without anybody's help. */
  readonly retryable?: boolean | undefined
  /** Milliseconds to wait before another try. A fraction is rounded up. */
  readonly retryAfterMs?: number | undefined
  /** For `insufficient_scope`: the scopes that are missing, where the provider names them. */
  readonly scopes?: readonly string[] | undefined
  /** For the reason `booking_moved`: the id of the booking that replaces the named one. */
  readonly replacedBy?: string | undefined
  /** The provider's own answer, if it gave one. */
  readonly answer?: ProviderAnswer | undefined
  readonly cause?: unknown
}

/** What the provider answered, without any token. */
export interface ProviderAnswer {
  readonly status: number
  /** Parsed if it is JSON, otherwise the text. */
  readonly body: unknown
}

interface CodedError<Code extends ErrorCode> extends Error {
  readonly name: 'PunctualError'
  readonly code: Code
  /** A word that says more than the code; `undefined` if there is no more to say. */
  readonly reason: ErrorReasons[Code] | undefined
  /** Whether the same call may succeed later without anybody's help. */
  readonly retryable: boolean
  /** Whole milliseconds to wait before another try. */
  readonly retryAfterMs: number | undefined
  /** For `insufficient_scope`: the scopes that are missing, where the provider names them. */
  readonly scopes: readonly string[] | undefined
  /** For the reason `booking_moved`: the id of the booking that replaces the named one. */
  readonly replacedBy: string | undefined
  /** The provider's own answer. Read it by name: a serialiser leaves it out. */
  readonly answer: ProviderAnswer | undefined
}

/**
 * What every function of Punctual rejects with. A `switch` on `code` narrows `reason`.
 *
 * @example
 * ```ts
 * if (error instanceof PunctualError && error.code === 'needs_reconnect') askToReconnect(error.reason)
 * ```
 */
export type PunctualError<Code extends ErrorCode = ErrorCode> = Code extends ErrorCode ? CodedError<Code> : never

/** Makes and recognises a {@link PunctualError}. */
export interface PunctualErrorConstructor {
  new <Code extends ErrorCode>(code: Code, message: string, details?: ErrorDetails<Code>): PunctualError<Code>
  readonly prototype: PunctualError
}

export const PunctualError: PunctualErrorConstructor = class PunctualError extends Error {
  override readonly name = 'PunctualError'
  readonly code: ErrorCode
  readonly reason: string | undefined
  readonly retryable: boolean
  readonly retryAfterMs: number | undefined
  readonly scopes: readonly string[] | undefined
  readonly replacedBy: string | undefined
  declare readonly answer: ProviderAnswer | undefined

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.code = code
    this.reason = details.reason
    this.retryable = details.retryable ?? false
    this.retryAfterMs = details.retryAfterMs === undefined ? undefined : Math.ceil(details.retryAfterMs)
    this.scopes = details.scopes
    this.replacedBy = details.replacedBy
    Object.defineProperty(this, 'answer', { value: details.answer, enumerable: false })
    // The cause is for a debugger. It is not enumerable, so that no serialiser follows it into foreign objects.
    if (details.cause !== undefined) Object.defineProperty(this, 'cause', { enumerable: false })
  }
} as unknown as PunctualErrorConstructor

/** Returns an error that says the same in other words. The first one is its cause. */
export function reworded(
  error: PunctualError,
  message: string,
  { answer = error.answer }: Pick<ErrorDetails, 'answer'> = {},
): PunctualError {
  const { code, reason, retryable, retryAfterMs, scopes, replacedBy } = error
  const details = { reason, retryable, retryAfterMs, scopes, replacedBy, answer, cause: error }
  return new PunctualError<ErrorCode>(code, message, details)
}
