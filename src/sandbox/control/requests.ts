// Lists the recorded requests, newest last, with a filter; and deletes them.

import { type Answer, jsonAnswer } from '../http/exchange.ts'
import type { ControlCall, ControlRoute } from './call.ts'
import { filterRequests, readFilter } from './request-filter.ts'

/** The endpoints of the record. */
export const requestRoutes: readonly ControlRoute[] = [
  {
    method: 'GET',
    path: '/control/requests',
    answer: ({ journal, exchange }) =>
      jsonAnswer(200, { requests: filterRequests(journal.list(), readFilter(exchange.query)) }),
  },
  { method: 'DELETE', path: '/control/requests', answer: clear },
  { method: 'POST', path: '/control/requests/clear', answer: clear },
]

function clear({ journal }: ControlCall): Answer {
  journal.clear()
  return jsonAnswer(200, { requests: [] })
}
