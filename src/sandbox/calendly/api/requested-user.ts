// Reads from a query which person or organization is requested, and in which order.

import type { Answer, Refused } from '../../http/exchange.ts'
import type { CalendlyAccount } from '../../world/accounts.ts'
import { allMembers } from '../resources/people.ts'
import { uuidIn } from '../resources/uris.ts'
import type { CalendlyCall } from './call.ts'
import { invalidArgument, permissionDenied } from './errors.ts'

/** The named person; 400 in the words that were seen when the name is missing or no URI. */
export function requestedUser({ world, exchange, account }: CalendlyCall): { user: CalendlyAccount } | Refused {
  const id = uuidIn(world, exchange.query.get('user') ?? '', 'users')
  if (id === null) {
    const detail = [{ message: 'invalid', parameter: 'user' }]
    return { refusal: invalidArgument(exchange, 'user is missing or is not a full resource URI of this API', detail) }
  }
  const user = allMembers(world).find((one) => one.id === id && one.organization === account.organization)
  if (user !== undefined) return { user }
  const why = 'the user is not in the organization of the token'
  return { refusal: permissionDenied(exchange, 'This user is not in your organization', why) }
}

/** Returns the caller's own organization, which the query must name. */
export function requestedOrganization(call: CalendlyCall): { organization: string } | Refused {
  const { world, exchange, account } = call
  const given = exchange.query.get('organization')
  const id = uuidIn(world, given ?? '', 'organizations')
  if (id === null) return { refusal: wrongParameter(call, 'organization', 'a full resource URI of this API') }
  if (id === account.organization) return { organization: id }
  const message = 'You do not have permission to access this resource.'
  return { refusal: permissionDenied(exchange, message, 'the organization is not the one of the token') }
}

/** 400 for one parameter of the query. */
export function wrongParameter({ exchange }: CalendlyCall, parameter: string, wanted: string): Answer {
  const isThere = exchange.query.has(parameter)
  const why = `${parameter} is ${isThere ? 'not' : 'missing; it must be'} ${wanted}`
  return invalidArgument(exchange, why, [{ parameter, message: isThere ? 'is invalid' : 'is missing' }])
}

/** Whether the list is requested newest first by `created_at`; a refusal for any other order. */
export function readNewestFirst(call: CalendlyCall): boolean | Refused {
  const sort = call.exchange.query.get('sort') ?? 'created_at:asc'
  if (sort === 'created_at:asc' || sort === 'created_at:desc') return sort === 'created_at:desc'
  return { refusal: wrongParameter(call, 'sort', 'created_at:asc or created_at:desc') }
}
