// Calls that show a Cal.com account at work: they only read.

import type { Sample } from '../../core/provider.ts'

export const samples: readonly Sample[] = [
  { title: 'Profile', path: () => '/v2/me', fields: ['name', 'username', 'email', 'timeZone'] },
  {
    title: 'Event types',
    path: () => '/v2/event-types',
    fields: ['title', 'slug', 'lengthInMinutes'],
  },
  {
    title: 'Schedules',
    path: () => '/v2/schedules',
    fields: ['name', 'timeZone', 'isDefault'],
  },
]
