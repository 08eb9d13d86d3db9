// `GET /v2/teams`: the teams that the caller is an owner or admin of. All but their number is invented.

import { assumedScope, type CalcomRoute, ownerOf } from '../api/call.ts'
import { success } from '../api/success.ts'

/** The endpoint of this resource. */
export const teamRoutes: readonly CalcomRoute[] = [
  {
    method: 'GET',
    path: '/v2/teams',
    guard: 'token',
    versions: 'any',
    scope: assumedScope('TEAM_PROFILE_READ'),
    answer: (call) => success(ownerOf(call).teams.map(teamResource)),
  },
]

function teamResource(id: number): object {
  return {
    id,
    parentId: null,
    name: `Team ${id}`,
    slug: `team-${id}`,
    isOrganization: false,
    isPrivate: false,
    logoUrl: null,
    calVideoLogo: null,
    appLogo: null,
    appIconLogo: null,
    bannerUrl: null,
    bio: null,
    hideBranding: false,
    hideBookATeamMember: false,
    theme: null,
    brandColor: null,
    darkBrandColor: null,
    timeFormat: null,
    timeZone: 'Europe/London',
    weekStart: 'Sunday',
  }
}
