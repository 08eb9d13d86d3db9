// `GET /v2/me`: the user of the token.

import type { Answer } from '../exchange.ts'
import type { CalcomCall, CalcomRoute } from './call.ts'
import { success } from './envelope.ts'

/** The endpoints of this resource. */
export const meRoutes: readonly CalcomRoute[] = [
  {
    ...{ method: 'GET', path: '/v2/me', guard: 'token', scope: 'PROFILE_READ', versions: 'any' },
    answer: readMe,
  },
]

function readMe({ account }: CalcomCall): Answer {
  if (account === null) throw new Error('GET /v2/me stands behind a guard')
  const { organizationId } = account
  return success({
    id: Number(account.id),
    username: account.username,
    email: account.email,
    name: account.name,
    avatarUrl: null,
    bio: null,
    timeFormat: account.timeFormat,
    defaultScheduleId: Number(account.id) * 10,
    weekStart: account.weekStart,
    timeZone: account.timeZone,
    organizationId,
    ...(organizationId === null ? {} : { organization: { isPlatform: false, id: organizationId } }),
  })
}
