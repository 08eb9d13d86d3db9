// Grants with their tokens opened on the way out and sealed on the way in. Nothing outside this folder sees both a
// sealed row and the vault.

import type { GrantEnd } from '../core/grant.ts'
import type { HistoryEntry } from '../core/history.ts'
import { secret } from '../core/secret.ts'
import type { Claim, GrantRow, Release, Renewal, Store } from '../core/store.ts'
import type { TokenSet } from '../core/tokens.ts'
import type { Vault } from '../vault/cipher.ts'

/** A grant as the rest of the product sees it: its row without sealed fields. */
export interface Grant extends Omit<GrantRow, 'tokens' | 'spares'> {
  /** The token set as it is stored. */
  readonly sealed: string | null
  /** Milliseconds that the access token still lives, by the store's clock; negative once it has ended. */
  readonly remaining: number
  /** @throws {PunctualError} when the row cannot be opened with the keys at hand. */
  open(): TokenSet
}

/** When a token set ends and when it is to be looked at. Milliseconds from now. */
export type Schedule = Pick<Renewal, 'expiresIn' | 'renewIn' | 'dueIn'>

/** A renewed set, sealed for its grant's row: what the store takes, and the journal while the store cannot. */
export interface SealedRenewal {
  readonly grant: string
  /** The generation that it replaces. */
  readonly generation: number
  /** The sealed set that has been spent for it. */
  readonly spent: string
  readonly tokens: string
  readonly scopes: readonly string[] | null
}

export interface Grants {
  get(id: string): Promise<Grant | null>
  seal(
    grant: Pick<Grant, 'id' | 'generation' | 'sealed'>,
    tokens: TokenSet,
    scopes: readonly string[] | null,
  ): SealedRenewal
  /** The grant as it will be once that renewal is stored: for serving it while the store is away. */
  withRenewal(grant: Grant, renewal: SealedRenewal, remaining: number): Grant
  claim(id: string, generation: number, claim: Claim): Promise<Grant | null>
  commit(renewal: SealedRenewal, schedule: Schedule): Promise<boolean>
  release(id: string, generation: number, owner: string, release: Release): Promise<boolean>
  end(id: string, generation: number, reason: GrantEnd): Promise<boolean>
  /** Keeps a renewed set that a newer generation has overtaken, in case the provider honours only this one. */
  keepSpare(renewal: SealedRenewal): Promise<'kept' | 'revived' | null>
  /** The same for a set of the journal, which may be the very one that is thought to have overtaken it. */
  keepReplayedSpare(renewal: SealedRenewal): Promise<'kept' | 'revived' | null>
  /** Forgets the set of a grant that has been refused while a newer one stands. */
  forgetSpare(grant: Grant): Promise<unknown>
  /** Puts the newest spare, if there is one, in place of a current set that was refused. */
  useSpare(id: string, generation: number): Promise<boolean>
  takeDue(limit: number, hideFor: number): Promise<string[]>
  postpone(id: string, generation: number, dueIn: number | null): Promise<boolean>
  touch(id: string): Promise<void>
  close(id: string, generation: number): Promise<boolean>
  closing(age: number, limit: number): Promise<Grant[]>
  /** Resolves when the store says that the grant may have changed (it need not), and when `signal` is aborted. */
  readonly changed?: ((id: string, signal: AbortSignal) => Promise<void>) | undefined
  /** The tokens of a sealed set that belonged to this grant. */
  openSealed(id: string, sealed: string): TokenSet
}

export function createGrants(parts: {
  readonly store: Pick<Store, 'grants' | 'history'>
  readonly vault: Vault
}): Grants {
  const { store, vault } = parts
  // One place for both columns of a row: a set moves between `tokens` and `spares` without being sealed anew.
  const place = (row: string) => ({ table: 'grants', row, column: 'tokens' })
  const openSealed = (id: string, sealed: string) => parseTokens(vault.open(place(id), sealed))

  function opened(row: GrantRow): Grant {
    const { tokens, spares: _, ...facts } = row
    return {
      ...facts,
      sealed: tokens,
      remaining: row.expiresAt - row.readAt,
      open: () => openSealed(row.id, tokens ?? ''),
    }
  }

  return {
    openSealed,
    async get(id) {
      const row = await store.grants.get(id)
      return row && opened(row)
    },
    seal: ({ id, generation, sealed }, tokens, scopes) => ({
      grant: id,
      generation,
      spent: sealed ?? '',
      scopes,
      tokens: vault.seal(place(id), serializeTokens(tokens)),
    }),
    withRenewal: (grant, renewal, remaining) => ({
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
    commit: (renewal, schedule) =>
      store.grants.commit(
        renewal.grant,
        renewal.generation,
        { tokens: renewal.tokens, scopes: renewal.scopes, ...schedule },
        renewedEntry(renewal.generation + 1),
      ),
    release: (id, generation, owner, release) => store.grants.release(id, generation, owner, release),
    end: (id, generation, reason) =>
      store.grants.end(id, generation, reason, entry('grant.ended', { generation, reason })),
    keepSpare: ({ grant, generation, spent, tokens }) => store.grants.keepSpare(grant, generation, spent, tokens),
    async keepReplayedSpare({ grant, generation, spent, tokens }) {
      const row = await store.grants.get(grant)
      if (!row || row.generation <= generation || row.tokens === tokens) return null
      // The storing that was believed to have failed may have succeeded: then this set was the next generation, and has
      // been spent since. If that generation was another one, this set has never been in the store.
      const next = generation + 1
      if (row.generation > next && (await store.history.has(grant, renewedEntry(next)))) return null
      return store.grants.keepSpare(grant, generation, spent, tokens)
    },
    forgetSpare: ({ id, generation, sealed }) => store.grants.keepSpare(id, generation, sealed ?? '', null),
    useSpare: (id, generation) => store.grants.useSpare(id, generation),
    takeDue: (limit, hideFor) => store.grants.takeDue(limit, hideFor),
    postpone: (id, generation, dueIn) => store.grants.postpone(id, generation, dueIn),
    touch: (id) => store.grants.touch(id),
    close: (id, generation) => store.grants.close(id, generation),
    closing: async (age, limit) => (await store.grants.closing(age, limit)).map(opened),
    changed: store.grants.changed,
  }
}

/** The text that is sealed for a token set. */
export function serializeTokens(tokens: TokenSet): string {
  return JSON.stringify({ a: tokens.accessToken.reveal(), r: tokens.refreshToken?.reveal() ?? null })
}

/** The token set of a sealed text that has been opened. */
export function parseTokens(text: string): TokenSet {
  const { a, r } = JSON.parse(text) as { a: string; r: string | null }
  return { accessToken: secret(a), refreshToken: r === null ? null : secret(r) }
}

function renewedEntry(generation: number): HistoryEntry {
  return entry('grant.renewed', { generation })
}

function entry(type: string, data: HistoryEntry['data']): HistoryEntry {
  return { type, data }
}
