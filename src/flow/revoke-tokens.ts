// Revokes the tokens of a set that no grant uses.

import type { Client } from '../core/provider.ts'
import type { TokenSet } from '../core/tokens.ts'
import { type RevocationOutcome, revoke } from '../oauth/revoke.ts'
import type { Transport } from '../oauth/transport.ts'

/** Revokes the refresh token of a set, or its access token where there is no refresh token. */
export function revokeTokens(transport: Transport, client: Client, set: TokenSet): Promise<RevocationOutcome> {
  const [token, hint] = set.refreshToken
    ? [set.refreshToken, 'refresh_token' as const]
    : [set.accessToken, 'access_token' as const]
  return revoke(transport, client, { token, hint })
}
