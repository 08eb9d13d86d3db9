// Reads the grant of a connection, for serving its token or refreshing it: from the store, or from the journal where that
// has a newer set or the store is away.

import { connectionNotFound } from '../core/not-found.ts'
import type { Grant, GrantRecords, ServedGrant } from '../records/grants.ts'
import { needsReconnect } from './failures.ts'
import type { Journal } from './journal.ts'
import type { TokenTarget } from './token-request.ts'

export interface ReadDependencies {
  readonly grants: Pick<GrantRecords, 'ofConnection'>
  readonly journal: Pick<Journal, 'newer'>
}

/**
 * Returns a function that reads a grant that can be served or refreshed: what serving needs of it from the store, or the
 * whole grant from the journal.
 */
export function createRead({
  grants,
  journal,
}: ReadDependencies): (target: TokenTarget) => Promise<ServedGrant | Grant> {
  return async ({ connection, grant: id }) => {
    const held = journal.newer(id, -1)
    const stored = await grants.ofConnection(connection).catch((error: unknown) => {
      if (held) return 'away' as const
      throw error
    })
    if (stored === 'away') return usable(held)
    if (!stored || stored.isDisconnected || stored.id !== id) throw connectionNotFound()
    return usable(held && held.generation > stored.generation ? held : stored)
  }
}

function usable(grant: ServedGrant | null): ServedGrant {
  if (!grant || grant.status === 'closing' || grant.status === 'closed') throw connectionNotFound()
  if (grant.status === 'over') throw needsReconnect(grant.reason ?? 'refused')
  return grant
}

/** Reads the rest of a grant, which a refresh needs; `null`: it has changed since. */
export async function wholeOf(grants: Pick<GrantRecords, 'get'>, grant: ServedGrant | Grant): Promise<Grant | null> {
  if (isWhole(grant)) return grant
  const whole = await grants.get(grant.id)
  return whole?.generation === grant.generation && whole.status === 'live' ? whole : null
}

export function isWhole(grant: ServedGrant | Grant): grant is Grant {
  return 'intent' in grant
}
