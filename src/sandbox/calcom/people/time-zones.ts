// `GET /v2/timezones`: cities and their zones, without a token. The platform knows the zones; a city is a zone's last
// word.

import type { CalcomRoute } from '../api/call.ts'
import { success } from '../api/success.ts'

/** The endpoint of this resource. */
export const timeZoneRoutes: readonly CalcomRoute[] = [
  {
    method: 'GET',
    path: '/v2/timezones',
    guard: 'open',
    scope: null,
    versions: 'any',
    answer: () => success(Intl.supportedValuesOf('timeZone').map((timezone) => ({ city: cityOf(timezone), timezone }))),
  },
]

function cityOf(zone: string): string {
  return (zone.split('/').at(-1) ?? zone).replaceAll('_', ' ')
}
