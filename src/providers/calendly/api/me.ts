// Users: the connection's own, and others of the same organization.

import { z } from 'zod'
import type { ApiCaller } from '../../../core/calls.ts'
import { type CallOptions, callApi } from '../../api/call.ts'
import { once } from '../../api/once.ts'
import { maybeText, shapeOf } from '../../api/shape.ts'
import { resource } from './envelope.ts'
import { callAt, userUri } from './references.ts'

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

export interface MeCalls {
  /** The connection's own user. Scope `users:read`. */
  me(options?: CallOptions): Promise<CalendlyUser>
  /** A user of the same organization. Scope `users:read`. */
  user(uri: string, options?: CallOptions): Promise<CalendlyUser>
}

const user = once(() =>
  shapeOf<CalendlyUser>({
    uri: z.string(),
    name: z.string(),
    email: z.string(),
    scheduling_url: z.string(),
    timezone: z.string(),
    current_organization: z.string(),
    slug: maybeText(),
    avatar_url: maybeText(),
    time_notation: maybeText(),
    locale: maybeText(),
    created_at: maybeText(),
    updated_at: maybeText(),
  }),
)

export function meCalls(api: ApiCaller): MeCalls {
  return {
    me: (options) => callApi(api, { place: 'calendly.me', path: '/users/me', shape: resource(user) }, options),
    user: (uri, options) => callAt(api, userUri, uri, { place: 'calendly.user', shape: resource(user) }, options),
  }
}
