// Who may make a request: the API key in `Authorization`, its limit, its scopes and its owner. A request passes here before
// anything else of it is looked at.

import { type ApiScope, holdsScope } from '../../../core/api-scopes.ts'
import type { ApiHost, ApiKey } from './host.ts'
import { ApiError } from './problem.ts'
import type { RateLimit } from './rate-limit.ts'

export interface GateDependencies {
  readonly apiKeys: Pick<ApiHost['apiKeys'], 'verify'>
  readonly limit: RateLimit
  /** Whether anybody may read tokens. */
  readonly tokens: boolean
}

/**
 * Returns the API key of a request that may do what the scope stands for. Sets the headers that tell of its limit.
 *
 * @throws {ApiError} `unauthorized`, `too_many_requests`, `forbidden`
 */
export type Gate = (request: Request, scope: ApiScope, headers: Headers) => Promise<ApiKey>

export function createGate({ apiKeys, limit, tokens }: GateDependencies): Gate {
  return async (request, scope, headers) => {
    const text = bearerOf(request)
    const apiKey = text === null ? null : await apiKeys.verify(text)
    if (!apiKey) {
      const sentence =
        'Send an API key that is valid: "Authorization: Bearer pk_…". Make one with: punctual api-keys create.'
      throw new ApiError('unauthorized', sentence, { headers: { 'www-authenticate': 'Bearer realm="punctual"' } })
    }
    limit(apiKey.id, headers)
    if (scope === 'tokens:read' && !tokens) {
      const sentence = 'This service gives its tokens to nobody. Make the call through it instead.'
      throw new ApiError('forbidden', sentence, { reason: 'tokens_off' })
    }
    if (holdsScope(apiKey.scopes, scope)) return apiKey
    const sentence = `This needs an API key with the scope ${scope}. Make one with: punctual api-keys create.`
    throw new ApiError('forbidden', sentence, { reason: 'scope', scopes: [scope] })
  }
}

function bearerOf({ headers }: Request): string | null {
  return /^bearer +([\x21-\x7e]{1,200})$/i.exec(headers.get('authorization') ?? '')?.[1] ?? null
}

/**
 * Returns the owner that a request is about: the one that it names, or the one that its API key is bound to; `undefined`
 * for all owners.
 *
 * @throws {ApiError} `forbidden` for a key that is bound to another owner.
 */
export function ownerOf({ owner }: Pick<ApiKey, 'owner'>, named?: string): string | undefined {
  if (owner === null || named === undefined || named === owner) return named ?? owner ?? undefined
  throw new ApiError('forbidden', 'This API key belongs to one owner, and the request names another.', {
    reason: 'owner',
  })
}
