// What a caller asks for when it needs a token, and what it is served.

import type { TokenSet } from '../core/tokens.ts'

/** The connection that asks for a token, and the grant that it rested on when the caller got it. */
export interface TokenTarget {
  readonly connection: string
  readonly grant: string
}

export interface TokenRequest {
  /** Milliseconds that the token must still live. A token that lives, but less, is served when the provider is away. */
  readonly minimumValidityMs: number
  /** The generation that the provider's API has refused; the served one will be newer. */
  readonly refused?: number | undefined
  readonly signal?: AbortSignal | undefined
}

export interface ServedToken {
  readonly generation: number
  readonly scopes: readonly string[]
  /** By this process's wall clock. */
  readonly expiresAt: number
  /** @throws {PunctualError} when the stored set cannot be opened with these keys. */
  open(): TokenSet
}
