// Checks what a definition says of its webhooks, once, so that nobody downstream checks it again.

import type { ProviderWebhooks } from '../../core/webhooks.ts'
import { assertNames, wrong } from './options.ts'

const functions = ['problem', 'missingScopes', 'create', 'find', 'remove', 'claim', 'read'] as const

/** @throws {PunctualError} `invalid_argument` */
export function checkWebhooks(maker: string, value: ProviderWebhooks | null): ProviderWebhooks | null {
  if (value === null) return null
  assertNames(maker, value, ['scopes', 'bookings', 'signedBy', 'toleranceMs', ...functions], 'webhooks')
  const refuse = (name: string, sentence: string) => wrong(maker, `webhooks: { ${name} }`, sentence)
  const { scopes, bookings, signedBy, toleranceMs } = value
  if (!Array.isArray(scopes) || scopes.length === 0 || scopes.some((scope) => typeof scope !== 'string')) {
    throw refuse('scopes', 'must list at least one scope, the default first')
  }
  if (signedBy !== 'client' && signedBy !== 'subscription') {
    throw refuse('signedBy', 'must be "client" (a key of the OAuth app) or "subscription" (a secret that we make)')
  }
  if (!(typeof toleranceMs === 'number' && toleranceMs >= 60_000 && toleranceMs <= 172_800_000)) {
    throw refuse('toleranceMs', 'must be a number of milliseconds from 60000 to 172800000')
  }
  for (const name of functions) {
    if (typeof value[name] !== 'function') throw refuse(name, 'must be a function')
  }
  if (!Array.isArray(bookings) || bookings.some((event) => typeof event !== 'string')) {
    throw refuse('bookings', 'must list the events that tell of bookings; none: []')
  }
  const problem = bookings.length === 0 ? null : value.problem(bookings, scopes[0] as string)
  if (problem !== null) throw refuse('bookings', `the provider ${problem}`)
  return Object.freeze({ ...value, scopes: Object.freeze([...scopes]), bookings: Object.freeze([...bookings]) })
}
