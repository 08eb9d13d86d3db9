// Calendly's refusals, byte for byte: OAuth errors as its authorization server words them, API errors as its API does.
// Sources: docs/providers/calendly.md.

import { type Answer, type Exchange, jsonAnswer, refused } from '../../http/exchange.ts'

/** An error of the API. */
export function apiError(
  exchange: Exchange,
  status: number,
  title: string,
  message: string,
  why: string,
  more: object = {},
): Answer {
  return refused(exchange, why, jsonAnswer(status, { title, message, ...more }))
}

/** 400 of the API; `details` may be left out, as Calendly does. */
export function invalidArgument(
  exchange: Exchange,
  why: string,
  details?: { parameter?: string; message: string; code?: string }[],
): Answer {
  const more = details === undefined ? {} : { details }
  return apiError(exchange, 400, 'Invalid Argument', 'The supplied parameters are invalid.', why, more)
}

/** 401 of the API: its three messages. */
export function unauthenticated(
  exchange: Exchange,
  state: 'is invalid' | 'expired' | 'was revoked',
  why: string,
): Answer {
  return apiError(exchange, 401, 'Unauthenticated', `The access token ${state}`, why)
}

/** 403 of the API for a resource that is somebody else's. */
export function permissionDenied(exchange: Exchange, message: string, why: string): Answer {
  return apiError(exchange, 403, 'Permission Denied', message, why)
}

/** 404 of the API. */
export function notFound(exchange: Exchange, why: string): Answer {
  return apiError(exchange, 404, 'Resource Not Found', 'The server could not find the requested resource.', why)
}
