// Whose account a Cal.com grant is: the user's number, as a text.

import type { Account } from '../../core/connection.ts'
import { PunctualError } from '../../core/errors.ts'
import { membersOf } from '../../core/json.ts'
import type { ApiCall } from '../../core/provider.ts'
import type { TokenAnswer } from '../../core/tokens.ts'
import { notIdentified, parseAccount } from '../definition/account.ts'
import { meaning } from './quirks.ts'

/**
 * Reads `GET /v2/me`. The tokens themselves are opaque to a client.
 *
 * @throws {PunctualError} `provider_unavailable`, reason `not_identified`; `insufficient_scope` when the account may
 *   not be read.
 */
export async function identify(_answer: TokenAnswer, call: ApiCall): Promise<Account> {
  const me = await call('/v2/me')
  const missing = meaning(me)
  if (missing.kind === 'insufficient_scope') {
    throw new PunctualError(
      'insufficient_scope',
      'Cal.com does not allow the account to be read: the scope PROFILE_READ is missing.',
      {
        reason: 'not_identified',
        scopes: missing.scopes.length > 0 ? missing.scopes : ['PROFILE_READ'],
      },
    )
  }
  if (me.status !== 200) throw notIdentified('Cal.com', `GET /v2/me answered ${me.status}`, me)
  const { id, name, email, timeZone } = membersOf(membersOf(me.json).data)
  if (!Number.isSafeInteger(id)) throw notIdentified('Cal.com', 'GET /v2/me has no data.id')
  return parseAccount('Cal.com', { id: String(id), name, email, timeZone })
}
