// The errors of Calendly's API, byte for byte.
// Sources: docs/providers/calendly.md.

import { type Answer, type Exchange, jsonAnswer, refused } from '../../http/exchange.ts'

interface ApiError {
  readonly status: number
  readonly title: string
  readonly message: string
  /** For the person who looks at the sandbox. */
  readonly why: string
  /** Further members of the body. */
  readonly more?: object
}

/** An error of the API. */
export function apiError(exchange: Exchange, { status, title, message, why, more = {} }: ApiError): Answer {
  return refused(exchange, why, jsonAnswer(status, { title, message, ...more }))
}

/** 400 of the API; `details` may be left out, as Calendly does. */
export function invalidArgument(
  exchange: Exchange,
  why: string,
  details?: { parameter?: string; message: string; code?: string }[],
): Answer {
  const more = details === undefined ? {} : { details }
  return apiError(exchange, {
    status: 400,
    title: 'Invalid Argument',
    message: 'The supplied parameters are invalid.',
    why,
    more,
  })
}

/** 401 of the API: its three messages. */
export function unauthenticated(
  exchange: Exchange,
  state: 'is invalid' | 'expired' | 'was revoked',
  why: string,
): Answer {
  return apiError(exchange, { status: 401, title: 'Unauthenticated', message: `The access token ${state}`, why })
}

/** 403 of the API for a resource of another person or organization. */
export function permissionDenied(exchange: Exchange, message: string, why: string): Answer {
  return apiError(exchange, { status: 403, title: 'Permission Denied', message, why })
}

/** 404 of the API. */
export function notFound(exchange: Exchange, why: string): Answer {
  return apiError(exchange, {
    status: 404,
    title: 'Resource Not Found',
    message: 'The server could not find the requested resource.',
    why,
  })
}
