// Where Cal.com deviates from the standard, or is stricter. Sources: its API v2 source (e0ef2d8d, spring 2026; cal.diy,
// July 2026) and its documentation (September 2026).

import { shown, valueError } from '../../core/check.ts'
import { membersOf } from '../../core/json.ts'
import type { ApiAnswer, ApiMeaning } from '../../core/provider.ts'
import { isPage, refused } from '../definition/meaning.ts'

/**
 * Cal.com's bookings and event types return for an ended token a 403, `PermissionsGuard - no oAuth client found for
 * access token=…`, which repeats the token (issue 24840). A missing scope is a 403 with a text, without a
 * challenge; one of its texts names no scope, since no scope would help. An HTML 403 is Cloudflare's, which stands in
 * front of the API (issue 28306). A taken slot is a 400.
 *
 * @see {@link https://github.com/calcom/cal.com/issues/24840 Issue 24840}
 */
export function meaning({ status, headers, json }: ApiAnswer): ApiMeaning {
  if (status === 401) return { kind: 'token_ended' }
  const { code, message } = membersOf(membersOf(json).error)
  const text = typeof message === 'string' ? message : ''
  if (status === 403) return forbidden(headers, text)
  if (status === 400) return badRequest(code, text)
  if (status === 422) return unprocessable(text)
  return status === 409 && text.includes('already exists') ? refused('already_exists') : { kind: 'other' }
}

function forbidden(headers: Headers, message: string): ApiMeaning {
  if (message.startsWith('PermissionsGuard - no oAuth client found')) return { kind: 'token_ended' }
  if (message.startsWith('insufficient_scope:')) {
    const [, told = ''] = message.split('Required: ')
    const [required = ''] = told.split(/\. Token has:|\n/)
    return { kind: 'insufficient_scope', scopes: required.split(/[\s,]+/).filter(Boolean) }
  }
  if (isPage(headers)) return { kind: 'unavailable', reason: 'proxy' }
  return message === '' ? { kind: 'other' } : refused('not_permitted')
}

function badRequest(code: unknown, message: string): ApiMeaning {
  if (message.includes('already has booking at this time or is not available')) return refused('slot_taken')
  if (message.startsWith("The event type can't be booked at the")) return refused('slot_taken')
  if (message.startsWith('Attempting to book a meeting in the past')) return refused('in_the_past')
  const calendar = typeof code === 'string' && code.startsWith('CalendarApp')
  return calendar ? refused('calendar_unavailable') : { kind: 'other' }
}

/** A slot cannot be reserved that is booked, reserved, or has no seat left (API v2 source, 2026). */
function unprocessable(message: string): ApiMeaning {
  const isTaken = /already booked|already reserved|no more seats left/.test(message)
  return isTaken ? refused('slot_taken') : { kind: 'other' }
}

/** `cal-api-version` by resource. */
const versions: readonly (readonly [resource: string, version: string])[] = [
  ['schedules', '2024-06-11'],
  ['event-types', '2024-06-14'],
  ['bookings', '2026-02-25'],
  ['slots', '2024-09-04'],
]

/**
 * Cal.com wants its version in a header, a different one for each resource: without it a resource answers in the shape
 * of April 2024, and a version that it does not know is a 404. Other resources take any.
 */
export function requestHeaders(path: string): Readonly<Record<string, string>> {
  const resource = /^\/(?:api\/)?v2\/(?:ee\/)?([^/?#]+)/.exec(path)?.[1]
  const [, version] = versions.find(([name]) => name === resource) ?? []
  return version === undefined ? {} : { 'cal-api-version': version }
}

/**
 * Cal.com needs scopes in capitals, and one that lets the account be read: `X_WRITE` does not include `X_READ`.
 *
 * @throws {PunctualError} `invalid_argument`
 */
export function assertScopes(scopes: readonly string[]): void {
  const index = scopes.findIndex((scope) => !/^[A-Z]+(_[A-Z]+)*$/.test(scope))
  if (index >= 0) {
    const sentence = `${shown(scopes[index])} is not a scope of Cal.com. Its scopes look like 'BOOKING_READ'`
    throw valueError('calcom', `scopes[${index}]`, sentence)
  }
  if (scopes.includes('PROFILE_READ') || scopes.includes('READ_PROFILE')) return
  const why = 'It tells whose account was connected'
  throw valueError('calcom', 'scopes', `must have 'PROFILE_READ' ('READ_PROFILE' for a legacy client). ${why}`)
}
