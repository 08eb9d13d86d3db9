// The connected person.

import type { Person } from '../../../core/scheduling/model.ts'
import type { CalcomUser } from '../api/me.ts'

/** Cal.com names no page of the person: the address depends on the organization and on the host. */
export function personOf(user: CalcomUser): Person {
  return {
    id: String(user.id),
    name: user.name ?? null,
    email: user.email,
    username: user.username,
    timeZone: user.timeZone,
    locale: user.locale ?? null,
    avatarUrl: user.avatarUrl ?? null,
    bookingUrl: null,
    provider: 'calcom',
    raw: user,
  }
}
