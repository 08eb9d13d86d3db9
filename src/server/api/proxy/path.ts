// Which path of the provider's API a request of the proxy asks for. Whatever two parsers of addresses may understand
// differently is refused here, before anything is sent. `connection.call` then refuses what is not below the API's base.

import { ApiError } from '../request/problem.ts'

const longestPath = 8192

/**
 * Returns the path and the query below the base of the provider's API, as they arrived.
 *
 * @throws {ApiError} `invalid_argument`
 */
export function proxiedPath(address: string): string {
  const [, path = '/', query = ''] = /\/v1\/connections\/[^/?#]+\/proxy(\/[^?#]*)?(\?[^#]*)?/.exec(address) ?? []
  const problem = problemOf(path) ?? (path.length + query.length > longestPath ? 'is too long' : null)
  if (problem === null) return path + query
  const sentence = `${problem}. Give the path below the base of the provider's API, as the provider documents it`
  throw new ApiError('invalid_argument', `The path behind /proxy ${sentence}.`, {
    errors: [{ path: 'path', sentence }],
  })
}

/** What is wrong with a path, as the rest of a sentence. */
function problemOf(path: string): string | null {
  if (/[\s\p{C}\\]/u.test(path)) return 'has white space, a control character or a backslash in it'
  const decoded = decode(path)
  if (decoded === null) return 'has a "%" that is not followed by two hexadecimal digits of a character'
  if (/%(?:2f|5c|25|00)/i.test(path)) return 'has an encoded slash, backslash, percent sign or NUL in it'
  if (/\p{Cc}/u.test(decoded)) return 'has an encoded control character in it'
  const [, first = '', ...rest] = decoded.split('/')
  // The last one is empty where the path ends with a slash.
  if ((first === '' && rest.length > 0) || rest.slice(0, -1).includes('')) return 'has an empty segment in it'
  if ([first, ...rest].some((segment) => /^\.\.?(;|$)/.test(segment))) return 'has a dot segment in it'
  if (/^[a-z][a-z0-9+.-]*:|@/i.test(first)) return 'begins like an address of its own'
  return null
}

function decode(path: string): string | null {
  try {
    return decodeURIComponent(path)
  } catch {
    return null
  }
}
