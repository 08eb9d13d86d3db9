// Deletion of invitees' data, for an Enterprise organization.

import { type Answer, jsonAnswer } from '../../http/exchange.ts'
import { bodyOf, type CalendlyCall, type CalendlyRoute } from '../api/call.ts'
import { invalidArgument } from '../api/errors.ts'
import { refuseWithoutEnterprise } from './enterprise.ts'

/** The endpoints of this resource. */
export const dataComplianceRoutes: readonly CalendlyRoute[] = [
  {
    method: 'POST',
    path: '/data_compliance/deletion/invitees',
    scope: 'data_compliance:write',
    answer: deleteInvitees,
  },
]

/** Accepted, and nothing changes here: deletion may take seven days, and what then remains of a meeting is not known. */
function deleteInvitees(call: CalendlyCall): Answer {
  const { exchange } = call
  const message =
    'You must be an admin/owner with the data requests permission enabled to use this resource. Contact Calendly support and ask them to grant you data requests permission.'
  const denied = refuseWithoutEnterprise(call, message)
  if (denied !== null) return denied
  const emails = bodyOf(exchange)?.emails
  const isList = Array.isArray(emails) && emails.length > 0
  if (isList && emails.every((one) => typeof one === 'string' && /^[^\s@]+@[^\s@]+$/.test(one))) {
    return jsonAnswer(202, {})
  }
  const detail = [{ parameter: 'emails', message: emails === undefined ? 'is missing' : 'is invalid' }]
  return invalidArgument(exchange, 'emails is not a list of email addresses', detail)
}
