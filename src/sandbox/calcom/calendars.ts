// `GET /v2/calendars`: nobody in the sandbox has connected one.

import type { CalcomRoute } from './call.ts'
import { success } from './envelope.ts'

/** The endpoints of this resource. */
export const calendarRoutes: readonly CalcomRoute[] = [
  {
    ...{ method: 'GET', path: '/v2/calendars', guard: 'token', versions: 'any' },
    scope: ({ calcomCalendarsScope: scope }) => (scope === 'none' ? null : scope),
    answer: () => success({ connectedCalendars: [], destinationCalendar: null }),
  },
]
