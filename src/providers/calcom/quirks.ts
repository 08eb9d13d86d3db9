// Where Cal.com leaves the standard, or is stricter than it. Sources: its API v2 source (e0ef2d8d, spring 2026; cal.diy,
// July 2026) and its documentation (September 2026).

import type { ApiAnswer, ApiMeaning } from '../../core/provider.ts'
import { membersOf } from '../account.ts'
import { wrong } from '../options.ts'

/**
 * Cal.com's bookings and event types answer an ended token with a 403, `PermissionsGuard - no oAuth client found for
 * access token=…`, which repeats the token (issue 24840). A missing scope is a 403 with a text, without a
 * challenge; one of its texts names no scope, since no scope would help.
 *
 * @see {@link https://github.com/calcom/cal.com/issues/24840 Issue 24840}
 */
export function meaning({ status, json }: ApiAnswer): ApiMeaning {
  if (status === 401) return { kind: 'token_ended' }
  const { message } = membersOf(membersOf(json).error)
  if (status !== 403 || typeof message !== 'string') return { kind: 'other' }
  if (message.startsWith('PermissionsGuard - no oAuth client found')) return { kind: 'token_ended' }
  if (!message.startsWith('insufficient_scope:')) return { kind: 'other' }
  const [, required = ''] = /Required: (.*?)(?:\. Token has:|$)/.exec(message) ?? []
  return { kind: 'insufficient_scope', scopes: required.split(/[\s,]+/).filter(Boolean) }
}

/**
 * Cal.com needs scopes in capitals, and one that lets the account be read: `X_WRITE` does not include `X_READ`.
 *
 * @throws {PunctualError} `invalid_option`
 */
export function assertScopes(scopes: readonly string[]): void {
  const strange = scopes.find((scope) => !/^[A-Z]+(_[A-Z]+)*$/.test(scope))
  if (strange !== undefined) {
    throw wrong(
      'calcom',
      'scopes',
      `${JSON.stringify(strange)} is no scope of Cal.com's; they look like 'BOOKING_READ'`,
    )
  }
  if (scopes.includes('PROFILE_READ') || scopes.includes('READ_PROFILE')) return
  const why = 'without it nobody can tell whose account was connected'
  throw wrong('calcom', 'scopes', `must have 'PROFILE_READ' ('READ_PROFILE' for a legacy client): ${why}`)
}
