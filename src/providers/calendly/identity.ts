// Whose account a Calendly grant is: the user's URI, exactly as Calendly writes it.

import type { Account } from '../../core/connection.ts'
import { membersOf } from '../../core/json.ts'
import type { ApiCall } from '../../core/provider.ts'
import type { TokenAnswer } from '../../core/tokens.ts'
import { notIdentified, parseAccount } from '../definition/account.ts'
import { meaning } from './quirks.ts'

/**
 * Reads `GET /users/me`. A person may decline `users:read`; then the token response's `owner` is the account's id,
 * without a name.
 *
 * @throws {PunctualError} `provider_unavailable`, reason `not_identified`.
 */
export async function identify(answer: TokenAnswer, call: ApiCall): Promise<Account> {
  const me = await call('/users/me')
  if (me.status === 200) {
    const { uri, name, email, timezone } = membersOf(membersOf(me.json).resource)
    if (typeof uri !== 'string' || uri === '') throw notIdentified('Calendly', 'GET /users/me has no resource.uri')
    return parseAccount('Calendly', { id: uri, name, email, timeZone: timezone })
  }
  if (meaning(me).kind !== 'insufficient_scope') {
    throw notIdentified('Calendly', `GET /users/me answered ${me.status}`, me)
  }
  const { owner } = answer.extra
  if (typeof owner === 'string' && owner !== '') return parseAccount('Calendly', { id: owner })
  throw notIdentified('Calendly', 'users:read was not granted and the token response names no owner')
}
