// The grants as they are in the store at this moment, each with the set that it holds.

import type { GrantEnd, GrantStatus } from '../../src/core/grant.ts'
import type { Store } from '../../src/core/store/store.ts'
import type { SimulatedProvider } from './provider.ts'
import type { IssuedSet } from './token-issuer.ts'
import type { TokenTracker } from './token-tracker.ts'

export interface Row {
  /** A short name for the transcript: `g1`. */
  readonly name: string
  readonly id: string
  readonly client: string
  /** The provider's account, found by the set that the row once held. */
  readonly account: string
  readonly status: GrantStatus
  readonly reason: GrantEnd | null
  readonly generation: number
  readonly set: IssuedSet | null
  /** The fallback sets, the next one first. */
  readonly fallbackSets: readonly IssuedSet[]
  /** Since when the grant has not been live, as far as the checker has seen; `null`: it is live. */
  readonly endedAt: number | null
  /** When the grant was last over, as far as the checker has seen; `null`: never. */
  readonly lastOver: number | null
}

export interface Rows {
  readonly all: ReadonlyMap<string, Row>
  /** Reads the row again. `null`: it is not there. */
  read(id: string): Promise<Row | null>
}

export function createRows(now: () => number, store: Store, provider: SimulatedProvider, tracker: TokenTracker): Rows {
  const all = new Map<string, Row>()
  const setOf = (id: string, sealed: string | null) => {
    const number = tracker.numberIn(id, sealed)
    return number === null ? null : (provider.sets[number - 1] ?? null)
  }
  return {
    all,
    async read(id) {
      const row = await store.grants.get(id)
      if (!row) {
        all.delete(id)
        return null
      }
      const before = all.get(id)
      const set = setOf(id, row.tokens)
      const seen: Row = {
        name: before?.name ?? `g${all.size + 1}`,
        id,
        client: row.client,
        account: before?.account ?? set?.account ?? row.account.id,
        status: row.status,
        reason: row.reason,
        generation: row.generation,
        set,
        fallbackSets: row.fallbackTokens.flatMap((sealed) => setOf(id, sealed.slice(sealed.indexOf(':') + 1)) ?? []),
        endedAt: row.status === 'live' ? null : (before?.endedAt ?? now()),
        lastOver: row.status === 'over' || before?.status === 'over' ? now() : (before?.lastOver ?? null),
      }
      for (const held of [seen.set, ...seen.fallbackSets]) if (held) tracker.stateOf(held).stored = true
      all.set(id, seen)
      return seen
    },
  }
}

/** The sets that a row holds. */
export function setsOf(row: Row | null): readonly IssuedSet[] {
  return row === null ? [] : [...(row.set ? [row.set] : []), ...row.fallbackSets]
}
