// Lists the recorded requests, newest last, and deletes them.

import { jsonAnswer } from '../http/exchange.ts'
import type { ControlRoute } from './call.ts'

/** The endpoints of the record. */
export const requestRoutes: readonly ControlRoute[] = [
  {
    method: 'GET',
    path: '/control/requests',
    answer: ({ journal }) => jsonAnswer(200, { requests: journal.list() }),
  },
  {
    method: 'DELETE',
    path: '/control/requests',
    answer: ({ journal }) => {
      journal.clear()
      return jsonAnswer(200, { requests: [] })
    },
  },
]
