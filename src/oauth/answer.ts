// Brings what providers really answer into the standard's shape, so that oauth4webapi's checks apply to it. The body
// decides, not the headers around it. A body that no authorization server sends is `away`.

import type { Answer } from '../core/http.ts'
import { isTooDeep } from '../core/json.ts'
import { retryAfterMs } from '../core/retry-after.ts'
import { AwayError, type AwayReason } from './away.ts'

type Members = Readonly<Record<string, unknown>>

/** Turns a token endpoint's answer into a standard one. RFC 6749, sections 5.1 and 5.2. @throws {AwayError} */
export function standardTokenResponse(answer: Answer, now: number): Response {
  assertPresent(answer, now)
  const body = parseBody(answer, now)
  if (answer.status < 300) {
    const tokens = unwrap(body)
    if (isText(tokens.access_token)) {
      // A token that no header can carry cannot be used: RFC 6750, section 2.1, has letters, digits and a few signs.
      if (!/^[\x21-\x7e]+$/.test(tokens.access_token)) throw away(answer, now, 'unexpected')
      return jsonResponse(200, standardMembers(isTooDeep(answer.text) ? plainMembers(tokens) : tokens))
    }
  }
  return errorResponse(answer, body, now)
}

/** Turns a revocation endpoint's answer into a standard one. RFC 7009, section 2.2. @throws {AwayError} */
export function standardRevocationResponse(answer: Answer, now: number): Response {
  assertPresent(answer, now)
  if (answer.status < 300 && answer.text.trim() === '') return jsonResponse(200, {})
  const body = parseBody(answer, now)
  return answer.status < 300 && !isText(body.error) ? jsonResponse(200, {}) : errorResponse(answer, body, now)
}

function assertPresent(answer: Answer, now: number): void {
  const { status } = answer
  if (status === 429) throw away(answer, now, 'rate_limited')
  if (status >= 500) throw away(answer, now, 'server_error')
  if (status >= 300 && status < 400) throw away(answer, now, 'redirected')
  if (status < 200) throw away(answer, now, 'unexpected')
}

function parseBody(answer: Answer, now: number): Members {
  const form = formOf(answer)
  if (form) return form
  let body: unknown
  try {
    body = JSON.parse(answer.text)
  } catch {
    throw away(answer, now, /^\s*\{/.test(answer.text) ? 'truncated' : 'not_json')
  }
  if (!isMembers(body)) throw away(answer, now, 'unexpected')
  return body
}

/** An answer that is encoded like the request, under its content type: some older servers have no other. */
function formOf({ headers, text }: Answer): Members | null {
  if (!/^application\/x-www-form-urlencoded\s*(;|$)/i.test(headers.get('content-type') ?? '')) return null
  const members = Object.fromEntries(new URLSearchParams(text))
  return isText(members.access_token) || isText(members.error) ? members : null
}

/** An OAuth error gets the status 400 when it came as a success, and none of the headers that it came with. */
function errorResponse(answer: Answer, body: Members, now: number): Response {
  const { error, error_description } = body
  // Codes are words like `invalid_grant`, of the signs of RFC 6749, section 5.2; a gateway's `{"error":"Not Found"}` does not come
  // from an authorization server.
  if (!isText(error) || !/^[a-z][!#-@[\]-~]*$/.test(error))
    throw away(answer, now, 'unexpected', isDefinite(answer.status))
  if (error === 'server_error' || error === 'temporarily_unavailable') throw away(answer, now, 'server_error')
  const status = answer.status < 400 ? 400 : answer.status
  return jsonResponse(status, { error, ...(isText(error_description) && { error_description }) })
}

/** Token answers have been seen in an envelope `{ status, data }`, with camel-case names in it. */
function unwrap(body: Members): Members {
  const { data } = body
  if (isText(body.access_token) || !isMembers(data)) return body
  const { accessToken, refreshToken, tokenType, expiresIn, ...rest } = data
  const renamed = {
    access_token: accessToken,
    refresh_token: refreshToken,
    token_type: tokenType,
    expires_in: expiresIn,
  }
  return { ...renamed, ...rest }
}

/** What is nested deeper than a stack reaches cannot be written again. No member that counts is an object. */
function plainMembers(members: Members): Members {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => typeof value !== 'object' || value === null))
}

/** Leaves out members without a value, and the ID token, which Punctual never asks for and never uses. */
function standardMembers({ created_at: _, id_token: __, ...members }: Members): Members {
  const { token_type, expires_in, refresh_token, scope } = members
  return {
    ...members,
    token_type: isText(token_type) ? token_type : 'bearer',
    expires_in: seconds(expires_in),
    refresh_token: refresh_token === null || refresh_token === '' ? undefined : refresh_token,
    scope: scopeText(Array.isArray(scope) ? scope.filter(isText).join(' ') : scope),
  }
}

/** RFC 6749, section 3.3, has no empty scope: an empty one counts as absent. */
function scopeText(scope: unknown): string | undefined {
  return typeof scope === 'string' && scope.trim() !== '' ? scope : undefined
}

/** Seconds in a century. */
const longestLifetime = 3_153_600_000

/**
 * Returns a lifetime that is possible. Zero, which some servers write for a token without an end, and a number that no time
 * can hold count as absent: only the API knows how long such a token lives.
 */
function seconds(value: unknown): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  return typeof number === 'number' && number > 0 && number <= longestLifetime ? number : undefined
}

/** Milliseconds that a token endpoint may ask us to wait, at most. */
const longestWaitMs = 3_600_000

/** Whether a status says that a request was understood and refused. */
export function isDefinite(status: number): boolean {
  return status === 400 || status === 401 || status === 403
}

function away(answer: Answer, now: number, reason: AwayReason, definite = false): AwayError {
  const { status, headers } = answer
  const harmless = status === 429
  return new AwayError({
    kind: 'away',
    harmless,
    reason,
    retryAfterMs: retryAfterMs(status, headers, now, longestWaitMs),
    status,
    ...(definite && { definite }),
  })
}

function jsonResponse(status: number, body: Members): Response {
  return new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } })
}

function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}
