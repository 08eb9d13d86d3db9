// The errors of Cal.com's API, in its envelope.
// Sources: docs/providers/calcom.md.

import { type Answer, type Exchange, jsonAnswer, refused } from '../../http/exchange.ts'

const reasons: Record<number, [exception: string, error: string]> = {
  400: ['BadRequestException', 'Bad Request'],
  401: ['UnauthorizedException', 'Unauthorized'],
  403: ['ForbiddenException', 'Forbidden'],
  404: ['NotFoundException', 'Not Found'],
  409: ['ConflictException', 'Conflict'],
  422: ['UnprocessableEntityException', 'Unprocessable Entity'],
}

/** An error in the API's envelope, as one of the framework's own exceptions: `details` repeats the message. */
export function apiError(exchange: Exchange, status: number, message: string, why: string): Answer {
  const [exception, error] = reasons[status] ?? ['HttpException', 'Error']
  const details = { message, error, statusCode: status }
  return errorEnvelope(exchange, { status, code: exception, message, details, why })
}

interface ApiError {
  readonly status: number
  /** The name of the exception. */
  readonly code: string
  readonly message: string
  readonly details: unknown
  /** For the person who looks at the sandbox. */
  readonly why: string
}

/** An error in the API's envelope. */
export function errorEnvelope(exchange: Exchange, { status, code, message, details, why }: ApiError): Answer {
  const timestamp = new Date(exchange.now).toISOString()
  const path = `${exchange.path}${exchange.search}`
  const body = { status: 'error', timestamp, path, error: { code, message, details } }
  return refused(exchange, why, jsonAnswer(status, body))
}

/** The 404 of an unknown path. */
export function cannot(exchange: Exchange, why: string): Answer {
  return apiError(exchange, 404, `Cannot ${exchange.method} ${exchange.path}${exchange.search}`, why)
}
