// The fence of every write to a grant: the generation that was read.

import type { RawBuilder, UpdateQueryBuilder, UpdateResult } from 'kysely'
import type { Database } from '../engine/engine.ts'
import type { Tables } from '../engine/tables.ts'

/** Which grant a write changes, and the generation that it must have. */
export interface Fence {
  readonly id: string
  readonly generation: number
}

/** An update of one grant, if its generation is still that. */
export function fenced(
  on: Database,
  id: string | RawBuilder<string>,
  generation: number | RawBuilder<number>,
): UpdateQueryBuilder<Tables, 'grants', 'grants', UpdateResult> {
  return on.updateTable('grants').where('id', '=', id).where('generation', '=', generation)
}
