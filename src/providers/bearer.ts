// What an API's refusal of a bearer token means where the provider keeps to the standard.

import type { ApiAnswer, ApiMeaning } from '../core/provider.ts'

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
