// Leasing the events that are due to one dispatcher, and saying when the next one is.

import { type ExpressionBuilder, sql } from 'kysely'
import { parseEventId } from '../../../core/store/event-id.ts'
import { longestSpans } from '../../../core/store/longest-spans.ts'
import type { OutboxRow, OutboxStore } from '../../../core/store/outbox.ts'
import { after, type Database, type Engine, isReached } from '../engine/engine.ts'
import type { Flag, Tables } from '../engine/tables.ts'
import { takeDueOrTooFarAhead } from '../engine/take-due.ts'
import { nextDue, settleQueue } from './event-queues.ts'
import { type FoundEvent, read, serial } from './row.ts'

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

/** Leases the first events of up to `limit` queues that are due, except those of some connections. */
async function leaseHeads(
  engine: Engine,
  trx: Database,
  owner: string,
  limit: number,
  leaseMs: number,
  exceptConnections: readonly string[],
): Promise<FoundEvent[]> {
  const { now, rowLocks } = engine
  for (;;) {
    const due = await trx
      .selectFrom('subjects')
      .select('subject')
      .where('due_at', '<=', now())
      .$if(exceptConnections.length > 0, (query) =>
        query.where((eb) => {
          const connection = head(eb).clearSelect().select('first.connection')
          return eb.or([eb(connection, 'is', null), eb(connection, 'not in', exceptConnections)])
        }),
      )
      .orderBy('due_at')
      .orderBy('subject')
      .limit(limit)
      .$if(rowLocks, (query) => query.forUpdate().skipLocked())
      .execute()
    if (due.length === 0) return []
    const keys = due.map(({ subject }) => subject)
    const until = after(now(), leaseMs)
    const rows = await trx
      .updateTable('outbox')
      .set((eb) => ({
        lease_owner: owner,
        due_at: until,
        attempts: sql`attempts + 1`,
        first_at: eb.case().when('first_at', 'is', null).then(now()).else(eb.ref('first_at')).end(),
        late: sql<Flag>`case when late = 1 or ${overtaken(eb)} then 1 else 0 end`,
      }))
      .where('seq', 'in', ({ selectFrom }) =>
        selectFrom('subjects')
          .select((eb) => head(eb).as('seq'))
          .where('subjects.subject', 'in', keys),
      )
      .where(isReached('due_at', now(), longestSpans.event))
      .returningAll()
      .returning([serial.as('serial'), now().as('read_at')])
      .execute()
    const leased = new Set(rows.map(({ subject }) => subject))
    if (leased.size > 0)
      await trx
        .updateTable('subjects')
        .set((eb) => ({ due_at: until, leased: head(eb) }))
        .where('subject', 'in', [...leased])
        .execute()
    for (const key of keys) if (!leased.has(key)) await settleQueue(engine, trx, key, null)
    if (rows.length > 0) return rows
  }
}

/** The number of the first pending event of the queue at hand. */
function head({ selectFrom }: ExpressionBuilder<Tables, 'subjects'>) {
  return selectFrom('outbox as first')
    .select('first.seq')
    .whereRef('first.subject', '=', 'subjects.subject')
    .where('first.state', '=', 'pending')
    .orderBy('first.order_at')
    .orderBy('first.seq')
    .limit(1)
}

/** Whether a later event of the same queue is done already. */
function overtaken({ exists, selectFrom }: ExpressionBuilder<Tables, 'outbox'>) {
  return exists(
    selectFrom('outbox as other')
      .select('other.seq')
      .whereRef('other.subject', '=', 'outbox.subject')
      .where('other.state', '=', 'done')
      .where(({ eb, and, or }) =>
        or([
          eb('other.order_at', '>', eb.ref('outbox.order_at')),
          and([eb('other.order_at', '=', eb.ref('outbox.order_at')), eb('other.seq', '>', eb.ref('outbox.seq'))]),
        ]),
      ),
  )
}
