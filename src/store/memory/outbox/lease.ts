// Leasing the events that are due to one dispatcher, and saying when the next one is.

import { longestSpans } from '../../../core/store/longest-spans.ts'
import type { OutboxStore } from '../../../core/store/outbox.ts'
import type { Now, OutboxRecord, Tables } from '../engine/tables.ts'
import { finish } from './outcome.ts'
import { allEvents, dueAtOf, eventsFor, putEvent, read } from './row.ts'

export function leaseOperations(tables: Tables, now: Now): Pick<OutboxStore, 'take' | 'nextDue'> {
  return {
    async take(owner, limit, leaseMs, exceptConnections = [], done = [], destination = '') {
      const at = now()
      for (const id of done) finish(tables, at, id)
      cutLeases(tables, at)
      const unforwarded = destination === '' ? [] : heads(eventsFor(tables, ''), at)
      const leased = heads(eventsFor(tables, destination), at)
        .filter(({ head }) => !unforwarded.some((other) => isEarlier(other.head, head)))
        .filter(({ head, dueAt }) => dueAt <= at && !exceptConnections.includes(head.connection ?? ''))
        .sort((a, b) => a.dueAt - b.dueAt || a.head.serial - b.head.serial)
        .slice(0, limit)
        .map(({ head }): Pending => {
          const overtaken = eventsFor(tables, destination).some(
            (row) => row.orderingKey === head.orderingKey && row.state === 'done' && inOrder(head, row) < 0,
          )
          return {
            ...head,
            leaseOwner: owner,
            dueAt: at + Math.round(leaseMs),
            dispatches: head.dispatches + 1,
            firstAt: head.firstAt ?? at,
            outOfOrder: head.outOfOrder || overtaken,
          }
        })
      for (const row of leased) putEvent(tables, row)
      return leased.sort((a, b) => a.serial - b.serial).map((row) => read(row, at))
    },
    async nextDue(destination = '') {
      const at = now()
      cutLeases(tables, at)
      const next = heads(eventsFor(tables, destination), at).reduce(
        (least, { dueAt }) => Math.min(least, dueAt),
        Number.POSITIVE_INFINITY,
      )
      return next === Number.POSITIVE_INFINITY ? null : Math.max(0, next - at)
    },
  }
}

/** A lease that was claimed while the clock was wrong lasts as long as one that is claimed now. */
function cutLeases(tables: Tables, at: number): void {
  for (const row of allEvents(tables))
    if (row.leaseOwner !== null && row.dueAt > at + longestSpans.event)
      putEvent(tables, { ...row, dueAt: at + longestSpans.dispatch })
}

type Pending = OutboxRecord & { readonly state: 'pending' }

/**
 * The first pending event of every ordering key, and when it may be dispatched: not while another one of the key is.
 */
export function heads(rows: readonly OutboxRecord[], at: number): { head: Pending; dueAt: number }[] {
  const found = new Map<string, { head: Pending; leasedUntil: number }>()
  for (const row of rows.filter((row): row is Pending => row.state === 'pending')) {
    const { head, leasedUntil } = found.get(row.orderingKey) ?? { head: row, leasedUntil: 0 }
    found.set(row.orderingKey, {
      head: inOrder(row, head) < 0 ? row : head,
      leasedUntil: row.leaseOwner !== null && dueAtOf(row, at) > at ? row.dueAt : leasedUntil,
    })
  }
  return [...found.values()].map(({ head, leasedUntil }) => ({ head, dueAt: leasedUntil || dueAtOf(head, at) }))
}

/** Whether one comes before the other, which was forwarded before it came. */
function isEarlier(one: OutboxRecord, other: OutboxRecord): boolean {
  return one.orderingKey === other.orderingKey && one.orderAt < other.orderAt
}

function inOrder(a: OutboxRecord, b: OutboxRecord): number {
  return a.orderAt - b.orderAt || a.serial - b.serial
}
