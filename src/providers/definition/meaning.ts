// What a failed API call means according to the standard, and functions that definitions share.

import type { ApiAnswer, ApiMeaning, RefusalReason } from '../../core/provider.ts'

/**
 * 401: the token has ended. 403 with `error="insufficient_scope"`: these scopes are missing.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc6750#section-3.1 RFC 6750, section 3.1}
 */
export function bearerMeaning({ status, headers }: ApiAnswer): ApiMeaning {
  if (status === 401) return { kind: 'token_ended' }
  const challenge = headers.get('www-authenticate') ?? ''
  if (status !== 403 || parameter(challenge, 'error') !== 'insufficient_scope') return { kind: 'other' }
  return { kind: 'insufficient_scope', scopes: parameter(challenge, 'scope').split(' ').filter(Boolean) }
}

function parameter(challenge: string, name: string): string {
  const [, quoted, bare] =
    new RegExp(`(?:^|[\\s,])${name}\\s*=\\s*(?:"([^"]*)"|([^\\s,"]+))`, 'i').exec(challenge) ?? []
  return quoted ?? bare ?? ''
}

/** Returns whether a response is a page for a person. A JSON API never sends one. */
export function isPage(headers: Headers): boolean {
  return /^\s*text\/html\b/i.test(headers.get('content-type') ?? '')
}

/** The meaning of a call that the API understood and refused. */
export function refused(reason: RefusalReason): ApiMeaning {
  return { kind: 'refused', reason }
}
