// What only an organization with the Enterprise plan may use.

import type { Answer } from '../../http/exchange.ts'
import type { CalendlyCall } from '../api/call.ts'
import { permissionDenied } from '../api/errors.ts'
import { isOwnerOrAdmin, planOf } from '../resources/people.ts'

/** Refuses without the Enterprise plan, and with `message` a caller who is neither owner nor admin. */
export function refuseWithoutEnterprise({ world, exchange, account }: CalendlyCall, message: string): Answer | null {
  if (planOf(world, account.organization) !== 'enterprise') {
    const plan = 'Please upgrade your Calendly account to Enterprise.'
    return permissionDenied(exchange, plan, 'the owner of the organization does not have the plan "enterprise"')
  }
  return isOwnerOrAdmin(account, account.organization)
    ? null
    : permissionDenied(exchange, message, 'only owners and admins of the organization may do this')
}
