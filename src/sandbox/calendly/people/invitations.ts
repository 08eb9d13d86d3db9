// Sends, lists, reads and deletes invitations to an organization. The sandbox sends no mail, so no invitation is
// accepted.

import { type Answer, jsonAnswer, type Refused } from '../../http/exchange.ts'
import type { InvitationRow } from '../../world/calendly-rows.ts'
import { ownProperty } from '../../world/own-property.ts'
import { uuid } from '../../world/seal.ts'
import type { World } from '../../world/world.ts'
import { bodyOf, type CalendlyCall, type CalendlyRoute } from '../api/call.ts'
import { apiError, invalidArgument, notFound, permissionDenied } from '../api/errors.ts'
import { page } from '../api/paging.ts'
import { readNewestFirst, wrongParameter } from '../api/requested-user.ts'
import { isOwnerOrAdmin, membersOf } from '../resources/people.ts'
import { organizationUri, timestamp } from '../resources/uris.ts'

const path = '/organizations/:organization/invitations'

/** The endpoints of this resource. */
export const invitationRoutes: readonly CalendlyRoute[] = [
  { method: 'GET', path, scope: 'organizations:read', answer: listInvitations },
  { method: 'POST', path, scope: 'organizations:write', answer: invite },
  { method: 'GET', path: `${path}/:uuid`, scope: 'organizations:read', answer: readInvitation },
  { method: 'DELETE', path: `${path}/:uuid`, scope: 'organizations:write', answer: takeBack },
]

const noAccess = 'You do not have permission to access this resource.'

function listInvitations(call: CalendlyCall): Answer {
  const { world, exchange, account } = call
  const refused = refuse(call, noAccess)
  if (refused !== null) return refused
  const turned = readNewestFirst(call)
  if (typeof turned !== 'boolean') return turned.refusal
  const status = exchange.query.get('status')
  if (status !== null && !['pending', 'accepted', 'declined'].includes(status)) {
    return wrongParameter(call, 'status', 'pending, accepted or declined')
  }
  const email = exchange.query.get('email')?.toLowerCase()
  const rows = (status === null || status === 'pending' ? pendingOf(world, account.organization) : [])
    .filter((row) => email === undefined || row.email.toLowerCase() === email)
    .sort((a, b) => (a.createdAt - b.createdAt) * (turned ? -1 : 1))
    .map((row) => invitationResource(world, row))
  return page(call, rows)
}

function invite(call: CalendlyCall): Answer {
  const { world, exchange, account } = call
  const refused = refuse(call, 'You do not have permission')
  if (refused !== null) return refused
  const email = bodyOf(exchange)?.email
  if (typeof email !== 'string' || email === '') {
    return invalidArgument(exchange, 'email is missing', [{ parameter: 'email', message: 'must be filled' }])
  }
  const wrong = (title: string, message: string): Answer =>
    apiError(exchange, { status: 400, title, message, why: message })
  if (!/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email)) return wrong('Invalid Email', `${email} is an invalid email format`)
  const isSame = (other: { email: string }): boolean => other.email.toLowerCase() === email.toLowerCase()
  if (membersOf(world, account.organization).some(isSame)) {
    return wrong('Already Organization Member', `${email} is already in the organization`)
  }
  if (pendingOf(world, account.organization).some(isSame)) {
    return wrong('Already Invited', `${email} has already been invited`)
  }
  const row = { id: uuid(world.random(16)), organization: account.organization, email, createdAt: exchange.now }
  world.state.calendly.invitations[row.id] = row
  world.changed()
  return jsonAnswer(201, { resource: invitationResource(world, row) })
}

function readInvitation(call: CalendlyCall): Answer {
  const found = find(call)
  return 'refusal' in found ? found.refusal : jsonAnswer(200, { resource: invitationResource(call.world, found.row) })
}

function takeBack(call: CalendlyCall): Answer {
  const found = find(call)
  if ('refusal' in found) return found.refusal
  delete call.world.state.calendly.invitations[found.row.id]
  call.world.changed()
  return { status: 204, headers: {}, body: '' }
}

function find(call: CalendlyCall): { row: InvitationRow } | Refused {
  const { world, exchange, account, params } = call
  const refusal = refuse(call, noAccess)
  if (refusal !== null) return { refusal }
  const row = ownProperty(world.state.calendly.invitations, params.uuid)
  if (row === undefined) return { refusal: notFound(exchange, 'this invitation does not exist') }
  if (row.organization === account.organization) return { row }
  const why = 'the invitation is not of this organization'
  return { refusal: permissionDenied(exchange, 'You do not have permission', why) }
}

/** For owners and admins of the organization in the path. */
function refuse({ world, exchange, account, params }: CalendlyCall, message: string): Answer | null {
  const organization = params.organization ?? ''
  if (isOwnerOrAdmin(account, organization)) return null
  if (membersOf(world, organization).length === 0) return notFound(exchange, 'this organization does not exist')
  return permissionDenied(exchange, message, 'only owners and admins of the organization may do this')
}

function pendingOf(world: World, organization: string): InvitationRow[] {
  return Object.values(world.state.calendly.invitations).filter((row) => row.organization === organization)
}

function invitationResource(world: World, row: InvitationRow): object {
  const organization = organizationUri(world, row.organization)
  return {
    created_at: timestamp(row.createdAt),
    email: row.email,
    last_sent_at: timestamp(row.createdAt),
    organization,
    status: 'pending',
    updated_at: timestamp(row.createdAt),
    uri: `${organization}/invitations/${row.id}`,
  }
}
