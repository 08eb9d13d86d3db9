// What shows a Cal.com account at work: calls that only read. Each resource has its own `cal-api-version`; without it
// Cal.com answers in the shape of April 2024, and a version that a resource does not know is a 404.

import type { Sample } from '../../core/provider.ts'

export const samples: readonly Sample[] = [
  { title: 'Profile', path: () => '/v2/me', fields: ['name', 'username', 'email', 'timeZone'] },
  {
    title: 'Event types',
    path: () => '/v2/event-types',
    headers: { 'cal-api-version': '2024-06-14' },
    fields: ['title', 'slug', 'lengthInMinutes'],
  },
  {
    title: 'Schedules',
    path: () => '/v2/schedules',
    headers: { 'cal-api-version': '2024-06-11' },
    fields: ['name', 'timeZone', 'isDefault'],
  },
]
