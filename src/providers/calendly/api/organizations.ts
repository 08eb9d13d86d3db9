// Users and organizations. A user is in one organization at a time and may move, so that which one it is gets read when
// it is needed, and never kept.

import { z } from 'zod'
import type { ApiCaller, Pages } from '../../../core/calls.ts'
import { type CallOptions, callApi } from '../../api/call.ts'
import { type ListOptions, list } from '../../api/list.ts'
import { checkArgument, checkParameters, email, oneOf, parameters } from '../../api/parameters.ts'
import { maybe, type Open, shapeOf } from '../../api/shape.ts'
import { withOrganization } from './current-organization.ts'
import { resource } from './envelope.ts'
import { callAt, organizationUri, userUri } from './references.ts'
import { pageSize } from './scheduled-events.ts'

/** @see {@link https://developer.calendly.com/api-docs Calendly's API reference}, "User" */
export interface CalendlyUser {
  readonly uri: string
  readonly name: string
  readonly email: string
  /** The page where others book. */
  readonly scheduling_url: string
  /** IANA name. */
  readonly timezone: string
  /** The organization's URI. It changes when the person moves. */
  readonly current_organization: string
  readonly slug?: string | null
  readonly avatar_url?: string | null
  /** `12h` or `24h`. */
  readonly time_notation?: string | null
  readonly locale?: string | null
  readonly created_at?: string | null
  readonly updated_at?: string | null
}

export interface CalendlyOrganization {
  readonly uri: string
  readonly name?: string | null
  readonly plan?: string | null
  readonly stage?: string | null
  readonly kind?: string | null
  readonly created_at?: string | null
  readonly updated_at?: string | null
}

/** @see {@link https://developer.calendly.com/api-docs Calendly's API reference}, "Organization Membership" */
export interface CalendlyMembership {
  readonly uri: string
  readonly role: Open<'user' | 'admin' | 'owner'>
  readonly organization: string
  readonly user: {
    readonly uri: string
    readonly name: string
    readonly email: string
    readonly scheduling_url?: string | null
    readonly timezone?: string | null
  }
  readonly created_at?: string | null
  readonly updated_at?: string | null
}

/** @see {@link https://developer.calendly.com/api-docs Calendly's API reference}, "Team" */
export interface CalendlyTeam {
  readonly uri: string
  readonly name: string
  readonly organization: string
  readonly scheduling_url: string
}

export interface CalendlyMembershipsQuery {
  /** Default: the connection's own user, unless `organization` is given. */
  readonly user?: string | undefined
  readonly organization?: string | undefined
  readonly email?: string | undefined
  readonly role?: 'user' | 'admin' | 'owner' | undefined
  /** Items a page, 1 to 100. */
  readonly count?: number | undefined
}

export interface CalendlyTeamsQuery {
  /** Only teams that this user is in. */
  readonly user?: string | undefined
  /** Items a page, 1 to 100. */
  readonly count?: number | undefined
}

export interface PeopleCalls {
  /** The connection's own user. Scope `users:read`. */
  me(options?: CallOptions): Promise<CalendlyUser>
  /** A user of the same organization. Scope `users:read`. */
  user(uri: string, options?: CallOptions): Promise<CalendlyUser>
  /** An organization; the user's current one unless named. Scope `organizations:read`, and `users:read` if not named. */
  organization(uri?: string, options?: CallOptions): Promise<CalendlyOrganization>
  /** Who is in an organization, and in which role. Scope `organizations:read`. */
  organizationMemberships(query?: CalendlyMembershipsQuery, options?: ListOptions): Pages<CalendlyMembership>
  /** The teams of the user's organization. Scope `organizations:read`. */
  teams(query?: CalendlyTeamsQuery, options?: ListOptions): Pages<CalendlyTeam>
}

const maybeText = maybe(z.string())

const user = shapeOf<CalendlyUser>({
  uri: z.string(),
  name: z.string(),
  email: z.string(),
  scheduling_url: z.string(),
  timezone: z.string(),
  current_organization: z.string(),
  slug: maybeText,
  avatar_url: maybeText,
  time_notation: maybeText,
  locale: maybeText,
  created_at: maybeText,
  updated_at: maybeText,
})

const organization = shapeOf<CalendlyOrganization>({
  uri: z.string(),
  name: maybeText,
  plan: maybeText,
  stage: maybeText,
  kind: maybeText,
  created_at: maybeText,
  updated_at: maybeText,
})

const membership = shapeOf<CalendlyMembership>({
  uri: z.string(),
  role: z.string(),
  organization: z.string(),
  user: shapeOf<CalendlyMembership['user']>({
    uri: z.string(),
    name: z.string(),
    email: z.string(),
    scheduling_url: maybeText,
    timezone: maybeText,
  }),
  created_at: maybeText,
  updated_at: maybeText,
})

const team = shapeOf<CalendlyTeam>({
  uri: z.string(),
  name: z.string(),
  organization: z.string(),
  scheduling_url: z.string(),
})

const membershipsQuery = parameters<CalendlyMembershipsQuery>({
  user: userUri.optional(),
  organization: organizationUri.optional(),
  email: email.optional(),
  role: oneOf('user', 'admin', 'owner').optional(),
  count: pageSize,
})

const teamsQuery = parameters<CalendlyTeamsQuery>({ user: userUri.optional(), count: pageSize })

export function peopleCalls(api: ApiCaller): PeopleCalls {
  return {
    me: (options) => callApi(api, { place: 'calendly.me', path: '/users/me', shape: resource(user) }, options),
    user: (uri, options) => callAt(api, userUri, uri, { place: 'calendly.user', shape: resource(user) }, options),
    async organization(uri, options) {
      const place = 'calendly.organization'
      const named = uri === undefined ? undefined : checkArgument(place, 'uri', organizationUri, uri)
      const read = (path: string) => callApi(api, { place, path, shape: resource(organization) }, options)
      return withOrganization(api, place, named, read, options)
    },
    organizationMemberships(given, options) {
      const place = 'calendly.organizationMemberships'
      const query = checkParameters(place, membershipsQuery, given)
      if (query.user === undefined && query.organization === undefined) query.user = api.account.id
      return list(api, { place, path: '/organization_memberships', query, item: membership }, options)
    },
    teams(given, options) {
      const place = 'calendly.teams'
      const query = checkParameters(place, teamsQuery, given)
      return list(api, { place, path: '/teams', query, item: team }, options)
    },
  }
}
