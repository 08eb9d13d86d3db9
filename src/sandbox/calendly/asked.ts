// The person that a query's `user` names: oneself, or a colleague.

import type { CalendlyAccount } from '../accounts.ts'
import { findAccount } from '../accounts.ts'
import type { Answer } from '../exchange.ts'
import type { CalendlyCall } from './call.ts'
import { uuidIn } from './call.ts'
import { invalidArgument, permissionDenied } from './errors.ts'

/** The named person; 400 in the words that were seen when the name is missing or no URI. */
export function userAsked({ world, exchange, account }: CalendlyCall): { user: CalendlyAccount } | { refusal: Answer } {
  const id = uuidIn(world, exchange.query.get('user') ?? '', 'users')
  if (id === null) {
    const detail = [{ message: 'invalid', parameter: 'user' }]
    return { refusal: invalidArgument(exchange, 'user is missing or is not a full resource URI of this API', detail) }
  }
  const user = findAccount(world.state.accounts, 'calendly', id)
  if (user?.provider === 'calendly' && user.id === id && user.organization === account.organization) return { user }
  const why = 'the user is not in the organization of the token'
  return { refusal: permissionDenied(exchange, 'This user is not in your organization', why) }
}
