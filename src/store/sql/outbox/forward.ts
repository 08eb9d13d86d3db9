// Writing an event for several destinations: in one transaction it is leased, copied for each of them, and over.

import { sql } from 'kysely'
import type { OutboxStore } from '../../../core/store/outbox.ts'
import { firstState } from '../changes/append-events.ts'
import type { Database, Engine } from '../engine/engine.ts'
import { listed, type Numbered, numbered, perCount } from '../engine/list-of-texts.ts'
import type { Placeholders } from '../engine/parameters.ts'
import { statement } from '../engine/statement.ts'
import type { EventQueues } from './event-queues.ts'
import type { LeaseHeads } from './lease.ts'
import { orderingKeyOf, type Queue, queueOf } from './queue-name.ts'
import { publicIdOf } from './row.ts'

interface Copy extends Queue {
  /** Of the event. */
  readonly serial: string
  /** The public id. */
  readonly event: string
}

const leased = { destination: '', owner: 'forward', leaseMs: 1000, except: [] }

export function forwardStatement(
  engine: Engine,
  queues: EventQueues,
  leaseHeads: LeaseHeads,
): Pick<OutboxStore, 'forward'> {
  const copy = statement(engine, (db, { serial, event, destination, name }: Placeholders<Copy>) =>
    db
      .insertInto('outbox')
      .columns([...same, 'destination', 'subject', 'event', 'state', 'late', 'attempts', 'due_at'])
      .expression(
        db
          .selectFrom('outbox')
          .select(same)
          .select([
            sql<string>`cast(${destination} as text)`.as('destination'),
            sql<string>`cast(${name} as text)`.as('subject'),
            sql<string>`cast(${event} as text)`.as('event'),
            sql.lit(firstState.state).as('state'),
            sql.lit(firstState.late).as('late'),
            sql.lit(firstState.attempts).as('attempts'),
            engine.now().as('due_at'),
          ])
          .where('seq', '=', serial),
      ),
  )
  const end = perCount((count) =>
    statement(engine, (db, serials: Placeholders<Numbered>) =>
      db
        .updateTable('outbox')
        .set({ state: 'forwarded', body: null, lease_owner: null, ended_at: engine.now() })
        .where('seq', 'in', listed(serials, count)),
    ),
  )

  /** A copy may come before those that are pending. */
  async function putInOrder(trx: Database, queue: Queue): Promise<void> {
    if (await queues.open(trx, queue, 0)) return
    await queues.lock(trx, queue)
    await queues.settle(trx, [{ name: queue.name, released: null }])
  }

  return {
    forward: (destinationsOf, limit) =>
      engine.write(async (trx) => {
        const events = await leaseHeads(trx, { ...leased, limit })
        if (events.length === 0) return 0
        const copies = events.flatMap((row): Copy[] => {
          const [event, key] = [publicIdOf(row), orderingKeyOf({ destination: '', name: row.subject })]
          return destinationsOf(row.type).map((to) => ({ ...queueOf(to, key), serial: row.serial, event }))
        })
        for (const one of copies) await copy.all(one, trx)
        await end(events.length).all(numbered(events.map(({ serial }) => serial)), trx)
        await queues.settle(
          trx,
          events.map(({ subject: name, serial: released }) => ({ name, released })),
        )
        // All processes lock queues in the same order.
        const changed = new Map(copies.map(({ name, destination }) => [name, { name, destination }]))
        for (const name of [...changed.keys()].sort()) await putInOrder(trx, changed.get(name) as Queue)
        return events.length
      }),
  }
}

/** What a copy has in common with its event. */
const same = ['type', 'order_at', 'connection', 'owner', 'client', 'data', 'body', 'key', 'created_at'] as const
