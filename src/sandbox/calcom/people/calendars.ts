// Cal.com's calendars and conferencing apps: in the sandbox none is connected.

import type { Answer } from '../../http/exchange.ts'
import type { CalcomCall, CalcomRoute } from '../api/call.ts'
import { invalidField, timeOf } from '../api/fields.ts'
import { success } from '../api/success.ts'

const common = { method: 'GET', guard: 'token', versions: 'any' } as const
const ofCalendars = {
  ...common,
  scope: ({ calcomCalendarsScope: scope }) => (scope === 'none' ? null : scope),
} satisfies Partial<CalcomRoute>

/** The endpoints of these resources. */
export const calendarRoutes: readonly CalcomRoute[] = [
  {
    ...ofCalendars,
    path: '/v2/calendars',
    answer: () => success({ connectedCalendars: [], destinationCalendar: {} }),
  },
  { ...ofCalendars, path: '/v2/calendars/busy-times', answer: busyTimes },
  { ...common, path: '/v2/conferencing', scope: 'APPS_READ', answer: () => success([]) },
]

/** No calendar is connected, so none is busy. */
function busyTimes({ exchange }: CalcomCall): Answer {
  const fields = Object.fromEntries(exchange.query)
  const wrong = ['dateFrom', 'dateTo'].find((name) => timeOf(fields[name]) === null)
  if (wrong === undefined) return success([])
  return invalidField(exchange, fields, wrong, ['isDateString', 'must be a valid ISO 8601 date string'])
}
