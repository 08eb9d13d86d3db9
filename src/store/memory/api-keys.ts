// API keys in memory.

import { PunctualError } from '../../core/errors.ts'
import type { ApiKeyRow, ApiKeyStore } from '../../core/store/api-keys.ts'
import { longestSpans } from '../../core/store/longest-spans.ts'
import { believedTime } from '../../core/store/wrong-clock.ts'
import { sweepOld } from './engine/sweep-old.ts'
import type { ApiKeyRecord, Now, Tables } from './engine/tables.ts'

export function apiKeys(tables: Tables, now: Now): ApiKeyStore {
  const table = tables.apiKeys
  const read = (row: ApiKeyRecord): ApiKeyRow => {
    const readAt = now()
    const until = row.replacedUntil
    const replacedUntil = until === null ? null : believedTime(until, readAt, longestSpans.replacedSecret)
    return structuredClone({ ...row, replacedUntil, readAt })
  }
  const put = (row: ApiKeyRecord): ApiKeyRow => {
    table.set(row.id, row)
    return read(row)
  }
  return {
    async insert(key, lifetimeMs) {
      const createdAt = now()
      if (table.has(key.id))
        throw new PunctualError('store_unavailable', 'The store refused a row: a key with this id exists.', {
          reason: 'conflict',
        })
      const unused = { replacedHash: null, replacedUntil: null, lastUsedAt: null, revokedAt: null }
      const expiresAt = lifetimeMs === null ? null : createdAt + Math.round(lifetimeMs)
      return put(structuredClone({ ...key, ...unused, createdAt, expiresAt }))
    },
    async get(id) {
      const row = table.get(id)
      return row ? read(row) : null
    },
    async list({ after, limit }) {
      return [...table.values()]
        .sort(inOrder)
        .filter((row) => !after || inOrder(row, after) > 0)
        .slice(0, limit)
        .map(read)
    },
    async rotate(id, secretHash, graceMs) {
      const at = now()
      const row = table.get(id)
      if (!row || row.revokedAt !== null || (row.expiresAt !== null && row.expiresAt <= at)) return null
      const replacedUntil = at + Math.round(graceMs)
      return put({ ...row, secretHash, replacedHash: row.secretHash, replacedUntil })
    },
    async revoke(id) {
      const row = table.get(id)
      return row ? put({ ...row, revokedAt: row.revokedAt ?? now() }) : null
    },
    async touch(id, everyMs) {
      const at = now()
      const row = table.get(id)
      if (!row) return
      const isNoted = row.lastUsedAt !== null && row.lastUsedAt <= at && row.lastUsedAt > at - Math.round(everyMs)
      if (!isNoted) put({ ...row, lastUsedAt: at })
    },
    async sweep(ageMs, limit) {
      const swept = sweepOld(tables, 'apiKeys', (row) => row.revokedAt, now(), ageMs, limit, true)
      return swept + sweepOld(tables, 'apiKeys', (row) => row.expiresAt, now(), ageMs, limit - swept, true)
    },
  }
}

function inOrder(a: { createdAt: number; id: string }, b: { createdAt: number; id: string }): number {
  return a.createdAt - b.createdAt || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)
}
