// The cookies that tie attempts to a browser: one for each attempt, so that several tabs do not collide; and one for each connect
// session that this browser came back to first. They go with every request to the host application, so an attempt's is removed when
// it has ended, and the number of each kind is bounded.

import { attemptLifetimeMs } from '../records/attempts.ts'
import { connectSessionLifetimeMs } from '../records/connect-sessions.ts'

/** Cookies of each kind that one browser may have: attempts that are open, and sessions. */
const most = 10

/** Returns the `Set-Cookie` that gives a browser the nonce of an attempt. */
export function nonceCookie(baseUrl: string, attempt: string, nonce: string): string {
  return setCookie(baseUrl, nameOf(baseUrl, attempt), nonce, attemptLifetimeMs / 1000)
}

/** Returns the `Set-Cookie` that removes it. */
export function endedCookie(baseUrl: string, attempt: string): string {
  return setCookie(baseUrl, nameOf(baseUrl, attempt), '', 0)
}

/** Returns the `Set-Cookie`s that remove the oldest cookies of attempts, where one more would be too many. */
export function cookiesBeyondLimit(baseUrl: string, request: Request): string[] {
  return beyondLimit(baseUrl, 'attempt_', request)
}

/** Returns the nonce that a browser shows for that attempt; empty if it shows none. */
export function shownNonce(baseUrl: string, attempt: string, request: Request): string {
  return shownValue(baseUrl, attempt, request)
}

/**
 * Returns the `Set-Cookie`s that give a browser the secret of a session's page, unless it has that one, and remove the oldest of other
 * sessions.
 */
export function sessionCookies(baseUrl: string, page: string, secret: string, request: Request): string[] {
  if (shownValue(baseUrl, page, request) === secret) return []
  const own = setCookie(baseUrl, nameOf(baseUrl, page), secret, connectSessionLifetimeMs / 1000)
  return [own, ...beyondLimit(baseUrl, 'session_', request)]
}

/** Returns the values of all our cookies that a browser shows. It has at most ten of each kind. */
export function shownValues(baseUrl: string, request: Request): string[] {
  const ours = cookiesOf(request).filter(([name]) => name.startsWith(nameOf(baseUrl, '')))
  return ours.slice(0, 4 * most).map(([, value]) => value)
}

/** Browsers send the oldest first (RFC 6265, section 5.4). */
function beyondLimit(baseUrl: string, kind: 'attempt_' | 'session_', request: Request): string[] {
  const ours = cookiesOf(request).filter(([name]) => name.startsWith(nameOf(baseUrl, kind)))
  return ours.slice(0, Math.max(0, ours.length + 1 - most)).map(([name]) => setCookie(baseUrl, name, '', 0))
}

function shownValue(baseUrl: string, id: string, request: Request): string {
  const name = nameOf(baseUrl, id)
  return cookiesOf(request).find(([shown]) => shown === name)?.[1] ?? ''
}

function cookiesOf(request: Request): [name: string, value: string][] {
  return (request.headers.get('cookie') ?? '').split(';').map((pair) => {
    const at = pair.indexOf('=')
    return [pair.slice(0, at).trim(), pair.slice(at + 1).trim()]
  })
}

function setCookie(baseUrl: string, name: string, value: string, age: number): string {
  const secure = baseUrl.startsWith('https:') ? '; Secure' : ''
  return `${name}=${value}; Path=/; Max-Age=${age}; HttpOnly; SameSite=Lax${secure}`
}

function nameOf(baseUrl: string, id: string): string {
  return `${baseUrl.startsWith('https:') ? '__Host-' : ''}punctual-${id}`
}
