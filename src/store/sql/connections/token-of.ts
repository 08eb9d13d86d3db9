// The read of every call: a connection and what serving its token needs of its grant, in one statement.

import type { ConnectionStore } from '../../../core/store/connections.ts'
import { longestSpans } from '../../../core/store/longest-spans.ts'
import { believedTime } from '../../../core/store/wrong-clock.ts'
import type { Engine } from '../engine/engine.ts'
import { listOf } from '../engine/json.ts'
import type { Placeholders } from '../engine/parameters.ts'
import { statement } from '../engine/statement.ts'

export function tokenOf(engine: Engine): ConnectionStore['tokenOf'] {
  const byConnection = statement(engine, (db, { id }: Placeholders<{ id: string }>) =>
    db
      .selectFrom('connections')
      .innerJoin('grants', 'grants.id', 'connections.grant_id')
      .select([
        'connections.grant_id',
        'connections.disconnected',
        'grants.scopes',
        'grants.tokens',
        'grants.generation',
        'grants.expires_at',
        'grants.lifetime',
        'grants.renew_at',
        'grants.retry_at',
        'grants.status',
        'grants.reason',
        'grants.used_at',
        engine.now().as('read_at'),
      ])
      .where('connections.id', '=', id),
  )
  return async (id) => {
    const row = await byConnection.first({ id })
    if (!row) return null
    return {
      grant: row.grant_id,
      isDisconnected: row.disconnected === 1,
      scopes: listOf(row.scopes),
      tokens: row.tokens,
      generation: row.generation,
      expiresAt: row.expires_at,
      lifetimeMs: row.lifetime,
      refreshAt: row.renew_at,
      retryAt: believedTime(row.retry_at, row.read_at, longestSpans.retry),
      status: row.status,
      reason: row.reason,
      usedAt: row.used_at,
      readAt: row.read_at,
    }
  }
}
