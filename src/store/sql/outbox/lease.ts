// Leasing the events that are due to one dispatcher, and saying when the next one is.

import { parseEventId } from '../../../core/store/event-id.ts'
import type { OutboxRow, OutboxStore } from '../../../core/store/outbox.ts'
import type { Engine } from '../engine/engine.ts'
import { takeDueOrTooFarAhead } from '../engine/take-due.ts'
import { leaseHeads, nextDue } from './event-queues.ts'
import { read } from './row.ts'

export function leaseStatements(engine: Engine): Pick<OutboxStore, 'take' | 'nextDue'> {
  return {
    async take(owner, limit, leaseMs, exceptConnections = []) {
      const rows = await takeDueOrTooFarAhead(engine, 'subjects', limit, () =>
        engine.write((trx) => leaseHeads(engine, trx, owner, limit, leaseMs, exceptConnections)),
      )
      return rows.map(read).sort((a, b) => Number(serialOf(a) - serialOf(b)))
    },
    nextDue: () => nextDue(engine),
  }
}

function serialOf({ id }: OutboxRow): bigint {
  return BigInt(parseEventId(id)?.serial ?? 0)
}
