// The connected person.

import type { Person } from '../../../core/scheduling/model.ts'
import type { CalendlyUser } from '../api/me.ts'

export function personOf(user: CalendlyUser): Person {
  return {
    id: user.uri,
    name: user.name,
    email: user.email,
    username: user.slug ?? null,
    timeZone: user.timezone,
    locale: user.locale ?? null,
    avatarUrl: user.avatar_url ?? null,
    bookingUrl: user.scheduling_url,
    provider: 'calendly',
    raw: user,
  }
}
