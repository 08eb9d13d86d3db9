// API keys: who may use the HTTP API, and for what. A key is shown once, when it is made or rotated.

import { type ApiScope, apiScopes } from '../core/api-scopes.ts'
import {
  amount,
  type Check,
  type Checks,
  checkOptions,
  checkValue,
  ifGiven,
  list,
  oneOf,
  optional,
  owner,
  text,
  whole,
} from '../core/check.ts'
import { apiKeyNotFound } from '../core/not-found.ts'
import { withHidden } from '../core/secret.ts'
import { longestSpans } from '../core/store/longest-spans.ts'
import type { ApiKeyAndSecret, ApiKeyFacts, ApiKeyRecords } from '../records/api-keys.ts'
import { isCursor } from '../records/cursor.ts'

export interface ApiKey {
  /** 12 characters; the second part of the key's text. It is not secret. */
  readonly id: string
  readonly name: string
  /** What it may do. `admin` includes every other scope. */
  readonly scopes: readonly ApiScope[]
  /** The owner whose connections it may use; `null`: those of all owners. */
  readonly owner: string | null
  readonly createdAt: Date
  /** Exact to a minute; `null`: never used. */
  readonly lastUsedAt: Date | null
  /** `null`: it does not expire. */
  readonly expiresAt: Date | null
  readonly revokedAt: Date | null
}

export interface CreateApiKeyRequest {
  /** What it is for, in your own words: 1 to 100 characters. */
  readonly name: string
  readonly scopes: readonly ApiScope[]
  /** Binds the key to one owner, such as a tenant or an agent. `undefined` is refused. */
  readonly owner?: string
  /** Milliseconds for which it works. Default: until it is revoked. */
  readonly expiresInMs?: number | undefined
}

/** A key that was made a moment ago. */
export interface ShownApiKey {
  /**
   * The text of the key: `pk_{id}_{secret}`. No other call returns it. Read it by name: it is left out when the object is
   * printed, spread or serialised.
   */
  readonly key: string
  readonly apiKey: ApiKey
}

export interface ListApiKeysRequest {
  /** The cursor of the previous page. */
  readonly cursor?: string | null | undefined
  /** 1 to 200. Default 50. */
  readonly limit?: number | undefined
}

export interface RotateOptions {
  /** Milliseconds for which the old text still works: 0 to 30 days. Default one day. */
  readonly graceMs?: number | undefined
}

/** The keys of the HTTP API. */
export interface ApiKeys {
  /**
   * Makes a key.
   *
   * @throws {PunctualError} `invalid_argument`
   * @example
   * ```ts
   * const { key } = await punctual.apiKeys.create({ name: 'back end', scopes: ['connections:read', 'calls'] })
   * ```
   */
  create(request: CreateApiKeyRequest): Promise<ShownApiKey>
  /**
   * Returns a page of keys, oldest first: revoked and expired ones too, for as long as `retention` says. `cursor` is `null` at the end.
   *
   * @throws {PunctualError} `invalid_argument`
   */
  list(request?: ListApiKeysRequest): Promise<{ apiKeys: ApiKey[]; cursor: string | null }>
  /**
   * Makes a new text for a key. The one before works for `graceMs` more, and an earlier one no longer.
   *
   * @throws {PunctualError} `api_key_not_found` for a key that does not exist, was revoked, or has expired;
   *   `invalid_argument`.
   */
  rotate(id: string, options?: RotateOptions): Promise<ShownApiKey>
  /**
   * Ends a key at once, in every process. A second call changes nothing.
   *
   * @throws {PunctualError} `api_key_not_found`
   */
  revoke(id: string): Promise<ApiKey>
  /**
   * Returns the key of that text; `null` for every text that does not work, for the same reason or another: the time that
   * it takes does not say which. Notes the use, at most once a minute.
   *
   * @throws {PunctualError} `store_unavailable`
   */
  verify(text: string): Promise<ApiKey | null>
}

const dayMs = 86_400_000
const tenYearsMs = 3650 * dayMs
/** How exact the last use is. */
const notedEveryMs = 60_000

const nameCheck: Check = (value, isGiven) =>
  text(value, isGiven) ?? (String(value).length > 100 ? 'must have at most 100 characters' : null)

const createChecks: Checks<CreateApiKeyRequest> = {
  name: nameCheck,
  scopes: list('scopes', oneOf(...apiScopes), { least: 1 }),
  owner: ifGiven(owner),
  expiresInMs: optional(amount(1, tenYearsMs, 'milliseconds')),
}
const listChecks: Checks<ListApiKeysRequest> = { cursor: optional(isCursor), limit: optional(whole(1, 200)) }
const rotateChecks: Checks<RotateOptions> = {
  graceMs: optional(amount(0, longestSpans.replacedSecret, 'milliseconds')),
}
const idCheck: Check = (value) => (typeof value === 'string' ? null : 'must be the id of a key')

export interface ApiKeyService {
  readonly apiKeys: ApiKeys
}

export function createApiKeys({
  records,
  track,
}: {
  readonly records: ApiKeyRecords
  /** Keeps work that no caller waits for in sight of `stop`. */
  readonly track: (work: Promise<unknown>) => void
}): ApiKeyService {
  /** Keys whose use is being noted. */
  const noting = new Set<string>()

  function noteUse({ id, lastUsedAt, readAt }: ApiKeyFacts): void {
    // Either way: a use of the future was noted by a wrong clock.
    const isNoted = lastUsedAt !== null && Math.abs(readAt - lastUsedAt) < notedEveryMs
    if (isNoted || noting.has(id)) return
    noting.add(id)
    // A failure of the store is reported by the store; the use is noted the next time.
    const noted = records.touch(id, notedEveryMs).catch(() => {})
    track(noted.then(() => noting.delete(id)))
  }

  return {
    apiKeys: Object.freeze<ApiKeys>({
      async create(request) {
        checkOptions('apiKeys.create', request, createChecks)
        const { name, owner = null, expiresInMs = null } = request
        return shown(await records.create({ name, scopes: [...new Set(request.scopes)], owner }, expiresInMs))
      },
      async list(request = {}) {
        checkOptions('apiKeys.list', request, listChecks)
        const { keys, cursor } = await records.list({ cursor: request.cursor, limit: request.limit ?? 50 })
        return { apiKeys: keys.map(apiKeyOf), cursor }
      },
      async rotate(id, options = {}) {
        checkValue('apiKeys.rotate', 'id', id, idCheck)
        checkOptions('apiKeys.rotate', options, rotateChecks)
        const rotated = isId(id) ? await records.rotate(id, options.graceMs ?? dayMs) : null
        if (!rotated) throw apiKeyNotFound('apiKeys.rotate')
        return shown(rotated)
      },
      async revoke(id) {
        checkValue('apiKeys.revoke', 'id', id, idCheck)
        const revoked = isId(id) ? await records.revoke(id) : null
        if (!revoked) throw apiKeyNotFound('apiKeys.revoke')
        return apiKeyOf(revoked)
      },
      async verify(given) {
        const [, id, secret] = (typeof given === 'string' && keyText.exec(given)) || []
        if (id === undefined || secret === undefined) return null
        const found = await records.find(id, secret)
        if (!found) return null
        noteUse(found)
        return apiKeyOf(found)
      },
    }),
  }
}

const keyText = /^pk_([0-9a-z]{12})_([\w-]{43})$/

function isId(id: string): boolean {
  return /^[0-9a-z]{12}$/.test(id)
}

function shown({ facts, secret }: ApiKeyAndSecret): ShownApiKey {
  return withHidden({ apiKey: apiKeyOf(facts) }, { key: `pk_${facts.id}_${secret}` })
}

function apiKeyOf(row: ApiKeyFacts): ApiKey {
  return Object.freeze({
    id: row.id,
    name: row.name,
    // A newer version may have written one that this version does not know: it allows nothing here.
    scopes: Object.freeze(apiScopes.filter((scope) => row.scopes.includes(scope))),
    owner: row.owner,
    createdAt: new Date(row.createdAt),
    lastUsedAt: dateOf(row.lastUsedAt),
    expiresAt: dateOf(row.expiresAt),
    revokedAt: dateOf(row.revokedAt),
  })
}

function dateOf(time: number | null): Date | null {
  return time === null ? null : new Date(time)
}
