// Verifies a signature: the only place where a secret is compared with what a stranger has sent. Without a secret every
// signature is wrong.

import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Secret } from '../core/secret.ts'
import type { WebhookClaim } from '../core/webhooks.ts'

/** More signatures in one header than a change of keys explains are ignored. */
const mostSignatures = 8

/** Whether one of the secrets made one of the signatures. Comparing takes the same time wherever they differ. */
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
