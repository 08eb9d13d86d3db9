// What an account gave to a client: the unit of refresh, one for each client and account.

import { createHash } from 'node:crypto'

/** `live`: can be used or refreshed. `over`: only a person can bring it back. `closing`, `closed`: ended by us. */
export type GrantStatus = 'live' | 'over' | 'closing' | 'closed'

/** Why a grant is over. */
export type GrantEnd =
  /** A clear refusal, with nothing lost before. */
  | 'refused'
  /** Refused after an earlier answer had been lost: the rotated token may have been in it. */
  | 'outcome_unknown'
  /** The access token has ended and the provider never issued a refresh token. */
  | 'no_refresh_token'

/** Returns the id of the one grant of a client and an account. It is known before the grant is stored, so that its tokens can be sealed for its row. */
export function grantId(client: string, account: string): string {
  return `grant_${createHash('sha256').update(`${client}\n${account}`).digest('base64url').slice(0, 22)}`
}
