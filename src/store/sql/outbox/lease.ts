// Leasing the events that are due to one dispatcher, and saying when the next one is.

import { type ExpressionBuilder, type SqlBool, sql } from 'kysely'
import { longestSpans } from '../../../core/store/longest-spans.ts'
import type { OutboxStore } from '../../../core/store/outbox.ts'
import type { Flag } from '../engine/column-types.ts'
import { after, type Database, type Engine, isReached } from '../engine/engine.ts'
import { listed, type Numbered, numbered, perCount } from '../engine/list-of-texts.ts'
import type { Placeholders } from '../engine/parameters.ts'
import { statement } from '../engine/statement.ts'
import type { Tables } from '../engine/tables.ts'
import { takeDueOrTooFarAhead } from '../engine/take-due.ts'
import { type EventQueues, nextDueOf } from './event-queues.ts'
import { acknowledgeAll } from './outcome.ts'
import { type FoundEvent, read, serial } from './row.ts'

/** Whose first events are leased: for whom, by whom, how many, for how long, and of which connections none. */
export interface Lease {
  readonly destination: string
  readonly owner: string
  readonly limit: number
  readonly leaseMs: number
  readonly except: readonly string[]
}

export function leaseStatements(
  engine: Engine,
  queues: EventQueues,
  leaseHeads: LeaseHeads,
): Pick<OutboxStore, 'take' | 'nextDue'> {
  const acknowledge = acknowledgeAll(engine, queues)
  return {
    async take(owner, limit, leaseMs, except = [], done = [], destination = '') {
      const lease = { destination, owner, limit, leaseMs, except }
      const take = () =>
        engine.write(async (trx) => {
          await acknowledge(trx, done)
          return limit > 0 ? leaseHeads(trx, lease) : []
        })
      const among = sql<SqlBool>`destination = ${destination}`
      const rows = await (limit > 0 ? takeDueOrTooFarAhead(engine, 'subjects', limit, take, among) : take())
      return rows.map(read)
    },
    nextDue: nextDueOf(engine),
  }
}

/** Leases, in a transaction, the first events of queues that are due. Returns them in the order of writing. */
export type LeaseHeads = (trx: Database, lease: Lease) => Promise<FoundEvent[]>

export function leasing(engine: Engine, queues: EventQueues): LeaseHeads {
  const { now } = engine
  const dueKeys = (isForwarded: boolean) =>
    perCount((count) =>
      statement(engine, (db, values: Placeholders<Pick<Lease, 'destination' | 'limit'> & Numbered>) => {
        const except = listed(values, count)
        return db
          .selectFrom('subjects')
          .select('subject')
          .where('destination', '=', values.destination)
          .where('due_at', '<=', now())
          .$if(count > 0, (query) =>
            query.where((eb) => {
              const connection = head(eb).clearSelect().select('first.connection')
              return eb.or([eb(connection, 'is', null), eb(connection, 'not in', except)])
            }),
          )
          .$if(isForwarded, (query) => query.where((eb) => eb.not(hasEarlierUnforwarded(eb))))
          .orderBy('due_at')
          .orderBy('subject')
          .limit(values.limit)
          .$if(engine.rowLocks, (query) => query.forUpdate().skipLocked())
      }),
    )
  const [dueKeysOfAll, dueKeysOfForwarded] = [dueKeys(false), dueKeys(true)]
  const leaseFirst = perCount((count) =>
    statement(engine, (db, values: Placeholders<Pick<Lease, 'owner' | 'leaseMs'> & Numbered>) =>
      db
        .updateTable('outbox')
        .set((eb) => ({
          lease_owner: values.owner,
          due_at: after(now(), values.leaseMs),
          attempts: sql`attempts + 1`,
          first_at: eb.case().when('first_at', 'is', null).then(now()).else(eb.ref('first_at')).end(),
          late: sql<Flag>`case when late = 1 or ${overtaken(eb)} then 1 else 0 end`,
        }))
        .where('seq', 'in', ({ selectFrom }) =>
          selectFrom('subjects')
            .select((eb) => head(eb).as('seq'))
            .where('subjects.subject', 'in', listed(values, count)),
        )
        .where(isReached('due_at', now(), longestSpans.event))
        .returningAll()
        .returning([serial.as('serial'), now().as('read_at')]),
    ),
  )
  const holdQueues = perCount((count) =>
    statement(engine, (db, values: Placeholders<Pick<Lease, 'leaseMs'> & Numbered>) =>
      db
        .updateTable('subjects')
        .set((eb) => ({ due_at: after(now(), values.leaseMs), leased: head(eb) }))
        .where('subject', 'in', listed(values, count)),
    ),
  )
  return async (trx, { destination, owner, limit, leaseMs, except }) => {
    for (;;) {
      const dueOf = destination === '' ? dueKeysOfAll : dueKeysOfForwarded
      const due = await dueOf(except.length).all({ destination, limit, ...numbered(except) }, trx)
      if (due.length === 0) return []
      const keys = due.map(({ subject }) => subject)
      const rows = await leaseFirst(keys.length).all({ owner, leaseMs, ...numbered(keys) }, trx)
      const leased = new Set(rows.map(({ subject }) => subject))
      if (leased.size > 0) await holdQueues(leased.size).all({ leaseMs, ...numbered([...leased]) }, trx)
      const rest = keys.filter((key) => !leased.has(key))
      await queues.settle(
        trx,
        rest.map((name) => ({ name, released: null })),
      )
      if (rows.length > 0) return (rows as FoundEvent[]).sort((a, b) => Number(BigInt(a.serial) - BigInt(b.serial)))
    }
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

/** Whether an earlier event with the ordering key of the queue at hand is not forwarded yet. */
function hasEarlierUnforwarded(eb: ExpressionBuilder<Tables, 'subjects'>) {
  return eb.exists(
    eb
      .selectFrom('outbox as earlier')
      .select('earlier.seq')
      // The name of a queue begins with its destination, unless that is ''.
      .where('earlier.subject', '=', sql<string>`substr(subjects.subject, length(subjects.destination) + 2)`)
      .where('earlier.state', '=', 'pending')
      .where('earlier.order_at', '<', head(eb).clearSelect().select('first.order_at')),
  )
}

/** Whether a later event of the same queue is done already. */
function overtaken({ exists, selectFrom }: ExpressionBuilder<Tables, 'outbox'>) {
  return exists(
    selectFrom('outbox as other')
      .select('other.seq')
      .whereRef('other.subject', '=', 'outbox.subject')
      .where('other.state', '=', 'done')
      .where(({ eb, refTuple }) =>
        eb(refTuple('other.order_at', 'other.seq'), '>', refTuple('outbox.order_at', 'outbox.seq') as never),
      ),
  )
}
