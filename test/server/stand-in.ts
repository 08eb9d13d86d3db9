// STAND-IN for what other branches bring.
import { randomBytes } from 'node:crypto'
import type { Punctual } from '../../src/index.ts'
import type { ApiHost, ApiKey, ApiScope } from '../../src/server/api/request/host.ts'

export function standIn(punctual: Punctual): {
  punctual: ApiHost & Pick<Punctual, 'handler' | 'ready'>
  keys: {
    create(scopes: readonly ApiScope[], owner?: string): Promise<string>
    revoke(key: string): Promise<void>
  }
} {
  const keys = new Map<string, ApiKey>()
  return {
    keys: {
      async create(scopes, owner) {
        const id = randomBytes(6).toString('hex')
        const text = `pk_${id}_${randomBytes(32).toString('base64url')}`
        keys.set(text, { id, scopes, owner: owner ?? null })
        return text
      },
      async revoke(key) {
        keys.delete(key)
      },
    },
    punctual: {
      ...punctual,
      apiKeys: { verify: async (text) => keys.get(text) ?? null },
      connectSessions: { create: async () => ({}) as never, get: async () => ({}) as never },
      events: { ...punctual.events, feed: async () => ({ events: [], cursor: '0' }) },
    },
  }
}
