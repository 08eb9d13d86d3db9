// Grants in memory. Every write names the generation that was read; another generation leaves the row as it is.

import { sparesWith } from '../../core/grant.ts'
import type { GrantRow, GrantStore, Pace } from '../../core/store.ts'
import { tell } from './announced.ts'
import { type GrantRecord, markChanged, type Now, record, restingOn, type Tables } from './tables.ts'

export function grants(tables: Tables, now: Now): GrantStore {
  const table = tables.grants
  const fenced = (id: string, generation: number) => {
    const row = table.get(id)
    return row?.generation === generation ? row : null
  }
  /** Makes the first of the spares the current set. */
  function takeSpare(row: GrantRecord, [tokens = '', ...spares]: readonly string[]): void {
    const at = now()
    markChanged(tables, row.id, at)
    table.set(row.id, {
      ...row,
      tokens,
      spares,
      generation: row.generation + 1,
      status: 'live',
      reason: null,
      expiresAt: at,
      dueAt: at,
      leaseOwner: null,
      leaseUntil: 0,
      intent: null,
      doubt: true,
    })
    if (row.status === 'over') tell(tables, at, 'connection.recovered', restingOn(tables, row.id), {})
  }

  return {
    async get(id) {
      const row = table.get(id)
      return row ? read(row, now()) : null
    },
    async claim(id, generation, { owner, lease, intent, pace }) {
      const at = now()
      const row = fenced(id, generation)
      if (row?.status !== 'live' || (row.leaseOwner !== null && row.leaseUntil > at)) return null
      if (row.retryAt > at || row.pacedAt - Math.round((pace.burst - 1) * pace.interval) > at) return null
      const claimed: GrantRecord = {
        ...row,
        leaseOwner: owner,
        leaseUntil: at + Math.round(lease),
        intent,
        doubt: row.doubt || row.intent !== null,
        pacedAt: paced(row.pacedAt, at, pace),
      }
      table.set(id, claimed)
      return read(claimed, at)
    },
    async commit(id, generation, renewal, entry) {
      const at = now()
      const row = fenced(id, generation)
      if (!row) return false
      const ended = row.status === 'closing' || row.status === 'closed'
      table.set(id, {
        ...row,
        ...newSet(renewal, row.generation, at),
        scopes: renewal.scopes ? [...renewal.scopes] : row.scopes,
        ...(ended && { status: 'closing', dueAt: null, closingAt: row.closingAt ?? at }),
      })
      if (row.status === 'over') markChanged(tables, id, at)
      record(tables, at, id, null, entry)
      const resting = restingOn(tables, id)
      if (row.status === 'over') tell(tables, at, 'connection.recovered', resting, {})
      if (row.status === 'live') tell(tables, at, 'connection.renewed', resting, { generation: generation + 1 })
      return true
    },
    async release(id, generation, owner, { harmless, retryIn, failed }) {
      const row = table.get(id)
      if (row?.leaseOwner !== owner) return false
      if (row.generation !== generation) {
        table.set(id, { ...row, leaseOwner: null, leaseUntil: 0 })
        return true
      }
      const retryAt = now() + Math.round(retryIn)
      table.set(id, {
        ...row,
        leaseOwner: null,
        leaseUntil: 0,
        intent: harmless ? null : row.intent,
        retryAt,
        dueAt: row.dueAt === null ? null : Math.max(row.dueAt, retryAt),
        failures: row.failures + (failed ? 1 : 0),
      })
      return true
    },
    async end(id, generation, reason, entry) {
      const at = now()
      const row = fenced(id, generation)
      if (row?.status !== 'live' || row.spares.length > 0) return false
      table.set(id, { ...row, status: 'over', reason, dueAt: null, leaseOwner: null, leaseUntil: 0, intent: null })
      markChanged(tables, id, at)
      record(tables, at, id, null, entry)
      tell(tables, at, 'connection.needs_reconnect', restingOn(tables, id), { reason })
      return true
    },
    async keepSpare(id, generation, spent, sealed) {
      const row = table.get(id)
      if (!row || row.generation <= generation || row.status === 'closed') return null
      const spares = sparesWith(row.spares, spent, sealed)
      const revived = row.status === 'over' && spares.length > 0
      if (revived) takeSpare(row, spares)
      else table.set(id, { ...row, spares })
      return revived ? 'revived' : 'kept'
    },
    async useSpare(id, generation) {
      const row = fenced(id, generation)
      if (!row || row.spares.length === 0 || (row.status !== 'live' && row.status !== 'over')) return false
      takeSpare(row, row.spares)
      return true
    },
    async takeDue(limit, hideFor) {
      const at = now()
      const due = [...table.values()]
        .filter((row) => row.status === 'live' && row.dueAt !== null && row.dueAt <= at && row.retryAt <= at)
        .sort((a, b) => (a.dueAt ?? 0) - (b.dueAt ?? 0) || (a.id < b.id ? -1 : 1))
        .slice(0, limit)
      for (const row of due) table.set(row.id, { ...row, dueAt: at + Math.round(hideFor) })
      return due.map((row) => row.id)
    },
    async postpone(id, generation, dueIn) {
      const row = fenced(id, generation)
      if (!row) return false
      table.set(id, { ...row, dueAt: dueIn === null ? null : now() + Math.round(dueIn) })
      return true
    },
    async touch(id) {
      const row = table.get(id)
      if (!row) return
      const sooner = row.status === 'live' && row.renewAt !== null && (row.dueAt === null || row.dueAt > row.renewAt)
      table.set(id, { ...row, usedAt: now(), dueAt: sooner ? row.renewAt : row.dueAt })
    },
    async close(id, generation) {
      const row = fenced(id, generation)
      if (row?.status !== 'closing') return false
      table.set(id, { ...row, status: 'closed', tokens: null, spares: [], closingAt: null })
      return true
    },
    async closing(age, limit) {
      const at = now()
      return [...table.values()]
        .filter((row) => row.status === 'closing' && (row.closingAt ?? 0) <= at - Math.round(age))
        .sort((a, b) => (a.closingAt ?? 0) - (b.closingAt ?? 0) || (a.id < b.id ? -1 : 1))
        .slice(0, limit)
        .map((row) => read(row, at))
    },
  }
}

/** What every new token set of a grant starts with, whoever brought it. */
export function newSet(
  set: { tokens: string; expiresIn: number; renewIn: number | null; dueIn: number | null },
  generation: number,
  at: number,
): Omit<GrantRecord, 'id' | 'client' | 'account' | 'scopes' | 'pacedAt' | 'usedAt' | 'createdAt'> {
  const later = (ms: number | null) => (ms === null ? null : at + Math.round(ms))
  return {
    tokens: set.tokens,
    spares: [],
    generation: generation + 1,
    expiresAt: at + Math.round(set.expiresIn),
    renewAt: later(set.renewIn),
    dueAt: later(set.dueIn),
    status: 'live',
    reason: null,
    leaseOwner: null,
    leaseUntil: 0,
    intent: null,
    doubt: false,
    failures: 0,
    retryAt: 0,
    closingAt: null,
  }
}

/** The theoretical arrival time after one more presentation. */
export function paced(pacedAt: number, at: number, pace: Pace): number {
  return Math.max(pacedAt, at) + Math.round(pace.interval)
}

function read({ closingAt: _, ...row }: GrantRecord, readAt: number): GrantRow {
  return structuredClone({ ...row, readAt })
}
