// The writes of the store that give a grant another token set, end it, or give up a connection, each with its text in the
// escrow. A refreshed set goes there while the store takes it, and not only afterwards: the row that a crash leaves behind
// is healed by it. After every other write the row is read, so that the escrow has what stands there.

import type { ConnectionStore } from '../core/store/connections.ts'
import type { GrantRow, GrantStore, RefreshedTokens } from '../core/store/grants.ts'
import { isDatedAhead, unknownAgeMs } from '../core/store/wrong-clock.ts'
import type { AttemptEntry, ConnectionEntry, EscrowedSet, GrantEntry } from './entry.ts'

type Unstamped<Entry> = Omit<Entry, 'store' | 'kind'>

export interface KeepDependencies {
  readonly store: { readonly grants: GrantStore; readonly connections: ConnectionStore }
  /** Adds an entry. Never rejects, and resolves after a while even where it is not kept. */
  readonly keepGrant: (entry: Omit<Unstamped<GrantEntry>, 'at'>) => Promise<void>
  readonly keepConnection: (entry: Unstamped<ConnectionEntry>) => Promise<void>
  readonly keepAttempt: (entry: Unstamped<AttemptEntry>) => Promise<void>
  /** What was written could not be read, or may have been written: the escrow may not have it. */
  readonly missed: () => void
  /** The newest generation of a grant that is in the escrow; 0: it has none. */
  readonly newestGeneration: (grant: string) => Promise<number>
  /** Resolves when no row is older than the escrow. */
  readonly ready: () => Promise<void>
  /** Heals all rows where that grant's is older than the escrow, as after a start the store may have gone back again. */
  readonly bringUpToDate: (grant: string) => Promise<void>
}

export interface KeptWrites {
  readonly grants: Pick<GrantStore, 'commit' | 'end' | 'close' | 'keepFallback' | 'useFallback'>
  readonly connections: Pick<ConnectionStore, 'attach' | 'detach'>
}

export function keepWrites(dependencies: KeepDependencies): KeptWrites {
  return { grants: grantWrites(dependencies), connections: connectionWrites(dependencies) }
}

function grantWrites({ store: { grants }, keepGrant, missed }: KeepDependencies): KeptWrites['grants'] {
  const keepRow = rowKeeping(grants, keepGrant, missed)
  return {
    async commit(id, generation, refreshed, entry) {
      const kept = keepGrant({
        grant: id,
        generation: generation + 1,
        status: 'live',
        reason: null,
        set: refreshedSet(refreshed),
        isStored: false,
      })
      try {
        return await grants.commit(id, generation, refreshed, entry)
      } finally {
        await kept
      }
    },
    async end(id, generation, reason, entry) {
      const isEnded = await grants.end(id, generation, reason, entry)
      if (isEnded) await keepGrant({ grant: id, generation, status: 'over', reason, set: null, isStored: true })
      return isEnded
    },
    async close(id, generation) {
      const isClosed = await grants.close(id, generation)
      if (isClosed)
        await keepGrant({ grant: id, generation, status: 'closed', reason: null, set: null, isStored: true })
      return isClosed
    },
    async keepFallback(id, ...set) {
      const kept = await orMissed(grants.keepFallback(id, ...set), missed)
      if (kept === 'kept' || kept === 'revived') await keepRow(id)
      return kept
    },
    async useFallback(id, generation, entry) {
      const isUsed = await orMissed(grants.useFallback(id, generation, entry), missed)
      if (isUsed) await keepRow(id)
      return isUsed
    },
  }
}

function connectionWrites(dependencies: KeepDependencies): KeptWrites['connections'] {
  const { store, keepGrant, keepConnection, keepAttempt, missed, newestGeneration, ready, bringUpToDate } = dependencies
  const keepRow = rowKeeping(store.grants, keepGrant, missed)
  return {
    async attach(attachment) {
      await ready()
      const above = await newestGeneration(attachment.grant.id)
      const attaching = store.connections.attach({ ...attachment, grant: { ...attachment.grant, above } })
      const attached = await orMissed(attaching, missed)
      if (attached === null) return attached
      const { id, updatedAt: at } = attached.connection
      await Promise.all([
        keepAttempt({ attempt: attachment.attempt, connection: id, at }),
        attached.created || keepConnection({ connection: id, isDisconnected: false, at }),
        keepRow(attachment.grant.id),
      ])
      return attached
    },
    async detach(id, entry) {
      // The tokens of its grant may be revoked next: those of an older row are not the ones that count.
      await ready()
      const found = await store.connections.get(id)
      if (found) await bringUpToDate(found.grant)
      const detached = await store.connections.detach(id, entry)
      if (detached) await keepConnection({ connection: id, isDisconnected: true, at: detached.row.updatedAt })
      return detached
    },
  }
}

/** A write without an answer may have been done. */
async function orMissed<Result>(writing: Promise<Result>, missed: () => void): Promise<Result> {
  try {
    return await writing
  } catch (error) {
    missed()
    throw error
  }
}

/** The write is done: where its row cannot be read, all live grants are covered again. */
function rowKeeping(grants: Pick<GrantStore, 'get'>, keepGrant: KeepDependencies['keepGrant'], missed: () => void) {
  return async (id: string): Promise<void> => {
    const row = await orMissed(grants.get(id), missed).catch(() => null)
    if (row === null || (row.status !== 'live' && row.status !== 'over')) return
    const { generation, status, reason } = row
    await keepGrant({ grant: id, generation, status, reason, set: setOf(row), isStored: true })
  }
}

function refreshedSet({ tokens, scopes, expiresInMs, refreshInMs, dueInMs }: RefreshedTokens): EscrowedSet {
  return { tokens, fallbackTokens: [], scopes, outcomeUnknown: false, expiresInMs, refreshInMs, dueInMs }
}

export function setOf(row: GrantRow): EscrowedSet | null {
  const { tokens, fallbackTokens, scopes, outcomeUnknown, readAt } = row
  if (tokens === null) return null
  const left = (time: number | null) => (time === null ? null : isDatedAhead(row) ? -unknownAgeMs : time - readAt)
  return {
    tokens,
    fallbackTokens,
    scopes,
    outcomeUnknown,
    expiresInMs: left(row.expiresAt) ?? 0,
    refreshInMs: left(row.refreshAt),
    dueInMs: left(row.dueAt),
  }
}
