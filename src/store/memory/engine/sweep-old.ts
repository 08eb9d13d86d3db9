// Deleting rows whose time is long past, once the store's clock has been seen to run for an hour without a step.

import { isSteady } from './sweep-clock.ts'
import type { Tables } from './tables.ts'

type SweptTable = 'feed' | 'bookingKeys' | 'bookingLinks' | 'connectSessions' | 'apiKeys' | 'tallies'

type RowsOf<Name extends SweptTable> = Name extends 'feed' ? Tables['feed']['rows'] : Tables[Exclude<Name, 'feed'>]

type RowOf<Name extends SweptTable> = RowsOf<Name> extends Map<unknown, infer Row> ? Row : never

/** `timeOf`: that time of a row; `null`: it stays. Returns how many rows it has deleted. */
export function sweepOld<Name extends SweptTable>(
  tables: Tables,
  name: Name,
  timeOf: (row: RowOf<Name>) => number | null,
  at: number,
  ageMs: number,
  limit: number,
): number {
  if (!isSteady(tables, name, at)) return 0
  const rows = (name === 'feed' ? tables.feed.rows : tables[name as Exclude<SweptTable, 'feed'>]) as Map<
    unknown,
    RowOf<Name>
  >
  const old = [...rows]
    .map(([place, row]) => ({ place, time: timeOf(row) ?? Number.POSITIVE_INFINITY }))
    .filter(({ time }) => time <= at - Math.round(ageMs))
    .sort((a, b) => a.time - b.time)
    .slice(0, limit)
  for (const { place } of old) rows.delete(place)
  return old.length
}
