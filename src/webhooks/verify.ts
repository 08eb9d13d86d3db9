// Judges a signature: the one place where a secret meets what a stranger has sent. Without a secret nothing is right.

import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Secret } from '../core/secret.ts'
import type { WebhookClaim } from '../core/webhooks.ts'

/** A header with more signatures than a change of keys explains is not looked at to its end. */
const mostSignatures = 8

/** Whether one of the secrets made one of the signatures. Takes the same time wherever they differ. */
export function isSigned(claim: WebhookClaim, body: Uint8Array, secrets: readonly Secret[]): boolean {
  let signed = false
  for (const secret of secrets) {
    const key = secret.reveal()
    if (key === '') continue
    const expected = createHmac('sha256', key).update(claim.prefix).update(body).digest()
    for (const given of claim.signatures.slice(0, mostSignatures)) {
      if (given.byteLength === expected.byteLength && timingSafeEqual(given, expected)) signed = true
    }
  }
  return signed
}
