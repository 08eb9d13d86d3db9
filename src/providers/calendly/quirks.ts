// Where Calendly deviates from the standard, or is stricter. Basic without form-encoding is a field of the definition:
// Calendly's server (a Doorkeeper, by all its texts) compares id and secret undecoded, so `-` and `_` must stay as they
// are (facts of November 2026).

import { shown, valueError } from '../../core/check.ts'
import { membersOf, textsOf } from '../../core/json.ts'
import type { ApiAnswer, ApiMeaning, RefusalReason } from '../../core/provider.ts'
import { isPage, refused } from '../definition/meaning.ts'

/**
 * Calendly reports a missing scope in the body, not by a challenge: 403, title `Insufficient scope`, the scopes in
 * `required_scopes` (since March 2026). Its other 403s are about roles, plans and business state: the message tells
 * which. Everything else is read from the status and from codes, since the enumerations of its API description are
 * corrupt.
 */
export function meaning({ status, headers, json }: ApiAnswer): ApiMeaning {
  if (status === 401) return { kind: 'token_ended' }
  if (status === 403) return forbidden(headers, json)
  if (status === 400) return invalidArgument(json)
  const reason = byStatus[status]
  return reason === undefined ? { kind: 'other' } : refused(reason)
}

const byStatus: Readonly<Record<number, RefusalReason>> = {
  409: 'already_exists',
  424: 'calendar_unavailable',
}

function forbidden(headers: Headers, json: unknown): ApiMeaning {
  const { title, message, required_scopes } = membersOf(json)
  if (title === 'Insufficient scope' || Array.isArray(required_scopes)) {
    return { kind: 'insufficient_scope', scopes: textsOf(required_scopes) }
  }
  if (isPage(headers)) return { kind: 'unavailable', reason: 'proxy' }
  if (typeof message !== 'string') return { kind: 'other' }
  if (message === 'Event is already canceled') return refused('already_done')
  if (message === 'Event in the past') return refused('in_the_past')
  if (message === 'This user is not in your organization') return refused('organization_changed')
  // "… your Calendly account to Professional", "… to Standard", "… to a paid Calendly account.": it changes with the
  // years.
  if (message.startsWith('Please upgrade ')) return refused('plan_limit')
  return refused('not_permitted')
}

/** The messages of `details` are in the account's language; `code` and `parameter` are not. */
function invalidArgument(json: unknown): ApiMeaning {
  const { details } = membersOf(json)
  const all = Array.isArray(details) ? details.map(membersOf) : []
  if (all.some(({ code }) => code === 'already_filled')) return refused('slot_taken')
  return all.some(({ parameter }) => parameter === 'page_token') ? refused('stale_page') : { kind: 'other' }
}

/**
 * Calendly gives a new app no access without scopes, and shows an error page, from which nobody returns, for a scope
 * that it does not know. An app from before March 2026 asks for `default`.
 *
 * @throws {PunctualError} `invalid_argument`
 * @see {@link https://developer.calendly.com/docs/authentication/scopes Scopes}
 */
export function assertScopes(scopes: readonly string[]): void {
  if (scopes.length === 0) {
    const remedy = `List those that are enabled on the app, such as 'users:read', or 'default' for an app from before March 2026`
    throw valueError('calendly', 'scopes', `is empty, which gives no access. ${remedy}`)
  }
  const index = scopes.findIndex((scope) => scope !== 'default' && !/^[a-z_]+:(read|write)$/.test(scope))
  if (index < 0) return
  const sentence = `${shown(scopes[index])} is not a scope of Calendly. Its scopes look like 'users:read'`
  throw valueError('calendly', `scopes[${index}]`, sentence)
}
