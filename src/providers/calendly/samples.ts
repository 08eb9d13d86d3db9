// Calls that show a Calendly account at work: they only read, and each needs one scope.

import type { Account } from '../../core/connection.ts'
import type { Sample } from '../../core/provider.ts'

/** References are whole URIs, in parameters too. */
const ofUser = ({ id }: Account): string => `user=${encodeURIComponent(id)}`

export const samples: readonly Sample[] = [
  { title: 'Profile', path: () => '/users/me', fields: ['name', 'email', 'scheduling_url', 'timezone'] },
  {
    title: 'Event types',
    path: (account) => `/event_types?${ofUser(account)}&count=100`,
    fields: ['name', 'duration', 'kind', 'active', 'scheduling_url'],
  },
]
