// API keys: their ids are drawn here, and their secrets are kept as digests. A plain SHA-256 is enough: a secret has 256
// random bits, so that nobody can guess one, and a slow hash would only slow down every request.

import { hash, timingSafeEqual } from 'node:crypto'
import type { Random } from '../core/clock.ts'
import type { ApiKeyRow, ApiKeyStore, NewApiKey } from '../core/store/api-keys.ts'
import type { Store } from '../core/store/store.ts'
import { pageOf, placeOf } from './cursor.ts'
import { sharedReads } from './shared-reads.ts'

/** A row without its digests. */
export type ApiKeyFacts = Omit<ApiKeyRow, 'secretHash' | 'replacedHash' | 'replacedUntil'>

/** A key and its secret, which is in no store. */
export interface ApiKeyAndSecret {
  readonly facts: ApiKeyFacts
  readonly secret: string
}

export interface ApiKeyRecords extends Pick<ApiKeyStore, 'touch'> {
  /** `id`: default a new one. The store refuses a second key with the same id. */
  create(
    key: Pick<NewApiKey, 'name' | 'scopes' | 'owner'>,
    lifetimeMs: number | null,
    id?: string,
  ): Promise<ApiKeyAndSecret>
  list(request: {
    readonly cursor: string | null | undefined
    readonly limit: number
  }): Promise<{ keys: ApiKeyFacts[]; cursor: string | null }>
  /** `null`: there is no such key, or it has ended. */
  rotate(id: string, graceMs: number): Promise<ApiKeyAndSecret | null>
  revoke(id: string): Promise<ApiKeyFacts | null>
  /** The key of that id with that secret, as long as it works. Takes the same time for every secret. */
  find(id: string, secret: string): Promise<ApiKeyFacts | null>
}

export function createApiKeyRecords({
  store,
  random,
}: {
  readonly store: Pick<Store, 'apiKeys'>
  readonly random: Random
}): ApiKeyRecords {
  const { apiKeys } = store
  // Requests that come at once with one key share a read.
  const get = sharedReads((id) => apiKeys.get(id))
  return {
    ...apiKeys,
    async create(key, lifetimeMs, id = newId(random)) {
      const secret = newSecret(random)
      const row = await apiKeys.insert({ ...key, id, secretHash: digest(secret) }, lifetimeMs)
      return { facts: factsOf(row), secret }
    },
    async list({ cursor, limit }) {
      const rows = await apiKeys.list({ after: placeOf(cursor), limit: limit + 1 })
      const found = pageOf(rows, limit)
      return { keys: found.page.map(factsOf), cursor: found.cursor }
    },
    async rotate(id, graceMs) {
      const secret = newSecret(random)
      const row = await apiKeys.rotate(id, digest(secret), graceMs)
      return row && { facts: factsOf(row), secret }
    },
    async revoke(id) {
      const row = await apiKeys.revoke(id)
      return row && factsOf(row)
    },
    async find(id, secret) {
      const row = await get(id)
      const shown = digest(secret)
      const isCurrent = isSame(shown, row?.secretHash)
      const isReplaced = isSame(shown, row?.replacedHash)
      if (!row) return null
      const { readAt, revokedAt, expiresAt, replacedUntil } = row
      const hasEnded = revokedAt !== null || (expiresAt !== null && expiresAt <= readAt)
      const isRight = isCurrent || (isReplaced && replacedUntil !== null && replacedUntil > readAt)
      return isRight && !hasEnded ? factsOf(row) : null
    },
  }
}

function factsOf({ secretHash: _, replacedHash: __, replacedUntil: ___, ...facts }: ApiKeyRow): ApiKeyFacts {
  return facts
}

/** Compares in the same time where there is nothing to compare with. */
function isSame(digest: string, stored: string | null | undefined): boolean {
  // No digest looks like this.
  const nothing = '.'.repeat(digest.length)
  return timingSafeEqual(Buffer.from(digest), Buffer.from(stored?.length === digest.length ? stored : nothing))
}

/** SHA-256 in base64url. */
function digest(secret: string): string {
  return hash('sha256', secret, 'base64url')
}

/** 256 random bits in base64url: 43 characters. */
function newSecret(random: Random): string {
  return Buffer.from(random(32)).toString('base64url')
}

/** 12 digits and small letters, so that an id has no sign that separates the parts of a key. */
function newId(random: Random): string {
  const number = BigInt(`0x${Buffer.from(random(16)).toString('hex')}`) % 36n ** 12n
  return number.toString(36).padStart(12, '0')
}
