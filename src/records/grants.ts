// Grants with their tokens opened on the way out and sealed on the way in. Nothing outside this folder sees both a
// sealed row and the vault.

import type { GrantEnd } from '../core/grant.ts'
import { secret } from '../core/secret.ts'
import type { Claim, GrantRow, GrantStore, RefreshedTokens } from '../core/store/grants.ts'
import type { HistoryEntry } from '../core/store/history.ts'
import { longestSpans } from '../core/store/longest-spans.ts'
import type { Store } from '../core/store/store.ts'
import { believedTime } from '../core/store/wrong-clock.ts'
import type { TokenSet } from '../core/tokens.ts'
import type { Vault } from '../vault/cipher.ts'
import { sharedReads } from './shared-reads.ts'

/** A grant as the rest of the product sees it: its row without sealed fields. */
export interface Grant extends Omit<GrantRow, 'tokens' | 'fallbackTokens'> {
  /** The token set as it is stored. */
  readonly sealed: string | null
  /**
   * Milliseconds that the access token still lives, by the store's clock; negative once it has ended. A set that would
   * live for longer than it can was stored while the clock was wrong: it counts as ended, and its times as reached.
   */
  readonly remaining: number
  /** @throws {PunctualError} when the row cannot be opened with the keys at hand. */
  open(): TokenSet
}

/** When a token set ends and when it is to be looked at. Milliseconds from now. */
export type Schedule = Pick<RefreshedTokens, 'expiresInMs' | 'refreshInMs' | 'dueInMs'>

/** A renewed set, sealed for its grant's row: what the store takes, and the journal while the store cannot. */
export interface SealedRefresh {
  readonly grant: string
  /** The generation that it replaces. */
  readonly generation: number
  /** The sealed set that has been spent for it. */
  readonly spent: string
  readonly tokens: string
  readonly scopes: readonly string[] | null
}

/**
 * What became of a renewal of the journal. `stored`: it is the grant's set now. `fallback`: it is kept beside a newer one.
 * `revived`: the same, and the grant, which was over, lives by it. `known`: the store had it before. `absent`: the store
 * does not know the grant.
 */
export type PutBackOutcome = 'stored' | 'fallback' | 'revived' | 'known' | 'absent'

export interface GrantRecords
  extends Pick<
    GrantStore,
    'extend' | 'release' | 'useFallback' | 'takeDue' | 'postpone' | 'touch' | 'describe' | 'close' | 'changed'
  > {
  /** Callers who ask at the same time share one read, which begins after each of them has asked. */
  get(id: string): Promise<Grant | null>
  seal(
    grant: Pick<Grant, 'id' | 'generation' | 'sealed'>,
    tokens: TokenSet,
    scopes: readonly string[] | null,
  ): SealedRefresh
  /** The grant as it will be once that renewal is stored: for serving it while the store is away. */
  withRefresh(grant: Grant, renewal: SealedRefresh, remaining: number): Grant
  claim(id: string, generation: number, claim: Claim): Promise<Grant | null>
  commit(renewal: SealedRefresh, schedule: Schedule): Promise<boolean>
  end(id: string, generation: number, reason: GrantEnd): Promise<boolean>
  /** Keeps a renewed set that a newer generation has overtaken, in case the provider honours only this one. */
  keepFallback(renewal: SealedRefresh): Promise<'kept' | 'revived' | null>
  /**
   * Brings a renewal of the journal into the store, by the same fence as any other.
   *
   * @throws {PunctualError} when it cannot be opened: then it would take the place of a set that can.
   */
  putBack(renewal: SealedRefresh, schedule: Schedule): Promise<PutBackOutcome>
  /** Forgets the set of a grant that has been refused while a newer one stands. */
  forgetFallback(grant: Grant): Promise<unknown>
  closing(ageMs: number, limit: number, after: string | null): Promise<Grant[]>
  /** The tokens of a sealed set that belonged to this grant. */
  openSealed(id: string, sealed: string): TokenSet
}

export function createGrantRecords({
  store,
  vault,
}: {
  readonly store: Pick<Store, 'grants' | 'history'>
  readonly vault: Vault
}): GrantRecords {
  // One place for both columns of a row: a set moves between `tokens` and `spares` without being sealed anew.
  const place = (row: string) => ({ table: 'grants', row, column: 'tokens' })
  const openSealed = (id: string, sealed: string) => parseTokens(vault.open(place(id), sealed))

  function opened(row: GrantRow): Grant {
    const { tokens, fallbackTokens: _, ...facts } = row
    return {
      ...facts,
      ...believedTimes(row),
      sealed: tokens,
      open: () => openSealed(row.id, tokens ?? ''),
    }
  }

  const commit: GrantRecords['commit'] = (renewal, schedule) =>
    store.grants.commit(
      renewal.grant,
      renewal.generation,
      { tokens: renewal.tokens, scopes: renewal.scopes, ...schedule },
      refreshedEntry(renewal.generation + 1),
    )

  return {
    ...store.grants,
    openSealed,
    get: sharedReads(async (id) => {
      const row = await store.grants.get(id)
      return row && opened(row)
    }),
    seal: ({ id, generation, sealed }, tokens, scopes) => ({
      grant: id,
      generation,
      spent: sealed ?? '',
      scopes,
      tokens: vault.seal(place(id), serializeTokens(tokens)),
    }),
    withRefresh: (grant, renewal, remaining) => ({
      ...grant,
      generation: renewal.generation + 1,
      scopes: renewal.scopes ?? grant.scopes,
      status: 'live',
      reason: null,
      remaining,
      expiresAt: grant.readAt + remaining,
      sealed: renewal.tokens,
      open: () => openSealed(renewal.grant, renewal.tokens),
    }),
    async claim(id, generation, claim) {
      const row = await store.grants.claim(id, generation, claim)
      return row && opened(row)
    },
    commit,
    end: (id, generation, reason) =>
      store.grants.end(id, generation, reason, entry('grant.ended', { generation, reason })),
    keepFallback: ({ grant, generation, spent, tokens }) => store.grants.keepFallback(grant, generation, spent, tokens),
    async putBack(renewal, schedule) {
      openSealed(renewal.grant, renewal.tokens)
      return putBack(store, renewal, () => commit(renewal, schedule))
    },
    forgetFallback: ({ id, generation, sealed }) => store.grants.keepFallback(id, generation, sealed ?? '', null),
    closing: async (ageMs, limit, after) => (await store.grants.closing(ageMs, limit, after)).map(opened),
  }
}

async function putBack(
  { grants, history }: Pick<Store, 'grants' | 'history'>,
  renewal: SealedRefresh,
  commit: () => Promise<boolean>,
): Promise<PutBackOutcome> {
  const { grant, generation, spent, tokens } = renewal
  if (await commit()) return 'stored'
  const row = await grants.get(grant)
  if (!row) return 'absent'
  if (row.tokens === tokens) return 'known'
  if (row.generation <= generation) return putBefore(grants, row, renewal)
  // The storing that was believed to have failed may have succeeded: then this set was the next generation, and has
  // been spent since. If that generation was another one, this set has never been in the store.
  const next = generation + 1
  if (row.generation > next && (await history.has(grant, refreshedEntry(next)))) return 'known'
  const kept = await grants.keepFallback(grant, generation, spent, tokens)
  return kept === 'kept' ? 'fallback' : (kept ?? 'known')
}

/**
 * The database has gone back in time: a backup was restored. The set of the journal is newer than the row's, unless
 * somebody has connected again since: so it is tried first, and the row's set is kept to be tried after it.
 */
async function putBefore(
  grants: GrantStore,
  { id, generation, status, tokens }: GrantRow,
  renewal: SealedRefresh,
): Promise<PutBackOutcome> {
  const oldest = -1
  if (status === 'live' && tokens !== null) await grants.keepFallback(id, oldest, '', tokens)
  const kept = await grants.keepFallback(id, oldest, renewal.spent, renewal.tokens)
  if (kept === 'revived') return kept
  if (kept === null || !(await grants.useFallback(id, generation))) return 'absent'
  return 'stored'
}

/** Ms by which a clock may be corrected without anything being wrong with it. */
const clockCorrectionMs = 60_000

/** The times of a row, where it could be written with a right clock; else they have been reached. */
function believedTimes(row: GrantRow): Pick<Grant, 'remaining' | 'refreshAt' | 'retryAt'> {
  const { lifetimeMs, readAt } = row
  const remaining = row.expiresAt - readAt
  const wrong = lifetimeMs !== null && remaining > lifetimeMs + clockCorrectionMs
  return {
    remaining: wrong ? 0 : remaining,
    refreshAt: wrong && row.refreshAt !== null ? readAt : row.refreshAt,
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

function refreshedEntry(generation: number): HistoryEntry {
  return entry('grant.renewed', { generation })
}

function entry(type: string, data: HistoryEntry['data']): HistoryEntry {
  return { type, data }
}
