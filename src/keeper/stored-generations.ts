// How far this process has brought each grant that it refreshed last. A row that is older shows that the store has gone back
// in time, and that its refresh token is spent.

import { createRecentMap } from '../core/recent-map.ts'
import type { Grant } from '../records/grants.ts'

export interface StoredGenerations {
  note(grant: Pick<Grant, 'id' | 'generation'>): void
  isPast(grant: Pick<Grant, 'id' | 'generation'>): boolean
}

const mostRemembered = 10_000

export function createStoredGenerations(): StoredGenerations {
  const stored = createRecentMap<string, number>({ most: mostRemembered })
  return {
    note: ({ id, generation }) => stored.set(id, generation),
    isPast: ({ id, generation }) => (stored.get(id) ?? 0) > generation,
  }
}
