// Reads API answers of any shape, for definitions that judge them: what is not there reads as nothing.

import type { ApiMeaning, RefusalReason } from '../core/provider.ts'

/** The members of a JSON object; none where it is something else. */
export function membersOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}

/** The texts in a list; none where it is something else. */
export function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []
}

/** Whether the answer is a page for a person, which no API of JSON sends. */
export function isPage(headers: Headers): boolean {
  return /^\s*text\/html\b/i.test(headers.get('content-type') ?? '')
}

/** The API has understood the call, and says no. */
export function refused(reason: RefusalReason): ApiMeaning {
  return { kind: 'refused', reason }
}
