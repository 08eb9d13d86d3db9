// Groups of an organization, and who is in which. For owners and admins.

import { type Answer, jsonAnswer } from '../../http/exchange.ts'
import type { World } from '../../world/world.ts'
import type { CalendlyCall, CalendlyRoute } from '../api/call.ts'
import { notFound, permissionDenied } from '../api/errors.ts'
import { page } from '../api/paging.ts'
import { requestedOrganization } from '../api/requested-user.ts'
import { groupsOf, isOwnerOrAdmin, type MemberGroup, organizations } from '../resources/people.ts'
import { madeUpId, madeUpTimes, organizationUri, timestamp, uriOf } from '../resources/uris.ts'
import { membershipResource, membershipUri } from './memberships.ts'

const common = { method: 'GET', scope: 'groups:read' } as const

/** The endpoints of this resource. */
export const groupRoutes: readonly CalendlyRoute[] = [
  { ...common, path: '/groups', answer: listGroups },
  { ...common, path: '/groups/:uuid', answer: readGroup },
  { ...common, path: '/group_relationships', answer: listRelationships },
  { ...common, path: '/group_relationships/:uuid', answer: readRelationship },
]

function listGroups(call: CalendlyCall): Answer {
  const { world } = call
  const requested = requestedOrganization(call)
  if ('refusal' in requested) return requested.refusal
  const { organization } = requested
  const rows = groupsOf(world, organization).map((group) => groupResource(world, organization, group))
  return forOwners(call, organization, () => page(call, rows))
}

function readGroup(call: CalendlyCall): Answer {
  const { world, exchange, params } = call
  for (const organization of organizations(world)) {
    const group = groupsOf(world, organization).find((one) => one.id === params.uuid)
    if (group === undefined) continue
    const resource = groupResource(world, organization, group)
    return forOwners(call, organization, () => jsonAnswer(200, { resource }))
  }
  return notFound(exchange, 'this group does not exist')
}

function listRelationships(call: CalendlyCall): Answer {
  const { world, exchange, account } = call
  const { query } = exchange
  const requested = query.has('organization') ? requestedOrganization(call) : { organization: account.organization }
  if ('refusal' in requested) return requested.refusal
  const [group, owner] = [query.get('group'), query.get('owner')]
  const rows = relationshipsOf(world, requested.organization)
    .filter((one) => group === null || one.group === group)
    .filter((one) => owner === null || one.owner.uri === owner)
  return forOwners(call, requested.organization, () => page(call, rows))
}

function readRelationship(call: CalendlyCall): Answer {
  const { world, exchange, params } = call
  const uri = uriOf(world, 'group_relationships', params.uuid ?? '')
  for (const organization of organizations(world)) {
    const resource = relationshipsOf(world, organization).find((one) => one.uri === uri)
    if (resource !== undefined) return forOwners(call, organization, () => jsonAnswer(200, { resource }))
  }
  return notFound(exchange, 'this group relationship does not exist')
}

function forOwners({ exchange, account }: CalendlyCall, organization: string, answer: () => Answer): Answer {
  if (isOwnerOrAdmin(account, organization)) return answer()
  const message = 'You do not have permission to access this resource.'
  return permissionDenied(exchange, message, 'groups are for owners and admins of their organization')
}

function groupResource(world: World, organization: string, { id, name, members }: MemberGroup): object {
  return {
    created_at: timestamp(madeUpTimes.createdAt),
    member_count: members.length,
    name,
    organization: organizationUri(world, organization),
    updated_at: timestamp(madeUpTimes.updatedAt),
    uri: uriOf(world, 'groups', id),
  }
}

interface Relationship {
  readonly uri: string
  readonly group: string
  readonly owner: { readonly uri: string }
}

function relationshipsOf(world: World, organization: string): Relationship[] {
  return groupsOf(world, organization).flatMap((group) =>
    group.members.map((member) => ({
      created_at: timestamp(madeUpTimes.createdAt),
      group: uriOf(world, 'groups', group.id),
      organization: organizationUri(world, organization),
      owner: {
        ...membershipResource(world, member),
        type: 'OrganizationMembership',
        uri: membershipUri(world, member),
      },
      role: 'member',
      updated_at: timestamp(madeUpTimes.updatedAt),
      uri: uriOf(world, 'group_relationships', madeUpId(`${member.id} in ${group.id}`)),
    })),
  )
}
