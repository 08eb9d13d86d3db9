// Organizations: their members and teams. A user is in one organization at a time and may move, so the current one is
// read when it is needed and never kept.

import { z } from 'zod'
import type { ApiCaller, Pages } from '../../../core/calls.ts'
import { type CallOptions, callApi } from '../../api/call.ts'
import { type ListOptions, list } from '../../api/list.ts'
import { once } from '../../api/once.ts'
import { checkArgument, checkParameters, email, oneOf, parameters } from '../../api/parameters.ts'
import { maybeText, type Open, shapeOf } from '../../api/shape.ts'
import { withOrganization } from './current-organization.ts'
import { resource } from './envelope.ts'
import { pageSize } from './page-size.ts'
import { organizationUri, userUri } from './references.ts'

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

export interface OrganizationCalls {
  /**
   * An organization; the user's current one unless named. Scope `organizations:read`, and `users:read` if not named.
   */
  organization(uri?: string, options?: CallOptions): Promise<CalendlyOrganization>
  /** Who is in an organization, and in which role. Scope `organizations:read`. */
  organizationMemberships(query?: CalendlyMembershipsQuery, options?: ListOptions): Pages<CalendlyMembership>
  /** The teams of the user's organization. Scope `organizations:read`. */
  teams(query?: CalendlyTeamsQuery, options?: ListOptions): Pages<CalendlyTeam>
}

const organization = once(() =>
  shapeOf<CalendlyOrganization>({
    uri: z.string(),
    name: maybeText(),
    plan: maybeText(),
    stage: maybeText(),
    kind: maybeText(),
    created_at: maybeText(),
    updated_at: maybeText(),
  }),
)

const membership = once(() =>
  shapeOf<CalendlyMembership>({
    uri: z.string(),
    role: z.string(),
    organization: z.string(),
    user: shapeOf<CalendlyMembership['user']>({
      uri: z.string(),
      name: z.string(),
      email: z.string(),
      scheduling_url: maybeText(),
      timezone: maybeText(),
    }),
    created_at: maybeText(),
    updated_at: maybeText(),
  }),
)

const team = once(() =>
  shapeOf<CalendlyTeam>({
    uri: z.string(),
    name: z.string(),
    organization: z.string(),
    scheduling_url: z.string(),
  }),
)

const membershipsQuery = once(() =>
  parameters<CalendlyMembershipsQuery>({
    user: userUri().optional(),
    organization: organizationUri().optional(),
    email: email().optional(),
    role: oneOf('user', 'admin', 'owner').optional(),
    count: pageSize(),
  }),
)

const teamsQuery = once(() => parameters<CalendlyTeamsQuery>({ user: userUri().optional(), count: pageSize() }))

export function organizationCalls(api: ApiCaller): OrganizationCalls {
  return {
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
