// What went wrong, as RFC 9457 writes it. The one place that turns an error into an answer: what is not an error of
// Punctual is reported, and masked here.

import { PunctualError } from '../../../core/errors.ts'
import type { RequestFacts } from '../../operation/request-facts.ts'
import { type ProblemCode, problemKinds, type ServerCode, type Subject, type serverReasons } from './codes.ts'
import { textResponse } from './text-response.ts'
import { type InputMistake, type Places, wordingOf } from './wording.ts'

/** The document of media type `application/problem+json`. */
export interface Problem {
  /** The address of the entry in `docs/errors.md`. */
  readonly type: string
  readonly title: string
  readonly status: number
  /** A sentence for a person. */
  readonly detail: string
  readonly code: ProblemCode
  readonly reason: string | null
  /** Whether the same request may succeed later without anybody's help. */
  readonly retryable: boolean
  /** Whole milliseconds. */
  readonly retryAfterMs: number | null
  readonly requestId: string
  readonly scopes?: readonly string[] | undefined
  /** For `booking_moved`: the id of the booking that replaces the named one. */
  readonly replacedBy?: string | undefined
  readonly errors?: readonly InputMistake[] | undefined
}

interface ApiErrorDetails<Code extends ServerCode | 'invalid_argument'> {
  readonly reason?: Code extends ServerCode ? (typeof serverReasons)[Code][number] : undefined
  readonly retryAfterMs?: number
  readonly scopes?: readonly string[]
  readonly errors?: readonly InputMistake[]
  /** Headers of the answer. */
  readonly headers?: Readonly<Record<string, string>>
}

/** What the server itself refuses. */
export class ApiError<Code extends ServerCode | 'invalid_argument' = ServerCode | 'invalid_argument'> extends Error {
  override readonly name = 'ApiError'
  readonly code: Code
  readonly details: ApiErrorDetails<Code>

  constructor(code: Code, message: string, details: ApiErrorDetails<Code> = {}) {
    super(message)
    this.code = code
    this.details = details
  }
}

export interface ProblemContext {
  /** What the answer says is wrong is noted there. */
  readonly facts: Pick<RequestFacts, 'requestId' | 'problem'>
  /** The page with an entry for each code. */
  readonly documents: string
  /** Whether the request had a key of its own (`Idempotency-Key`). */
  readonly keyed?: boolean
  /** What the request is about that only the provider has. */
  readonly about?: Subject | undefined
  /** Where the request has what the library calls by its own names. */
  readonly places?: Places
  /** Called with an error that is not of Punctual. */
  readonly onFault: (error: unknown) => void
}

/** The page with an entry for each code, unless the service names another. */
export const usualDocuments = 'https://github.com/punctual-dev/punctual/blob/main/docs/errors.md'

/** Returns the answer for an error. `headers`: what the answer has beside its own. */
export function problemResponse(error: unknown, context: ProblemContext, headers: Headers = new Headers()): Response {
  const facts = factsOf(error, context)
  const { status, title, retryable } = problemKinds[facts.code]
  const problem: Problem = {
    type: `${context.documents}#${facts.code}`,
    title,
    status,
    detail: facts.detail,
    code: facts.code,
    reason: facts.reason ?? null,
    retryable: facts.retryable ?? retryable,
    retryAfterMs: facts.retryAfterMs ?? null,
    requestId: context.facts.requestId,
    scopes: facts.scopes,
    replacedBy: facts.replacedBy,
    errors: facts.errors,
  }
  context.facts.problem = { code: problem.code, reason: problem.reason }
  headers.set('content-type', 'application/problem+json')
  for (const [name, value] of Object.entries(facts.headers ?? {})) headers.set(name, value)
  if (facts.retryAfterMs !== undefined) headers.set('retry-after', String(Math.ceil(facts.retryAfterMs / 1000)))
  return textResponse(JSON.stringify(problem), { status, headers })
}

interface Facts extends Pick<Partial<Problem>, 'scopes' | 'replacedBy' | 'retryable' | 'errors'> {
  readonly code: ProblemCode
  readonly detail: string
  readonly reason?: string | undefined
  readonly retryAfterMs?: number | undefined
  readonly headers?: Readonly<Record<string, string>> | undefined
}

function factsOf(error: unknown, context: ProblemContext): Facts {
  if (error instanceof ApiError) return { code: error.code, detail: error.message, ...error.details }
  if (error instanceof PunctualError) return factsOfLibrary(error, context)
  context.onFault(error)
  const detail = 'Something went wrong. The fault has been reported. Try again in a moment.'
  return { code: 'unexpected', detail }
}

const noPlaces: Places = new Map()

/** The codes that an error has over HTTP because of its reason. */
const byReason = {
  booking_moved: 'booking_moved',
  booking_cancelled: 'booking_cancelled',
  key_used: 'key_reused',
} as const

function factsOfLibrary(error: PunctualError, { keyed = false, about, places = noPlaces }: ProblemContext): Facts {
  const { code, reason, retryable, retryAfterMs, scopes, replacedBy } = error
  const { detail, mistake } = wordingOf(error, places)
  if (code === 'invalid_argument' && reason !== undefined) return { code: byReason[reason], detail, replacedBy }
  if (keyed && code === 'provider_unavailable' && reason === 'leased')
    return { code: 'key_in_use', detail, retryAfterMs }
  // Its message names the database and where it is, which is for the operator: it is in the log.
  if (code === 'store_unavailable') return { code, detail: databaseAway, reason, retryable, retryAfterMs }
  const isUnknown = code === 'provider_refused' && reason === 'not_found'
  // What cannot be an id of the provider names nothing there.
  if (about && (isUnknown || mistake?.path.startsWith('path.')))
    return { code: `${about}_not_found`, detail: `${problemKinds[`${about}_not_found`].title}. ${detail}` }
  const errors = mistake ? [mistake] : undefined
  return { code, detail, reason, retryable, retryAfterMs, scopes, errors }
}

const databaseAway = 'The database cannot be used. The log of the service says why.'
