// Percent-encoding that says nothing: a "%" without two hexadecimal digits, or bytes that are not UTF-8. A router leaves such a
// text as it is and a parser of queries replaces it, so that another value would be looked for than the one that was sent.

import { ApiError } from './problem.ts'
import type { InputMistake } from './wording.ts'

const sentence = 'must be UTF-8, percent-encoded: write "%" itself as %25'

/**
 * `pattern`: the path of the route, such as `/v1/owners/{owner}`.
 *
 * @throws {ApiError} `invalid_argument` for each parameter, and for the query.
 */
export function assertWellFormed(pattern: string, address: string): void {
  const { pathname, search } = new URL(address)
  const segments = pathname.split('/')
  const parameters = pattern.split('/').flatMap((name, at): InputMistake[] => {
    if (!name.startsWith('{') || isWellFormed(segments[at] ?? '')) return []
    return [{ path: `path.${name.slice(1, -1)}`, sentence }]
  })
  const errors = isWellFormed(search) ? parameters : [...parameters, { path: 'query', sentence }]
  const [first] = errors
  if (first) throw new ApiError('invalid_argument', `${first.path} ${sentence}.`, { errors })
}

function isWellFormed(text: string): boolean {
  try {
    decodeURIComponent(text)
    return true
  } catch {
    return false
  }
}
