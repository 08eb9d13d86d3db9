// What comes of asking a provider whose account this is: an account with a stable id, or a sentence.

import type { Account } from '../core/connection.ts'
import { PunctualError } from '../core/errors.ts'
import type { ApiAnswer } from '../core/provider.ts'
import { isStorable, storable } from '../core/storable.ts'
import { membersOf } from './answers.ts'

/** Checks and copies what `identify` found. @throws {PunctualError} `provider_unavailable`, reason `not_identified` */
export function parseAccount(title: string, found: unknown): Account {
  const { id, name, email, timeZone } = membersOf(found)
  if (typeof id !== 'string' || id === '') throw notIdentified(title, 'no id was found')
  if (!isStorable(id)) throw notIdentified(title, 'its id cannot be stored')
  return Object.freeze({ id, name: textOrNull(name), email: textOrNull(email), timeZone: textOrNull(timeZone) })
}

/** Says that the account is unknown. An answer that says "later" makes it retryable. */
export function notIdentified(title: string, why: string, answer?: ApiAnswer): PunctualError {
  const retryable = answer !== undefined && (answer.status >= 500 || answer.status === 429)
  return new PunctualError('provider_unavailable', `${title} did not tell whose account this is: ${why}.`, {
    reason: 'not_identified',
    retryable,
  })
}

function textOrNull(value: unknown): string | null {
  const text = typeof value === 'string' ? storable(value) : ''
  return text === '' ? null : text
}
