// Reads to which account a grant belongs: an account with a stable id, or an error that says what is missing.

import type { Account } from '../../core/connection.ts'
import { PunctualError } from '../../core/errors.ts'
import { membersOf } from '../../core/json.ts'
import type { ApiAnswer } from '../../core/provider.ts'
import { isStorable, storable } from '../../core/storable.ts'

/**
 * Checks and copies the account that `identify` found. @throws {PunctualError} `provider_unavailable`, reason
 * `not_identified`
 */
export function parseAccount(title: string, found: unknown): Account {
  const { id, name, email, timeZone } = membersOf(found)
  if (typeof id !== 'string' || id === '') throw notIdentified(title, 'no id was found')
  if (!isStorable(id)) throw notIdentified(title, 'its id cannot be stored')
  return Object.freeze({ id, name: textOrNull(name), email: textOrNull(email), timeZone: textOrNull(timeZone) })
}

/** The error for an account that cannot be identified. It is retryable if the response is a 429 or a 5xx. */
export function notIdentified(title: string, why: string, answer?: ApiAnswer): PunctualError {
  const retryable = answer !== undefined && (answer.status >= 500 || answer.status === 429)
  return new PunctualError('provider_unavailable', `${title} does not say whose account this is: ${why}.`, {
    reason: 'not_identified',
    retryable,
  })
}

function textOrNull(value: unknown): string | null {
  const text = typeof value === 'string' ? storable(value) : ''
  return text === '' ? null : text
}
