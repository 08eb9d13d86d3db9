// Calendly's organizations: a user has exactly one at a time, and only its people may read it.

import { type Answer, jsonAnswer } from '../../http/exchange.ts'
import type { CalendlyAccount } from '../../world/accounts.ts'
import { digest } from '../../world/seal.ts'
import type { CalendlyCall, CalendlyRoute } from '../api/call.ts'
import { notFound, permissionDenied } from '../api/errors.ts'
import { membersOf, planOf } from '../resources/people.ts'
import { madeUpTimes, organizationUri, timestamp } from '../resources/uris.ts'

/** The endpoints of this resource. */
export const organizationRoutes: readonly CalendlyRoute[] = [
  { method: 'GET', path: '/organizations/:uuid', scope: 'organizations:read', answer: readOrganization },
]

/** `basic` and `free`, `standard` and `paid` have been seen together; the others follow their names. */
const plans: Readonly<Record<CalendlyAccount['plan'], { plan: string; stage: string }>> = {
  free: { plan: 'basic', stage: 'free' },
  trial: { plan: 'standard', stage: 'trial' },
  paid: { plan: 'standard', stage: 'paid' },
  enterprise: { plan: 'enterprise', stage: 'paid' },
}

function readOrganization({ world, exchange, account, params }: CalendlyCall): Answer {
  const id = params.uuid ?? ''
  const [first, ...others] = membersOf(world, id)
  if (first === undefined) return notFound(exchange, 'this organization does not exist')
  if (id !== account.organization) {
    const message = 'You do not have permission to access this resource.'
    return permissionDenied(exchange, message, 'the organization is not the one of the token')
  }
  const { plan, stage } = plans[planOf(world, id)]
  const resource = {
    created_at: timestamp(madeUpTimes.createdAt),
    id: 10_000_000 + (Number.parseInt(digest(id).slice(0, 8), 16) % 90_000_000),
    kind: others.length > 0 ? 'multiple' : 'single',
    name: others.length > 0 ? 'Northwind Studio' : first.name,
    plan,
    stage,
    updated_at: timestamp(madeUpTimes.updatedAt),
    uri: organizationUri(world, id),
  }
  return jsonAnswer(200, { resource })
}
