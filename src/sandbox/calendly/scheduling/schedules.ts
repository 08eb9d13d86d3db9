// Calendly's availability schedules: one a person, Monday to Friday from nine to five.

import { type Answer, jsonAnswer } from '../../http/exchange.ts'
import { hours } from '../../time/availability.ts'
import type { CalendlyAccount } from '../../world/accounts.ts'
import type { World } from '../../world/world.ts'
import type { CalendlyCall, CalendlyRoute } from '../api/call.ts'
import { notFound, permissionDenied } from '../api/errors.ts'
import { requestedUser } from '../api/requested-user.ts'
import { scheduleIdOf } from '../resources/event-types-of.ts'
import { uriOf, userUri } from '../resources/uris.ts'

const common = { method: 'GET', scope: 'availability:read' } as const

/** The endpoints of this resource. */
export const availabilityScheduleRoutes: readonly CalendlyRoute[] = [
  { ...common, path: '/user_availability_schedules', answer: listSchedules },
  { ...common, path: '/user_availability_schedules/:uuid', answer: readSchedule },
]

function listSchedules(call: CalendlyCall): Answer {
  const requested = requestedUser(call)
  return 'refusal' in requested
    ? requested.refusal
    : jsonAnswer(200, { collection: [scheduleOf(call.world, requested.user)] })
}

function readSchedule({ world, exchange, account, params }: CalendlyCall): Answer {
  const owner = world.state.accounts.find((one) => one.provider === 'calendly' && scheduleIdOf(one.id) === params.uuid)
  if (owner?.provider !== 'calendly') return notFound(exchange, 'this schedule does not exist')
  if (owner.organization === account.organization) return jsonAnswer(200, { resource: scheduleOf(world, owner) })
  const message = 'You do not have permission to access this resource.'
  return permissionDenied(exchange, message, 'the schedule belongs to another organization')
}

function scheduleOf(world: World, user: CalendlyAccount): object {
  const days = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday']
  return {
    default: true,
    name: 'Working hours',
    rules: days.map((wday, at) => ({
      intervals: (hours.days as readonly number[]).includes(at) ? [{ from: hours.from, to: hours.to }] : [],
      type: 'wday',
      wday,
    })),
    timezone: user.timeZone,
    uri: uriOf(world, 'user_availability_schedules', scheduleIdOf(user.id)),
    user: userUri(world, user.id),
  }
}
