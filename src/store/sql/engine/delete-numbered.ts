// Deleting rows by their numbers, which were read before: a planner that guesses how many rows a part of the statement has
// may read the whole table instead. A process that deletes one of them meanwhile has done the same.

import type { Database } from './engine.ts'

/** Returns how many were to be deleted. */
export async function deleteNumbered(
  db: Database,
  table: 'history' | 'activity_log',
  rows: readonly { readonly seq: number }[],
): Promise<number> {
  const numbers = rows.map(({ seq }) => seq)
  if (numbers.length > 0) await db.deleteFrom(table).where('seq', 'in', numbers).execute()
  return numbers.length
}
