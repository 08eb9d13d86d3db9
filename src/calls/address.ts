// Where a call may go: the provider's API and nowhere else. Any other address is refused here, before anything is sent.

import { argumentError } from '../core/check.ts'
import type { PunctualError } from '../core/errors.ts'

/**
 * Returns the address of an API path: relative to the API's base, or absolute on it.
 *
 * @throws {PunctualError} `invalid_argument` for any other address.
 */
export function resolveApi(apiBase: string, path: string | URL, place = 'fetch'): URL {
  const text = String(path)
  const url = isPlain(text) ? parse(apiBase, text) : null
  if (url && isInside(url, baseOf(apiBase)) && !hasHiddenDots(url)) return url
  throw refused(place, apiBase)
}

/** Returns the path of such an address below the API's base, query included. */
export function pathBelow(apiBase: string, url: URL): string {
  return url.href.slice(apiBase.length).replace(/#.*$/s, '')
}

/** No white space, control characters and backslashes: address parsers disagree on what they mean. */
function isPlain(text: string): boolean {
  return !/[\s\\\p{C}]/u.test(text) && !text.startsWith('//')
}

function parse(apiBase: string, text: string): URL | null {
  if (/^[a-z][a-z0-9+.-]*:/i.test(text)) return URL.parse(text)
  return text.startsWith('/') ? URL.parse(`${apiBase}${text}`) : null
}

/** The base that was looked at last: a process has one or two. */
let lastBase = { apiBase: '', base: '' }

/** The base as an address is written out, with a slash at the end. */
function baseOf(apiBase: string): string {
  if (lastBase.apiBase !== apiBase) {
    const { origin, pathname } = new URL(apiBase)
    lastBase = { apiBase, base: origin + pathname.replace(/\/?$/, '/') }
  }
  return lastBase.base
}

/** Written out, an address has its user before its host, so a user cannot hide in it. */
function isInside({ href }: URL, base: string): boolean {
  return href.startsWith(base) || `${href.replace(/[?#].*$/s, '')}/` === base
}

/**
 * Plain `..` has been resolved by now. What is left is hidden behind encoded slashes, for a server that decodes them.
 */
function hasHiddenDots(url: URL): boolean {
  let path = url.pathname
  for (let depth = 0; depth < 4 && path.includes('%'); depth++)
    path = path.replace(/%(25|2e|2f|5c)/gi, decodeURIComponent)
  return /(^|[/\\])\.\.?([/\\;]|$)/.test(path)
}

function refused(place: string, apiBase: string): PunctualError {
  return argumentError(
    place,
    `path must begin with one "/" and stay below ${apiBase}, or be an address there. The token is sent nowhere else`,
  )
}
