// The one form in which the model writes instants.

import type { UtcInstant } from './model.ts'

/**
 * Returns the moment as the model writes it: `2026-11-27T09:00:00Z`. Fractions of a second are cut off. A text that names
 * no moment is returned as it is, since a provider's slip in one field must not hide the rest of its answer.
 *
 * @param moment milliseconds since 1970, or a text that says its offset from UTC.
 */
export function utcInstant(moment: string | number): UtcInstant {
  const time = new Date(moment)
  return Number.isNaN(time.getTime()) ? String(moment) : time.toISOString().replace(/\.\d+Z$/, 'Z')
}
