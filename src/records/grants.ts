// Grants with their tokens opened on the way out and sealed on the way in. No code outside this folder has both a
// sealed row and the vault.

import type { GrantEnd } from '../core/grant.ts'
import { secret } from '../core/secret.ts'
import { storable } from '../core/storable.ts'
import type { TokenRow } from '../core/store/connections.ts'
import type { Claim, GrantRow, GrantStore, Release } from '../core/store/grants.ts'
import { longestSpans } from '../core/store/longest-spans.ts'
import type { Store } from '../core/store/store.ts'
import { believedTime, isDatedAhead, unknownAgeMs } from '../core/store/wrong-clock.ts'
import type { TokenSet } from '../core/tokens.ts'
import type { Vault } from '../vault/cipher.ts'
import { entry, refreshedEntry, usedEntry } from './grant-history.ts'
import { keepFallback, putBack, type StoredSets } from './kept-sets.ts'
import type { OpenedSets } from './opened-sets.ts'
import type { PutBackOutcome, Schedule, SealedRefresh } from './refreshed-set.ts'
import { sharedReads } from './shared-reads.ts'

/** A grant as the rest of the product sees it: its row without sealed fields. */
export interface Grant extends Omit<GrantRow, 'tokens' | 'fallbackTokens'> {
  /** The token set as it is stored. */
  readonly sealed: string | null
  /**
   * Milliseconds until the access token expires, by the store's clock; negative once it has. A set that would be valid
   * for longer than it can was stored while the clock was wrong: it counts as expired, and its times as reached.
   */
  readonly remaining: number
  /** @throws {PunctualError} when the row cannot be opened with these keys. */
  open(): TokenSet
}

/** A grant as far as serving its token needs it. */
export type ServedGrant = Pick<Grant, 'id' | 'sealed' | 'remaining' | 'open'> &
  Omit<TokenRow, 'grant' | 'tokens' | 'expiresAt' | 'lifetimeMs' | 'isDisconnected'>

export interface GrantRecords
  extends Pick<GrantStore, 'extend' | 'takeDue' | 'postpone' | 'touch' | 'describe' | 'close' | 'changed'> {
  /** Callers who ask at the same time share one read, which begins after each of them has asked. */
  get(id: string): Promise<Grant | null>
  /** The grant of a connection, read the same way, and whether the connection has ended; `null`: it does not exist. */
  ofConnection(id: string): Promise<(ServedGrant & Pick<TokenRow, 'isDisconnected'>) | null>
  seal(
    grant: Pick<Grant, 'id' | 'generation' | 'sealed'> & Partial<Pick<Grant, 'readAt'>>,
    tokens: TokenSet,
    scopes: readonly string[] | null,
  ): SealedRefresh
  /** The grant as it will be once that set is stored: for serving it while the store is away. */
  withRefresh(grant: Grant, refreshed: SealedRefresh, schedule: Schedule): Grant
  /** `isLost`: the lease of another process has run out, which is recorded in the history. */
  claim(id: string, generation: number, claim: Omit<Claim, 'entry'>, isLost: boolean): Promise<Grant | null>
  /** `reason`: why a refresh failed, for the history. */
  release(
    id: string,
    generation: number,
    owner: string,
    release: Omit<Release, 'entry'>,
    reason?: string,
  ): Promise<boolean>
  useFallback(id: string, generation: number): Promise<boolean>
  commit(refreshed: SealedRefresh, schedule: Schedule): Promise<boolean>
  end(id: string, generation: number, reason: GrantEnd): Promise<boolean>
  /** Keeps a refreshed set that a newer generation has overtaken, in case the provider honours only this one. */
  keepFallback(refreshed: SealedRefresh): Promise<'kept' | 'revived' | 'known' | null>
  /**
   * Stores a set from the journal, fenced by the generation like any other. `ageMs`: the time since the journal got it
   * with that schedule. It counts as older where the store's clock says so.
   *
   * @throws {PunctualError} when it cannot be opened: it would replace a set that can.
   */
  putBack(refreshed: SealedRefresh, schedule: Schedule, ageMs: number): Promise<PutBackOutcome>
  /** Deletes the set of a grant that has been refused, from the fallback sets of a newer one. `null`: no newer set stands. */
  forgetFallback(grant: Grant): Promise<'kept' | 'revived' | 'known' | null>
  closing(ageMs: number, limit: number, after: string | null): Promise<Grant[]>
  /** The tokens of a sealed set that belonged to this grant. */
  openSealed(id: string, sealed: string): TokenSet
}

export interface GrantRecordsDependencies {
  readonly store: Pick<Store, 'grants' | 'history'> & { readonly connections: Pick<Store['connections'], 'tokenOf'> }
  readonly vault: Vault
  /** Without it, each set is opened each time. */
  readonly openedSets?: Pick<OpenedSets, 'get'>
  /** Called when a row is older than the set of the journal that was spent for another one: a backup was restored. */
  readonly wentBack?: () => void
}

/**
 * Where the token sets of a grant are kept. One place for both columns of its row: a set moves between `tokens` and `spares`
 * without being sealed again.
 */
export function grantPlace(row: string): { table: string; row: string; column: string } {
  return { table: 'grants', row, column: 'tokens' }
}

export function createGrantRecords(dependencies: GrantRecordsDependencies): GrantRecords {
  const { store, vault, openedSets, wentBack = () => {} } = dependencies
  const openSealed = (id: string, sealed: string) => parseTokens(vault.open(grantPlace(id), sealed))
  const openCurrent = (id: string, sealed: string) => {
    const open = () => openSealed(id, sealed)
    return openedSets ? openedSets.get(id, sealed, open) : open()
  }

  const sets: StoredSets = { ...store, textOf: (id, sealed) => vault.open(grantPlace(id), sealed) }

  function opened(row: GrantRow): Grant {
    const { tokens, fallbackTokens: _, ...facts } = row
    return { ...facts, ...believedTimes(row), sealed: tokens, open: () => openCurrent(row.id, tokens ?? '') }
  }

  function openedToken(row: TokenRow): ServedGrant & Pick<TokenRow, 'isDisconnected'> {
    const { grant: id, tokens, expiresAt: _, lifetimeMs: __, ...facts } = row
    return { ...facts, ...believedTimes(row), id, sealed: tokens, open: () => openCurrent(id, tokens ?? '') }
  }

  const commit: GrantRecords['commit'] = (refreshed, schedule) =>
    store.grants.commit(
      refreshed.grant,
      refreshed.generation,
      { tokens: refreshed.tokens, scopes: refreshed.scopes, ...schedule },
      refreshedEntry(refreshed.generation + 1),
    )

  return {
    ...store.grants,
    openSealed,
    get: sharedReads(async (id) => {
      const row = await store.grants.get(id)
      return row && opened(row)
    }),
    ofConnection: sharedReads(async (id) => {
      const row = await store.connections.tokenOf(id)
      return row && openedToken(row)
    }),
    seal: ({ id, generation, sealed, readAt }, tokens, scopes) => ({
      grant: id,
      generation,
      spent: sealed ?? '',
      scopes,
      readAt,
      tokens: vault.seal(grantPlace(id), serializeTokens(tokens)),
    }),
    withRefresh: (grant, refreshed, { expiresInMs, refreshInMs }) => ({
      ...grant,
      generation: refreshed.generation + 1,
      scopes: refreshed.scopes ?? grant.scopes,
      status: 'live',
      reason: null,
      remaining: expiresInMs,
      expiresAt: grant.readAt + expiresInMs,
      // Not when the set before was due: it would be refreshed again as soon as it is in the store.
      refreshAt: refreshInMs === null ? null : grant.readAt + refreshInMs,
      sealed: refreshed.tokens,
      open: () => openCurrent(refreshed.grant, refreshed.tokens),
    }),
    async claim(id, generation, claim, isLost) {
      const lost = isLost && { entry: entry('grant.refresh_lost', { generation }) }
      const row = await store.grants.claim(id, generation, { ...claim, ...lost })
      return row && opened(row)
    },
    release(id, generation, owner, { retryInMs, ...how }, reason) {
      const data = { generation, reason: storable(reason ?? '', 200), retryInMs: Math.round(retryInMs) }
      const failed = reason !== undefined && { entry: entry('grant.refresh_failed', data) }
      return store.grants.release(id, generation, owner, { ...how, retryInMs, ...failed })
    },
    useFallback: (id, generation) => store.grants.useFallback(id, generation, usedEntry(generation)),
    commit,
    end: (id, generation, reason) =>
      store.grants.end(id, generation, reason, entry('grant.ended', { generation, reason })),
    keepFallback: ({ grant, generation, spent, tokens }) => keepFallback(sets, grant, generation, spent, tokens),
    async putBack(refreshed, schedule, ageMs) {
      openSealed(refreshed.grant, refreshed.tokens)
      const commitLeft = (left: Schedule) => commit(refreshed, left)
      return putBack(sets, refreshed, { schedule, ageMs, commit: commitLeft, wentBack })
    },
    forgetFallback: ({ id, generation, sealed }) => keepFallback(sets, id, generation, sealed ?? '', null),
    closing: async (ageMs, limit, after) => (await store.grants.closing(ageMs, limit, after)).map(opened),
  }
}

/** The times of a row, if a right clock can have written them; else they were reached long ago, since its age is not known. */
function believedTimes(
  row: Pick<GrantRow, 'expiresAt' | 'lifetimeMs' | 'refreshAt' | 'retryAt' | 'readAt'>,
): Pick<Grant, 'remaining' | 'refreshAt' | 'retryAt'> {
  const { expiresAt, refreshAt, readAt } = row
  const isWrong = isDatedAhead(row)
  return {
    remaining: isWrong ? 0 : expiresAt - readAt,
    refreshAt: isWrong && refreshAt !== null ? readAt - unknownAgeMs : refreshAt,
    retryAt: believedTime(row.retryAt, readAt, longestSpans.retry),
  }
}

/** The text that is sealed for a token set. */
export function serializeTokens(tokens: TokenSet): string {
  return JSON.stringify({ a: tokens.accessToken.reveal(), r: tokens.refreshToken?.reveal() ?? null })
}

/** The token set of a sealed text that has been opened. */
export function parseTokens(text: string): TokenSet {
  const { a, r } = JSON.parse(text) as { a: string; r: string | null }
  if (typeof a !== 'string') throw new TypeError('a sealed text holds no token set')
  return { accessToken: secret(a), refreshToken: r === null ? null : secret(r) }
}
