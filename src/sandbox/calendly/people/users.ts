// Calendly's users. `me` is the token's own user; another user of the same organization may be read.

import { type Answer, jsonAnswer } from '../../http/exchange.ts'
import type { CalendlyAccount } from '../../world/accounts.ts'
import type { World } from '../../world/world.ts'
import type { CalendlyCall, CalendlyRoute } from '../api/call.ts'
import { notFound, permissionDenied } from '../api/errors.ts'
import { madeUpTimes, organizationUri, timestamp, userUri } from '../resources/uris.ts'

/** The endpoints of this resource. */
export const userRoutes: readonly CalendlyRoute[] = [
  { method: 'GET', path: '/users/:uuid', scope: 'users:read', answer: readUser },
]

function readUser({ world, exchange, account, params }: CalendlyCall): Answer {
  const uuid = params.uuid === 'me' ? account.id : (params.uuid ?? '')
  const known = world.state.accounts.find((one) => one.id === uuid && one.provider === 'calendly')
  if (known?.provider !== 'calendly') return notFound(exchange, 'this user does not exist')
  if (known.organization !== account.organization) {
    const message = 'You do not have permission to access this resource.'
    return permissionDenied(exchange, message, 'the user belongs to another organization')
  }
  return jsonAnswer(200, { resource: userResource(world, known) })
}

function userResource(world: World, user: CalendlyAccount): object {
  return {
    avatar_url: null,
    created_at: timestamp(madeUpTimes.createdAt),
    current_organization: organizationUri(world, user.organization),
    email: user.email,
    locale: user.locale,
    name: user.name,
    resource_type: 'User',
    scheduling_url: `https://calendly.com/${user.slug}`,
    slug: user.slug,
    time_notation: user.timeNotation,
    timezone: user.timeZone,
    updated_at: timestamp(madeUpTimes.updatedAt),
    uri: userUri(world, user.id),
  }
}
