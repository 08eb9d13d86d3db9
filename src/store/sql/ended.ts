// Deleting connections and grants that have ended, in small steps: one transaction for each of them.

import type { EndedStore } from '../../core/store/ended.ts'
import { candidates } from './ended/candidates.ts'
import { sweepLate } from './ended/late.ts'
import { removeConnection, removeGrant } from './ended/remove.ts'
import type { Engine } from './engine/engine.ts'
import { isSteady } from './engine/sweep-clock.ts'
import { sweepOld } from './engine/sweep-old.ts'

export function ended(engine: Engine): EndedStore {
  const { db, write } = engine
  const { connections, grants } = candidates(engine)
  return {
    async sweep(ageMs, limit) {
      if (!(await isSteady(engine, 'ended'))) return 0
      let removed = 0
      for (const found of await connections(ageMs, limit))
        if (await write((trx) => removeConnection(engine, trx, found))) removed++
      if (ageMs === null) return removed
      for (const id of await grants(ageMs, Math.max(0, limit - removed)))
        if (await write((trx) => removeGrant(engine, trx, id))) removed++
      return removed
    },
    sweepLate: (limit) => sweepLate(engine, limit),
    sweepIds: (ageMs, limit) => sweepOld(engine, 'ended_ids', 'at', ageMs, limit),
    async has(id) {
      return (await db.selectFrom('ended_ids').select('id').where('id', '=', id).executeTakeFirst()) !== undefined
    },
  }
}
