// Teams of an organization: people who share event types and a page. All members may read them.

import { type Answer, jsonAnswer } from '../../http/exchange.ts'
import type { World } from '../../world/world.ts'
import type { CalendlyCall, CalendlyRoute } from '../api/call.ts'
import { notFound, permissionDenied } from '../api/errors.ts'
import { page } from '../api/paging.ts'
import { requestedUser } from '../api/requested-user.ts'
import { type MemberGroup, organizations, teamsOf } from '../resources/people.ts'
import { organizationUri, uriOf } from '../resources/uris.ts'

const common = { method: 'GET', scope: 'organizations:read' } as const

/** The endpoints of this resource. */
export const teamRoutes: readonly CalendlyRoute[] = [
  { ...common, path: '/teams', answer: listTeams },
  { ...common, path: '/teams/:uuid', answer: readTeam },
]

function listTeams(call: CalendlyCall): Answer {
  const { world, exchange, account } = call
  const whose = exchange.query.has('user') ? requestedUser(call) : null
  if (whose !== null && 'refusal' in whose) return whose.refusal
  const rows = teamsOf(world, account.organization)
    .filter((team) => whose === null || team.members.includes(whose.user))
    .map((team) => teamResource(world, account.organization, team))
  return page(call, rows)
}

function readTeam({ world, exchange, account, params }: CalendlyCall): Answer {
  for (const organization of organizations(world)) {
    const team = teamsOf(world, organization).find((one) => one.id === params.uuid)
    if (team === undefined) continue
    if (organization === account.organization) {
      return jsonAnswer(200, { resource: teamResource(world, organization, team) })
    }
    const message = 'You do not have permission to access this resource.'
    return permissionDenied(exchange, message, 'the team is of another organization')
  }
  return notFound(exchange, 'this team does not exist')
}

function teamResource(world: World, organization: string, { id, name }: MemberGroup): object {
  const slug = name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')
  return {
    name,
    organization: organizationUri(world, organization),
    scheduling_url: `https://calendly.com/${slug}`,
    uri: uriOf(world, 'teams', id),
  }
}
