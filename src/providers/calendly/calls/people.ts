// Users and organizations. A user is in one organization at a time and may move, so that which one it is gets read when
// it is needed, and never kept.

import { z } from 'zod'
import type { Calls } from '../../../core/calls.ts'
import { answer, maybe } from '../../calls/answer.ts'
import { ask, type CallOptions } from '../../calls/ask.ts'
import { checkArgument } from '../../calls/parameters.ts'
import { resource } from './envelope.ts'
import { withOrganization } from './organization.ts'
import { askAt, organizationUri, userUri } from './references.ts'

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

export interface PeopleCalls {
  /** The connection's own user. Scope `users:read`. */
  me(options?: CallOptions): Promise<CalendlyUser>
  /** A user of the same organization. Scope `users:read`. */
  user(uri: string, options?: CallOptions): Promise<CalendlyUser>
  /** An organization; the user's current one unless named. Scope `organizations:read`, and `users:read` if not named. */
  organization(uri?: string, options?: CallOptions): Promise<CalendlyOrganization>
}

const maybeText = maybe(z.string())

const user = answer<CalendlyUser>({
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

const organization = answer<CalendlyOrganization>({
  uri: z.string(),
  name: maybeText,
  plan: maybeText,
  stage: maybeText,
  kind: maybeText,
  created_at: maybeText,
  updated_at: maybeText,
})

export function peopleCalls(calls: Calls): PeopleCalls {
  return {
    me: (options) => ask(calls, { place: 'calendly.me', path: '/users/me', answer: resource(user) }, options),
    user: (uri, options) => askAt(calls, userUri, uri, { place: 'calendly.user', answer: resource(user) }, options),
    async organization(uri, options) {
      const place = 'calendly.organization'
      const named = uri === undefined ? undefined : checkArgument(place, 'uri', organizationUri, uri)
      const read = (path: string) => ask(calls, { place, path, answer: resource(organization) }, options)
      return withOrganization(calls, place, named, read, options)
    },
  }
}
