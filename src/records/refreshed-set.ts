// A refreshed token set on its way to its grant's row, and its times.

import type { RefreshedTokens } from '../core/store/grants.ts'

/** When a token set expires and when the keeper looks at it. Milliseconds from now. */
export type Schedule = Pick<RefreshedTokens, 'expiresInMs' | 'refreshInMs' | 'dueInMs'>

/** A refreshed set, sealed for its grant's row: what the store keeps, or the journal while the store cannot. */
export interface SealedRefresh {
  readonly grant: string
  /** The generation that it replaces. */
  readonly generation: number
  /** The sealed set that has been spent for it. */
  readonly spent: string
  readonly tokens: string
  readonly scopes: readonly string[] | null
  /** The store's clock when the grant was read for it. Earlier versions did not note it. */
  readonly readAt?: number | undefined
}

/**
 * Where a token set from the journal is now. `stored`: it is the grant's current set. `fallback`: it is kept beside a
 * newer one. `revived`: the same, and it makes an ended grant usable again. `known`: the store had it before.
 * `absent`: the store does not know the grant.
 */
export type PutBackOutcome = 'stored' | 'fallback' | 'revived' | 'known' | 'absent'

/** What is left of a schedule after that many ms. It may lie in the past: so an idle set tells its age. */
export function afterwards({ expiresInMs, refreshInMs, dueInMs }: Schedule, ms: number): Schedule {
  const until = (leftMs: number | null) => (leftMs === null ? null : leftMs - ms)
  return { expiresInMs: expiresInMs - ms, refreshInMs: until(refreshInMs), dueInMs: until(dueInMs) }
}
