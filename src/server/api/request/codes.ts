// The one table of what an answer of the API can be when it is not the one that was asked for: every code, with its status
// and its title. `docs/errors.md` has an entry for each of them.

import type { ErrorCode } from '../../../core/errors.ts'

/** The codes that only the server has, with their reasons. */
export const serverReasons = {
  unauthorized: [],
  forbidden: ['scope', 'owner', 'tokens_off'],
  route_not_found: [],
  event_type_not_found: [],
  booking_not_found: [],
  method_not_allowed: [],
  request_timeout: [],
  booking_moved: [],
  booking_cancelled: [],
  operation_timeout: [],
  key_in_use: [],
  key_reused: [],
  body_too_large: [],
  unsupported_media_type: [],
  too_many_requests: [],
  starting: [],
  unexpected: [],
} as const

/** What a client may name that only the provider has. */
export type Subject = 'event_type' | 'booking'

export type ServerCode = keyof typeof serverReasons

export type ProblemCode = ErrorCode | ServerCode

export interface ProblemKind {
  readonly status: number
  readonly title: string
  /** Whether the same request may succeed later without anybody's help; an error of the library says that itself. */
  readonly retryable: boolean
}

const kind = (status: number, title: string): ProblemKind => ({ status, title, retryable: false })
const passing = (status: number, title: string): ProblemKind => ({ status, title, retryable: true })

export const problemKinds: Readonly<Record<ProblemCode, ProblemKind>> = {
  invalid_argument: kind(400, 'The request is not valid'),
  unauthorized: kind(401, 'The API key is missing or not valid'),
  forbidden: kind(403, 'The API key does not allow this'),
  insufficient_scope: kind(403, 'The account has not granted what this needs'),
  attempt_refused: kind(403, 'The attempt to connect was refused'),
  route_not_found: kind(404, 'There is nothing at this address'),
  event_type_not_found: kind(404, 'There is no such event type'),
  booking_not_found: kind(404, 'There is no such booking'),
  connection_not_found: kind(404, 'There is no such connection'),
  connect_session_not_found: kind(404, 'There is no such connect session'),
  api_key_not_found: kind(404, 'There is no such API key'),
  event_not_found: kind(404, 'There is no such event'),
  method_not_allowed: kind(405, 'This address does not know the method'),
  request_timeout: passing(408, 'The request did not arrive in time'),
  needs_reconnect: kind(409, 'A person has to connect again'),
  account_mismatch: kind(409, 'Another account was chosen'),
  event_not_dead: kind(409, 'The event is not dead'),
  event_not_pending: kind(409, 'The event is not pending'),
  booking_moved: kind(409, 'The booking was moved'),
  booking_cancelled: kind(409, 'The booking is cancelled'),
  key_in_use: passing(409, 'A request with this key is under way'),
  body_too_large: kind(413, 'The body is too large'),
  unsupported_media_type: kind(415, 'The body is not JSON'),
  provider_refused: kind(422, 'The provider refused it'),
  not_supported: kind(422, 'This is not possible here'),
  key_reused: kind(422, 'The key was used for another request'),
  rate_limited: passing(429, 'The limit of the provider is reached'),
  too_many_requests: passing(429, 'The limit of the API key is reached'),
  unexpected: passing(500, 'Something went wrong'),
  value_unreadable: kind(500, 'A stored value cannot be read'),
  client_misconfigured: kind(502, 'The OAuth app is not set up'),
  provider_unavailable: passing(503, 'The provider gave no usable answer'),
  store_unavailable: passing(503, 'The database cannot be used'),
  starting: passing(503, 'The service is starting'),
  operation_timeout: passing(504, 'The request took too long'),
}
