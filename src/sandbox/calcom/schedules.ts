// `GET /v2/schedules`: one schedule a person, Monday to Friday from nine to five.

import type { CalcomAccount } from '../accounts.ts'
import type { Answer } from '../exchange.ts'
import type { CalcomCall, CalcomRoute } from './call.ts'
import { apiError, success } from './envelope.ts'

const common = { method: 'GET', guard: 'token', scope: 'SCHEDULE_READ', versions: ['2024-06-11'] } as const

/** The endpoints of this resource. */
export const scheduleRoutes: readonly CalcomRoute[] = [
  { ...common, path: '/v2/schedules', answer: (call) => success([scheduleOf(owner(call))]) },
  { ...common, path: '/v2/schedules/default', answer: (call) => success(scheduleOf(owner(call))) },
  { ...common, path: '/v2/schedules/:id', answer: readSchedule },
]

function readSchedule(call: CalcomCall): Answer {
  const schedule = scheduleOf(owner(call))
  if (call.params.id === String(schedule.id)) return success(schedule)
  const message = `Schedule with id ${call.params.id} not found`
  return apiError(call.exchange, 404, message, 'this person has no such schedule')
}

function owner({ account }: CalcomCall): CalcomAccount {
  if (account === null) throw new Error('schedules stand behind a guard')
  return account
}

function scheduleOf(account: CalcomAccount) {
  const days = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday']
  return {
    id: Number(account.id) * 10,
    ownerId: Number(account.id),
    name: 'Working hours',
    timeZone: account.timeZone,
    isDefault: true,
    availability: [{ days, startTime: '09:00', endTime: '17:00' }],
    overrides: [],
  }
}
