// Who is in an organization, and in which role. A person who is removed has a new organization of their own from then
// on, as its owner; tokens live on, so that the organization of an old token answer is stale.

import { type Answer, jsonAnswer } from '../../http/exchange.ts'
import type { CalendlyAccount } from '../../world/accounts.ts'
import { hex } from '../../world/seal.ts'
import type { World } from '../../world/world.ts'
import type { CalendlyCall, CalendlyRoute } from '../api/call.ts'
import { notFound, permissionDenied } from '../api/errors.ts'
import { page } from '../api/paging.ts'
import { requestedOrganization, requestedUser, wrongParameter } from '../api/requested-user.ts'
import { allMembers, isOwnerOrAdmin, membersOf } from '../resources/people.ts'
import { madeUpId, madeUpTimes, organizationUri, timestamp, uriOf, userUri } from '../resources/uris.ts'

const path = '/organization_memberships'

/** The endpoints of this resource. */
export const membershipRoutes: readonly CalendlyRoute[] = [
  { method: 'GET', path, scope: 'organizations:read', answer: listMemberships },
  { method: 'GET', path: `${path}/:uuid`, scope: 'organizations:read', answer: readMembership },
  { method: 'DELETE', path: `${path}/:uuid`, scope: 'organizations:write', answer: removeMember },
]

/** The roles in Calendly's words. */
const roles = { owner: 'owner', admin: 'admin', member: 'user' } as const

function listMemberships(call: CalendlyCall): Answer {
  const { world, exchange, account } = call
  const { query } = exchange
  const requested = query.has('organization') ? requestedOrganization(call) : { organization: account.organization }
  if ('refusal' in requested) return requested.refusal
  const whose = query.has('user') ? requestedUser(call) : null
  if (whose !== null && 'refusal' in whose) return whose.refusal
  const role = query.get('role')
  if (role !== null && !Object.values<string>(roles).includes(role)) {
    return wrongParameter(call, 'role', 'user, admin or owner')
  }
  const email = query.get('email')?.toLowerCase()
  const rows = membersOf(world, requested.organization)
    .filter((one) => whose === null || one.id === whose.user.id)
    .filter((one) => role === null || roles[one.role] === role)
    .filter((one) => email === undefined || one.email.toLowerCase() === email)
    .map((one) => membershipResource(world, one))
  return page(call, rows)
}

function readMembership(call: CalendlyCall): Answer {
  const { world, exchange, account } = call
  const member = findMember(call)
  if (member === undefined) return notFound(exchange, 'this membership does not exist')
  if (member.organization === account.organization) {
    return jsonAnswer(200, { resource: membershipResource(world, member) })
  }
  return permissionDenied(exchange, 'This user is not in your organization', 'the member is of another organization')
}

function removeMember(call: CalendlyCall): Answer {
  const { world, exchange, account } = call
  const member = findMember(call)
  if (member === undefined) return notFound(exchange, 'this membership does not exist')
  const refuse = (message: string, why: string): Answer => permissionDenied(exchange, message, why)
  if (!isOwnerOrAdmin(account, account.organization)) {
    return refuse('You do not have permission to perform this action', 'only owners and admins remove members')
  }
  if (member.organization !== account.organization) {
    return refuse('You cannot modify members from another organization', 'the member is of another organization')
  }
  if (member.role === 'owner') return refuse('You can not change owner role', 'an owner cannot be removed')
  if (member.id === account.id) {
    return refuse('You can not remove yourself from organization', 'the member is the caller')
  }
  const organization = hex(world.random(8)).toUpperCase()
  Object.assign(member, { organization, role: 'owner', group: null, teams: [] })
  world.changed()
  return { status: 204, headers: {}, body: '' }
}

function findMember({ world, params }: CalendlyCall): CalendlyAccount | undefined {
  return allMembers(world).find((one) => membershipIdOf(one) === params.uuid)
}

function membershipIdOf({ id, organization }: CalendlyAccount): string {
  return madeUpId(`membership of ${id} in ${organization}`)
}

/** The URI of a person's membership in the organization that the person is in. */
export function membershipUri(world: World, member: CalendlyAccount): string {
  return uriOf(world, 'organization_memberships', membershipIdOf(member))
}

/** A membership; its user has fewer fields than the user itself. */
export function membershipResource(world: World, member: CalendlyAccount): object {
  const created_at = timestamp(madeUpTimes.createdAt)
  const updated_at = timestamp(madeUpTimes.updatedAt)
  return {
    created_at,
    organization: organizationUri(world, member.organization),
    role: roles[member.role],
    updated_at,
    uri: membershipUri(world, member),
    user: {
      avatar_url: null,
      created_at,
      email: member.email,
      locale: member.locale,
      name: member.name,
      scheduling_url: `https://calendly.com/${member.slug}`,
      slug: member.slug,
      time_notation: member.timeNotation,
      timezone: member.timeZone,
      updated_at,
      uri: userUri(world, member.id),
    },
  }
}
