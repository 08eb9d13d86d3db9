// Whose events a webhook subscription is for.

import type { ApiCaller } from '../../../core/calls.ts'
import { once } from '../../api/once.ts'
import { oneOf, type Parameter } from '../../api/parameters.ts'
import { groupUri, organizationUri, userUri } from './references.ts'

/** Whose events. `scope` is `user` unless given; `user` is then the connection's own. */
export interface CalendlyWebhookScope {
  /** Default: the user's current one, read from `users/me` (scope `users:read`). */
  readonly organization?: string | undefined
  readonly scope?: 'user' | 'organization' | 'group' | undefined
  readonly user?: string | undefined
  readonly group?: string | undefined
}

/** The parameters of a scope, for the calls that take one. */
export const webhookScope: () => {
  readonly [Name in keyof CalendlyWebhookScope]-?: Parameter<CalendlyWebhookScope[Name]>
} = once(() => ({
  organization: organizationUri().optional(),
  scope: oneOf('user', 'organization', 'group').optional(),
  user: userUri().optional(),
  group: groupUri().optional(),
}))

/** The scope `user`, and the connection's own user, unless the call names another. */
export function withScope(api: ApiCaller, given: Record<string, unknown>): Record<string, unknown> {
  const { scope = 'user' } = given
  return { ...(scope === 'user' && { user: api.account.id }), ...given, scope }
}
