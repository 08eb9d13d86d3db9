// API keys: who may use the HTTP API. A secret is kept as a digest only. Times are milliseconds of the store's own clock.

export interface ApiKeyRow {
  readonly id: string
  /** The host application's name for it. */
  readonly name: string
  readonly scopes: readonly string[]
  /** The owner whose connections it may use; `null`: those of all owners. */
  readonly owner: string | null
  /** SHA-256 of the secret, base64url. */
  readonly secretHash: string
  /** The same of the secret that was replaced last, which works until `replacedUntil`. */
  readonly replacedHash: string | null
  readonly replacedUntil: number | null
  readonly createdAt: number
  readonly lastUsedAt: number | null
  /** `null`: it does not expire. */
  readonly expiresAt: number | null
  readonly revokedAt: number | null
  /** The store's clock when this row was read. */
  readonly readAt: number
}

export type NewApiKey = Pick<ApiKeyRow, 'id' | 'name' | 'scopes' | 'owner' | 'secretHash'>

export interface ApiKeyPage {
  /** Only keys that were created after this one. */
  readonly after?: { readonly createdAt: number; readonly id: string } | undefined
  readonly limit: number
}

export interface ApiKeyStore {
  /** Records a key that lives for `lifetimeMs`; `null`: it does not expire. */
  insert(key: NewApiKey, lifetimeMs: number | null): Promise<ApiKeyRow>
  get(id: string): Promise<ApiKeyRow | null>
  /** Oldest first; revoked and expired ones too. */
  list(page: ApiKeyPage): Promise<ApiKeyRow[]>
  /** Replaces the secret. The one before works for `graceMs` more. `null`: there is no such key, or it has ended. */
  rotate(id: string, secretHash: string, graceMs: number): Promise<ApiKeyRow | null>
  /** Ends a key. One that was revoked before stays as it is. `null`: there is no such key. */
  revoke(id: string): Promise<ApiKeyRow | null>
  /** Notes that it is used now, unless that was noted less than `everyMs` ago. */
  touch(id: string, everyMs: number): Promise<void>
  /**
   * Deletes up to `limit` that ended `ageMs` ago; under the same condition as the outbox's. The one with the smallest id stays:
   * a store that has had a key must not look like a new one, which gets a first key. Returns how many.
   */
  sweep(ageMs: number, limit: number): Promise<number>
}
