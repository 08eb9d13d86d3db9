// `punctual keys new`: makes a key for PUNCTUAL_KEYS, and prints it. It is kept nowhere.

import { randomBytes } from 'node:crypto'
import { createKeyring } from '../../../vault/keyring.ts'
import { jsonText, type Output } from '../../output/listing.ts'

export function newKey({ terminal, json }: Output): void {
  const key = randomBytes(32).toString('base64url')
  const id = createKeyring([key]).current
  terminal.line(json ? jsonText({ key, id }, 2) : key)
  // A file that stdout is written to holds the key alone.
  if (!json)
    process.stderr.write(
      `Its id is ${id}. Add it to PUNCTUAL_KEYS after the others on every replica; once all have it, put it first: the first seals, all open.\n`,
    )
}
