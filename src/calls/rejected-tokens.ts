// Remembers tokens that the API rejected although they had just been issued. To refresh them again at once would spend
// refresh tokens for nothing, so for a minute no call does.

import type { Clock } from '../core/clock.ts'

export interface RejectedTokens {
  add(grant: string, generation: number): void
  has(grant: string, generation: number): boolean
}

const rememberedMs = 60_000

export function createRejectedTokens(clock: Pick<Clock, 'monotonic'>): RejectedTokens {
  /** The oldest first. */
  const rejected = new Map<string, { readonly generation: number; readonly until: number }>()
  return {
    add(grant, generation) {
      const now = clock.monotonic()
      for (const [id, { until }] of rejected) {
        if (until > now) break
        rejected.delete(id)
      }
      rejected.delete(grant)
      rejected.set(grant, { generation, until: now + rememberedMs })
    },
    has(grant, generation) {
      const found = rejected.get(grant)
      return found !== undefined && found.generation === generation && clock.monotonic() < found.until
    },
  }
}
