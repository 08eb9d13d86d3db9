// Checks once what a definition says about its webhooks, so that no other code checks it again.

import { argumentError, type Checks, func, list, oneOf, text } from '../../core/check.ts'
import type { ProviderWebhooks } from '../../core/webhooks.ts'
import { tolerance } from './client.ts'

/** What a definition's `webhooks` must be. */
export const webhookChecks: Checks<ProviderWebhooks> = {
  scopes: list('scopes, the default first', text, { least: 1 }),
  bookings: list('the events about bookings', text),
  signedBy: oneOf('client', 'subscription'),
  toleranceMs: tolerance,
  problem: func(),
  missingScopes: func(),
  create: func(),
  find: func(),
  remove: func(),
  claim: func(),
  read: func(),
}

/**
 * Copies and freezes the facts. @throws {PunctualError} `invalid_argument` for booking events that the scope does not
 * offer.
 */
export function webhooksOf(place: string, value: ProviderWebhooks): ProviderWebhooks {
  const { scopes, bookings } = value
  const problem = bookings.length === 0 ? null : value.problem(bookings, scopes[0] as string)
  if (problem !== null) throw argumentError(place, `webhooks.bookings is wrong: the provider ${problem}`)
  return Object.freeze({ ...value, scopes: Object.freeze([...scopes]), bookings: Object.freeze([...bookings]) })
}
