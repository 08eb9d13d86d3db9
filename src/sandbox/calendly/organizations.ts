// Calendly's organizations: a user has exactly one at a time, and only its people may read it.

import type { Answer } from '../exchange.ts'
import { jsonAnswer } from '../exchange.ts'
import type { CalendlyCall, CalendlyRoute } from './call.ts'
import { timestamp } from './call.ts'
import { notFound, permissionDenied } from './errors.ts'
import { organizationUri } from './tokens.ts'

/** The endpoints of this resource. */
export const organizationRoutes: readonly CalendlyRoute[] = [
  { method: 'GET', path: '/organizations/:uuid', scope: 'organizations:read', answer: readOrganization },
]

function readOrganization({ world, exchange, account, params }: CalendlyCall): Answer {
  const people = world.state.accounts.filter((one) => one.provider === 'calendly' && one.organization === params.uuid)
  const first = people[0]
  if (first?.provider !== 'calendly') return notFound(exchange, 'there is no such organization')
  if (first.organization !== account.organization) {
    const message = 'You do not have permission to access this resource.'
    return permissionDenied(exchange, message, 'the organization is not the one of the token')
  }
  const resource = {
    created_at: timestamp(Date.UTC(2024, 0, 2, 3, 4, 5, 678)),
    // `paid` and `single` are among the few values that anybody has seen; what separates them is not known.
    kind: people.length > 1 ? 'paid' : 'single',
    name: people.length > 1 ? 'Northwind Studio' : first.name,
    plan: account.plan === 'free' ? 'basic' : 'standard',
    resource_type: 'Organization',
    stage: account.plan === 'free' ? 'free' : 'paid',
    updated_at: timestamp(Date.UTC(2026, 7, 7, 6, 5, 4, 321)),
    uri: organizationUri(world, first.organization),
  }
  return jsonAnswer(200, { resource })
}
