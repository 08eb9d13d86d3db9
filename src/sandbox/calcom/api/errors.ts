// Cal.com's two shapes of refusal: the API's envelope and the token endpoint's OAuth error.
// Sources: docs/providers/calcom.md.

import type { Answer, Exchange } from '../../http/exchange.ts'
import { jsonAnswer, refused } from '../../http/exchange.ts'
import { uuid } from '../../world/seal.ts'
import type { World } from '../../world/world.ts'

const reasons: Record<number, [exception: string, error: string]> = {
  400: ['BadRequestException', 'Bad Request'],
  401: ['UnauthorizedException', 'Unauthorized'],
  403: ['ForbiddenException', 'Forbidden'],
  404: ['NotFoundException', 'Not Found'],
  409: ['ConflictException', 'Conflict'],
}

/** An error in the API's envelope, as one of the framework's own exceptions: `details` repeats the message. */
export function apiError(exchange: Exchange, status: number, message: string, why: string): Answer {
  const [exception, error] = reasons[status] ?? ['HttpException', 'Error']
  return envelope(exchange, status, exception, message, { message, error, statusCode: status }, why)
}

/** An error in the API's envelope. */
export function envelope(
  exchange: Exchange,
  status: number,
  code: string,
  message: string,
  details: unknown,
  why: string,
): Answer {
  const timestamp = new Date(exchange.now).toISOString()
  const path = `${exchange.path}${exchange.search}`
  const body = { status: 'error', timestamp, path, error: { code, message, details } }
  return refused(exchange, why, jsonAnswer(status, body))
}

/** What a path without a route answers. */
export function cannot(exchange: Exchange, why: string): Answer {
  return apiError(exchange, 404, `Cannot ${exchange.method} ${exchange.path}${exchange.search}`, why)
}

/**
 * An OAuth error of API v2: the description is the machine's reason. No `WWW-Authenticate`, even on 401. Its request id is
 * the caller's own; every other answer has one of the server's.
 */
export function oauthError(
  exchange: Exchange,
  failure: { status: number; error: string; reason: string; why: string },
): Answer {
  const requestId = exchange.headers.get('x-request-id') ?? 'unknown-request-id'
  const headers = { 'cache-control': 'no-store', pragma: 'no-cache', 'x-request-id': requestId }
  const body = { error: failure.error, error_description: failure.reason }
  return refused(exchange, failure.why, jsonAnswer(failure.status, body, headers))
}

/** Success in the API's envelope. */
export function success(data: unknown, status = 200): Answer {
  return jsonAnswer(status, { status: 'success', data })
}

/** The answer with a request id of the server's own, unless it has one. */
export function withRequestId(world: World, answer: Answer): Answer {
  return { ...answer, headers: { 'x-request-id': uuid(world.random(16)), ...answer.headers } }
}
