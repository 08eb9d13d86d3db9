// Deleting rows whose time is long past, once the store's clock has been seen to run for an hour without a step.

import { isSteady } from './sweep-clock.ts'
import type { Tables } from './tables.ts'

type SweptTable = 'bookingKeys' | 'bookingLinks' | 'connectSessions' | 'apiKeys' | 'tallies' | 'ended'

type RowOf<Name extends SweptTable> = Tables[Name] extends Map<unknown, infer Row> ? Row : never

/**
 * `timeOf`: that time of a row; `null`: it stays. `keepsFirst`: the row with the smallest key stays, so that a table that once
 * had rows is never empty. Returns how many rows it has deleted.
 */
export function sweepOld<Name extends SweptTable>(
  tables: Tables,
  name: Name,
  timeOf: (row: RowOf<Name>) => number | null,
  at: number,
  ageMs: number,
  limit: number,
  keepsFirst = false,
): number {
  if (!isSteady(tables, name === 'ended' ? 'endedIds' : name, at)) return 0
  const rows = tables[name] as Map<unknown, RowOf<Name>>
  const [first] = keepsFirst ? [...rows.keys()].map(String).sort() : []
  const old = [...rows]
    .filter(([place]) => place !== first)
    .map(([place, row]) => ({ place, time: timeOf(row) ?? Number.POSITIVE_INFINITY }))
    .filter(({ time }) => time <= at - Math.round(ageMs))
    .sort((a, b) => a.time - b.time)
    .slice(0, limit)
  for (const { place } of old) rows.delete(place)
  return old.length
}
