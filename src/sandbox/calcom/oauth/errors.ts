// The OAuth error of Cal.com's token endpoint. Sources: docs/providers/calcom.md.

import { type Answer, type Exchange, jsonAnswer, refused } from '../../http/exchange.ts'

/**
 * An OAuth error of API v2: the description is the machine's reason. No `WWW-Authenticate`, even on 401. Its request id is
 * the caller's own; every other answer has one that the server made.
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
