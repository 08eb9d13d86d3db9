// `GET /v2/me`: the user of the token; `PATCH` changes what a person may change.

import type { Answer } from '../../http/exchange.ts'
import { textOf } from '../../http/json.ts'
import { isTimeZone } from '../../time/zone.ts'
import type { CalcomAccount } from '../../world/accounts.ts'
import { type CalcomCall, type CalcomRoute, ownerOf } from '../api/call.ts'
import { fieldsOf, invalidField } from '../api/fields.ts'
import { success } from '../api/success.ts'
import { defaultScheduleOf, weekDays } from '../resources/schedules-of.ts'

/** The endpoints of this resource. */
export const meRoutes: readonly CalcomRoute[] = [
  {
    method: 'GET',
    path: '/v2/me',
    guard: 'token',
    scope: 'PROFILE_READ',
    versions: 'any',
    answer: readMe,
  },
  {
    method: 'PATCH',
    path: '/v2/me',
    guard: 'token',
    scope: 'PROFILE_WRITE',
    versions: 'any',
    answer: changeMe,
  },
]

/** Ignores all other fields; the email address too, since a new one would have to be verified. */
function changeMe(call: CalcomCall): Answer {
  const { world, exchange } = call
  const account = ownerOf(call)
  const fields = fieldsOf(exchange)
  const next: Partial<CalcomAccount> = {}
  if (fields.name !== undefined) {
    const name = textOf(fields.name)
    if (name === null) return invalidField(exchange, fields, 'name', ['isString', 'must be a string'])
    next.name = name
  }
  if (fields.timeZone !== undefined) {
    if (!isTimeZone(fields.timeZone)) {
      return invalidField(exchange, fields, 'timeZone', ['isTimeZone', 'must be a valid IANA time-zone'])
    }
    next.timeZone = fields.timeZone
  }
  if (fields.timeFormat !== undefined) {
    if (fields.timeFormat !== 12 && fields.timeFormat !== 24) {
      return invalidField(exchange, fields, 'timeFormat', ['isEnum', 'must be one of the following values: 12, 24'])
    }
    next.timeFormat = fields.timeFormat
  }
  if (fields.weekStart !== undefined) {
    if (!weekDays.includes(String(fields.weekStart))) {
      const sentence = `must be one of the following values: ${weekDays.join(', ')}`
      return invalidField(exchange, fields, 'weekStart', ['isEnum', sentence])
    }
    next.weekStart = String(fields.weekStart)
  }
  Object.assign(account, next)
  world.changed()
  return readMe(call)
}

function readMe(call: CalcomCall): Answer {
  const { world } = call
  const account = ownerOf(call)
  const { organizationId } = account
  return success({
    id: Number(account.id),
    username: account.username,
    email: account.email,
    name: account.name,
    avatarUrl: null,
    bio: null,
    timeFormat: account.timeFormat,
    defaultScheduleId: defaultScheduleOf(world, account)?.id ?? null,
    weekStart: account.weekStart,
    timeZone: account.timeZone,
    locale: 'en',
    organizationId,
    ...(organizationId === null ? {} : { organization: { isPlatform: false, id: organizationId } }),
  })
}
