// The cookies that tie attempts to a browser: one for each attempt, so that several tabs do not collide. They go with every
// request to the host application, so they are removed when the attempt has ended, and their number is bounded.

import { attemptLifetimeMs } from '../records/attempts.ts'

/** Attempts that one browser may have open. */
const mostOpen = 10

/** Returns the `Set-Cookie` that gives a browser the nonce of an attempt. */
export function nonceCookie(baseUrl: string, attempt: string, nonce: string): string {
  return setCookie(baseUrl, nameOf(baseUrl, attempt), nonce, attemptLifetimeMs / 1000)
}

/** Returns the `Set-Cookie` that removes it. */
export function endedCookie(baseUrl: string, attempt: string): string {
  return setCookie(baseUrl, nameOf(baseUrl, attempt), '', 0)
}

/**
 * Returns the `Set-Cookie`s that remove the oldest cookies, where one more would be too many. Browsers send the oldest first
 * (RFC 6265, section 5.4).
 */
export function cookiesBeyondLimit(baseUrl: string, request: Request): string[] {
  const ours = cookiesOf(request).filter(([name]) => name.startsWith(nameOf(baseUrl, 'attempt_')))
  return ours.slice(0, Math.max(0, ours.length + 1 - mostOpen)).map(([name]) => setCookie(baseUrl, name, '', 0))
}

/** Returns the nonce that a browser shows for that attempt; empty if it shows none. */
export function shownNonce(baseUrl: string, attempt: string, request: Request): string {
  const name = nameOf(baseUrl, attempt)
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

function nameOf(baseUrl: string, attempt: string): string {
  return `${baseUrl.startsWith('https:') ? '__Host-' : ''}punctual-${attempt}`
}
