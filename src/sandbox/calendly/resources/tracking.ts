// The six tracking fields of a booking.

import { objectOf, textOf } from '../../http/json.ts'

const utm = ['utm_campaign', 'utm_source', 'utm_medium', 'utm_content', 'utm_term', 'salesforce_uuid']

/** When tracking is sent, all six keys have to be. */
export function trackingOf(
  given: unknown,
  wrong: { parameter: string; message: string }[] = [],
): Record<string, string | null> {
  const fields = objectOf(given)
  for (const name of utm) {
    if (given !== undefined && given !== null && !(name in fields)) {
      wrong.push({ parameter: `tracking.${name}`, message: 'is missing' })
    }
  }
  return Object.fromEntries(utm.map((name) => [name, textOf(fields[name])]))
}
