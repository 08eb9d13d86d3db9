// What names a delivery, a change or a queue in the outbox: a digest, since what it is made of may be long.

import { hash } from 'node:crypto'

/** SHA-256 of the texts, separated by line breaks, in base64url. */
export function digest(texts: readonly string[]): string {
  return hash('sha256', texts.join('\n'), 'base64url')
}
