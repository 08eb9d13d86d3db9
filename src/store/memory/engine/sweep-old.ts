// Deleting old rows, once the store's clock has been seen to run for an hour without a step.

import { isSteady } from './sweep-clock.ts'
import type { Tables } from './tables.ts'

export function sweepOld(
  tables: Tables,
  kind: 'feed' | 'bookingKeys' | 'bookingLinks',
  at: number,
  ageMs: number,
  limit: number,
): number {
  if (!isSteady(tables, kind, at)) return 0
  const rows: Map<unknown, { readonly createdAt: number }> = kind === 'feed' ? tables.feed.rows : tables[kind]
  const old = [...rows]
    .filter(([, { createdAt }]) => createdAt <= at - Math.round(ageMs))
    .sort(([, a], [, b]) => a.createdAt - b.createdAt)
    .slice(0, limit)
  for (const [place] of old) rows.delete(place)
  return old.length
}
