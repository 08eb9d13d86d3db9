// Tells one refresh token from another without holding either.

import { createHash } from 'node:crypto'
import type { Secret } from '../core/secret.ts'
import type { Grant } from '../records/grants.ts'

/** The digest that stands for a refresh token in an intent. */
export function digest(token: Secret): string {
  return createHash('sha256').update(`intent\n${token.reveal()}`).digest('base64url').slice(0, 22)
}

/** The digest of a grant's refresh token; empty where it has none. */
export function digestOf(grant: Grant): string {
  const { refreshToken } = grant.open()
  return refreshToken ? digest(refreshToken) : ''
}
