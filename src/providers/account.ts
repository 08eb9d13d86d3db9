// What comes of asking a provider whose account this is: an account with a stable id, or a sentence.

import type { Account } from '../core/connection.ts'
import { PunctualError } from '../core/errors.ts'
import type { ApiAnswer } from '../core/provider.ts'

/** Checks and copies what `identify` found. @throws {PunctualError} `provider_unavailable`, reason `not_identified` */
export function parseAccount(title: string, found: unknown): Account {
  const { id, name, email, timeZone } = membersOf(found)
  if (typeof id !== 'string' || id === '') throw notIdentified(title, 'no id was found')
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

/** The members of a JSON object; none where it is something else. */
export function membersOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}

/** The texts in a list; none where it is something else. */
export function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null
}
