// What a token endpoint's answer becomes once its shape has been checked.

import type { Secret } from './secret.ts'

/** The tokens of a grant as they are sealed and opened together. */
export interface TokenSet {
  readonly accessToken: Secret
  /** `null` where the provider issued none: such a grant cannot be refreshed. */
  readonly refreshToken: Secret | null
}

/** A successful answer of the token endpoint. RFC 6749, section 5.1. */
export interface TokenAnswer extends TokenSet {
  /** Milliseconds from the moment the request was sent; `null` when the provider did not say. */
  readonly expiresInMs: number | null
  /** The granted scopes; `null` if the answer does not name them. The requested scopes then count as granted. */
  readonly scopes: readonly string[] | null
  /** Members beyond the standard's, such as Calendly's `owner`. Holds no token. */
  readonly extra: Readonly<Record<string, unknown>>
}
