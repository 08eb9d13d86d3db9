// The outbox in memory. Of a subject, only the first that is pending is handed over, and only while no other of it is.

import { eventId, parseEventId } from '../../core/store/event-id.ts'
import { longestSpans } from '../../core/store/longest-spans.ts'
import type { OutboxRow, OutboxStore } from '../../core/store/outbox.ts'
import { believedTime } from '../../core/store/wrong-clock.ts'
import { append } from './changes/append-events.ts'
import { isSteady, type Now, type OutboxRecord, type Tables } from './engine/tables.ts'

export function outbox(tables: Tables, now: Now): OutboxStore {
  const table = tables.outbox.rows
  const all = () => [...table.values()]
  const put = (row: OutboxRecord) => void table.set(row.serial, row)
  const find = (id: string) => {
    const row = table.get(Number(parseEventId(id)?.serial ?? 0))
    return row && idOf(row) === id ? row : null
  }
  /** What is in somebody's hands, and was taken while the clock was wrong, stays there for as long as it would from now. */
  function cutLeases(at: number): void {
    for (const row of all())
      if (row.leaseOwner !== null && row.dueAt > at + longestSpans.event)
        put({ ...row, dueAt: at + longestSpans.dispatch })
  }

  return {
    async accept({ maxWaitMs: patience, ...delivery }) {
      const at = now()
      if (all().some((row) => row.key === delivery.key)) return false
      append(tables, at, delivery, at + Math.round(patience))
      for (const row of all())
        if (row.orderingKey === delivery.orderingKey && row.orderAt > delivery.orderAt && waits(row, at))
          put({ ...row, dueAt: at })
      return true
    },
    async hasAccepted(subject, names) {
      now()
      return all().some(
        (row) => row.orderingKey === subject && row.key !== null && names.some((name) => name === row.data.name),
      )
    },
    async take(owner, limit, lease, but = []) {
      const at = now()
      cutLeases(at)
      const taken = heads(all(), at)
        .filter(({ head, dueAt }) => dueAt <= at && !but.includes(head.connection ?? ''))
        .sort((a, b) => a.dueAt - b.dueAt || a.head.serial - b.head.serial)
        .slice(0, limit)
        .map(({ head }): OutboxRecord => {
          const overtaken = all().some(
            (row) => row.orderingKey === head.orderingKey && row.state === 'done' && inOrder(head, row) < 0,
          )
          return {
            ...head,
            leaseOwner: owner,
            dueAt: at + Math.round(lease),
            attempts: head.attempts + 1,
            firstAt: head.firstAt ?? at,
            outOfOrder: head.outOfOrder || overtaken,
          }
        })
      for (const row of taken) put(row)
      return taken.sort((a, b) => a.serial - b.serial).map((row) => read(row, at))
    },
    async acknowledge(id) {
      const at = now()
      const row = find(id)
      if (!row || row.state === 'done') return false
      put({ ...row, state: 'done', body: null, leaseOwner: null, endedAt: at })
      return true
    },
    async fail(id, owner, error, retryIn) {
      const at = now()
      const row = find(id)
      if (row?.state !== 'pending' || row.leaseOwner !== owner) return false
      const given = { ...row, error, leaseOwner: null }
      if (retryIn === null) put({ ...given, state: 'dead', endedAt: at })
      else put({ ...given, dueAt: at + Math.round(retryIn) })
      return true
    },
    async nextDue() {
      const at = now()
      cutLeases(at)
      const next = heads(all(), at).reduce((least, { dueAt }) => Math.min(least, dueAt), Number.POSITIVE_INFINITY)
      return next === Number.POSITIVE_INFINITY ? null : Math.max(0, next - at)
    },
    async get(id) {
      const at = now()
      const row = find(id)
      return row ? read(row, at) : null
    },
    async list({ state, owner, before, limit }) {
      const at = now()
      const serial = before === undefined ? Number.POSITIVE_INFINITY : Number(parseEventId(before)?.serial ?? 0)
      return all()
        .filter((row) => (state ?? row.state) === row.state && row.serial < serial)
        .filter((row) => owner === undefined || row.owner === null || row.owner === owner)
        .sort((a, b) => b.serial - a.serial)
        .slice(0, limit)
        .map((row) => read(row, at))
    },
    async replay(id) {
      const at = now()
      const row = find(id)
      if (row?.state !== 'dead') return false
      put({ ...row, state: 'pending', dueAt: at, attempts: 0, firstAt: null, endedAt: null })
      return true
    },
    async sweep(age, limit) {
      const at = now()
      if (!isSteady(tables, 'outbox', at)) return 0
      const ended = (state: 'done' | 'dead') =>
        all()
          .filter((row) => row.state === state && (row.endedAt ?? at) <= at - Math.round(age[state]))
          .sort((a, b) => (a.endedAt ?? 0) - (b.endedAt ?? 0) || a.serial - b.serial)
      const patience = Math.round(age.pending ?? Number.POSITIVE_INFINITY)
      const left = all()
        .filter(({ state }) => state === 'pending')
        .sort((a, b) => a.serial - b.serial)
        .slice(0, limit)
        .filter(({ dueAt }) => dueAt <= at - patience)
      const swept = [...ended('done'), ...ended('dead'), ...left].slice(0, limit)
      for (const row of swept) table.delete(row.serial)
      return swept.length
    },
  }
}

/** The first of every subject that is pending, and when it may be handed over: not while another of it is. */
function heads(rows: readonly OutboxRecord[], at: number): { head: OutboxRecord; dueAt: number }[] {
  const found = new Map<string, { head: OutboxRecord; leasedUntil: number }>()
  for (const row of rows) {
    if (row.state !== 'pending') continue
    const { head, leasedUntil } = found.get(row.orderingKey) ?? { head: row, leasedUntil: 0 }
    found.set(row.orderingKey, {
      head: inOrder(row, head) < 0 ? row : head,
      leasedUntil: row.leaseOwner !== null && dueAtOf(row, at) > at ? row.dueAt : leasedUntil,
    })
  }
  return [...found.values()].map(({ head, leasedUntil }) => ({ head, dueAt: leasedUntil || dueAtOf(head, at) }))
}

function dueAtOf({ dueAt }: OutboxRecord, at: number): number {
  return believedTime(dueAt, at, longestSpans.event)
}

/** Whether it waits for one that should come before it. */
function waits(row: OutboxRecord, at: number): boolean {
  return row.state === 'pending' && row.attempts === 0 && row.dueAt > at
}

function inOrder(a: OutboxRecord, b: OutboxRecord): number {
  return a.orderAt - b.orderAt || a.serial - b.serial
}

function idOf(row: OutboxRecord): string {
  return eventId(row.createdAt, String(row.serial))
}

function read(record: OutboxRecord, readAt: number): OutboxRow {
  const { serial: _, leaseOwner: __, endedAt: ___, ...row } = record
  return structuredClone({ ...row, id: idOf(record), dueAt: dueAtOf(record, readAt), readAt })
}
