// Where Calendly leaves the standard, or is stricter than it. Basic without form-encoding is a field of the definition:
// Calendly's server (a Doorkeeper, by all its texts) compares id and secret undecoded, so `-` and `_` must stay as they
// are (facts of November 2026).

import type { ApiAnswer, ApiMeaning } from '../../core/provider.ts'
import { membersOf, textsOf } from '../account.ts'
import { wrong } from '../options.ts'

/**
 * Calendly answers a missing scope with a body, not with a challenge: 403, title `Insufficient scope`, the scopes in
 * `required_scopes` (since March 2026). Its other 403s are about roles, plans and business state.
 */
export function meaning({ status, json }: ApiAnswer): ApiMeaning {
  if (status === 401) return { kind: 'token_ended' }
  const { title, required_scopes } = membersOf(json)
  if (status !== 403 || (title !== 'Insufficient scope' && !Array.isArray(required_scopes))) return { kind: 'other' }
  return { kind: 'insufficient_scope', scopes: textsOf(required_scopes) }
}

/**
 * Calendly gives a new app no access without scopes, and shows an error page, from which nobody returns, for a scope
 * that it does not know. An app from before March 2026 asks for `default`.
 *
 * @throws {PunctualError} `invalid_option`
 * @see {@link https://developer.calendly.com/docs/authentication/scopes Scopes}
 */
export function assertScopes(scopes: readonly string[]): void {
  if (scopes.length === 0) {
    const remedy = `name those that are enabled on the app, such as 'users:read', or 'default' for an app from before March 2026`
    throw wrong('calendly', 'scopes', `is empty, which gives no access: ${remedy}`)
  }
  const strange = scopes.find((scope) => scope !== 'default' && !/^[a-z_]+:(read|write)$/.test(scope))
  if (strange === undefined) return
  throw wrong('calendly', 'scopes', `${JSON.stringify(strange)} is no scope of Calendly's; they look like 'users:read'`)
}
