// The outbox. Of the events of one destination with one ordering key only the first pending one is dispatched, and only
// while no other of them is. That is what the row in `subjects` is for, their queue: it exists while something is pending,
// says when the next event may be dispatched, and is locked by the process that dispatches one or changes which one is
// the first.

import type { OutboxStore } from '../../core/store/outbox.ts'
import type { Engine } from './engine/engine.ts'
import { acceptStatements } from './outbox/accept.ts'
import { eventQueues } from './outbox/event-queues.ts'
import { forwardStatement } from './outbox/forward.ts'
import { leaseStatements, leasing } from './outbox/lease.ts'
import { listStatements } from './outbox/list.ts'
import { outcomeStatements } from './outbox/outcome.ts'
import { sweepOutbox } from './outbox/sweep.ts'

export function outbox(engine: Engine): OutboxStore {
  const queues = eventQueues(engine)
  const leaseHeads = leasing(engine, queues)
  return {
    ...acceptStatements(engine, queues),
    ...leaseStatements(engine, queues, leaseHeads),
    ...forwardStatement(engine, queues, leaseHeads),
    ...outcomeStatements(engine, queues),
    ...listStatements(engine),
    sweep: (age, limit, kept = []) => sweepOutbox(engine, queues, age, { limit, kept }),
  }
}
