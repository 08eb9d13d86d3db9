// Tokens that the API has refused although they had just been issued. Renewing them again at once would spend refresh
// tokens for nothing, so for a minute nobody does.

import type { Clock } from '../core/clock.ts'

export interface RejectedTokens {
  add(grant: string, generation: number): void
  has(grant: string, generation: number): boolean
}

const lasts = 60_000

export function createRejectedTokens(clock: Pick<Clock, 'monotonic'>): RejectedTokens {
  /** The oldest first. */
  const refused = new Map<string, { readonly generation: number; readonly until: number }>()
  return {
    add(grant, generation) {
      const now = clock.monotonic()
      for (const [id, { until }] of refused) {
        if (until > now) break
        refused.delete(id)
      }
      refused.delete(grant)
      refused.set(grant, { generation, until: now + lasts })
    },
    has(grant, generation) {
      const found = refused.get(grant)
      return found !== undefined && found.generation === generation && clock.monotonic() < found.until
    },
  }
}
