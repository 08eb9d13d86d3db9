// The fence of every write to a grant: the generation that was read.

import type { UpdateQueryBuilder, UpdateResult } from 'kysely'
import type { Database } from '../engine/engine.ts'
import type { Tables } from '../engine/tables.ts'

/** An update of one grant, if its generation is still that. */
export function fenced(
  on: Database,
  id: string,
  generation: number,
): UpdateQueryBuilder<Tables, 'grants', 'grants', UpdateResult> {
  return on.updateTable('grants').where('id', '=', id).where('generation', '=', generation)
}
