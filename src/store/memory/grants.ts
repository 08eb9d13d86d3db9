// Grants in memory. Every write names the generation that was read; another generation leaves the row as it is.

import { type GrantRow, type GrantStore, type Pace, withFallback } from '../../core/store/grants.ts'
import { longestSpans } from '../../core/store/longest-spans.ts'
import { believedTime, isPast } from '../../core/store/wrong-clock.ts'
import { appendEvents } from './changes/append-events.ts'
import { type GrantRecord, markChanged, record, restingOn, type Tables, type Times } from './engine/tables.ts'

export function grants(tables: Tables, { now, leaseNow }: Times): GrantStore {
  const table = tables.grants
  const read = (row: GrantRecord, readAt: number) => rowOf(row, readAt, leaseNow())
  const fenced = (id: string, generation: number) => {
    const row = table.get(id)
    return row?.generation === generation ? row : null
  }
  /** Whether a lease runs. One with longer to run than a lease can have is cut down to the longest. */
  const isLeased = (row: GrantRecord) => {
    const at = leaseNow()
    if (row.leaseOwner === null || row.leaseUntil <= at) return false
    const leaseUntil = Math.min(row.leaseUntil, at + longestSpans.lease)
    table.set(row.id, { ...row, leaseUntil })
    return true
  }
  /** Makes the first of the spares the current set. */
  function takeSpare(row: GrantRecord, [tokens = '', ...spares]: readonly string[]): void {
    const at = now()
    markChanged(tables, row.id, at)
    table.set(row.id, {
      ...row,
      tokens,
      fallbackTokens: spares,
      generation: row.generation + 1,
      status: 'live',
      reason: null,
      expiresAt: at,
      lifetimeMs: 0,
      dueAt: at,
      leaseOwner: null,
      leaseUntil: 0,
      intent: null,
      outcomeUnknown: true,
      refusals: 0,
      refusedSince: null,
    })
    if (row.status === 'over') appendEvents(tables, at, 'connection.recovered', restingOn(tables, row.id), {})
  }

  return {
    async get(id) {
      const row = table.get(id)
      return row ? read(row, now()) : null
    },
    async claim(id, generation, { owner, leaseMs: lease, intent, pace }) {
      const at = now()
      const row = fenced(id, generation)
      if (row?.status !== 'live' || isLeased(row)) return null
      if (believedTime(row.retryAt, at, longestSpans.retry) > at || !isPaced(row.pacedAt, at, pace)) return null
      const claimed: GrantRecord = {
        ...row,
        leaseOwner: owner,
        leaseUntil: leaseNow() + Math.round(lease),
        intent,
        outcomeUnknown: row.outcomeUnknown || row.intent !== null,
        pacedAt: paced(row.pacedAt, at, pace),
      }
      table.set(id, claimed)
      return read(claimed, at)
    },
    async extend(id, owner, lease) {
      const row = table.get(id)
      if (row?.leaseOwner !== owner) return false
      table.set(id, { ...row, leaseUntil: leaseNow() + Math.round(lease) })
      return true
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
      if (row.status === 'over') appendEvents(tables, at, 'connection.recovered', resting, {})
      if (row.status === 'live') appendEvents(tables, at, 'connection.renewed', resting, { generation: generation + 1 })
      return true
    },
    async release(id, generation, owner, { harmless, retryInMs: retryIn, failed, refused }) {
      const row = table.get(id)
      if (row?.leaseOwner !== owner) return false
      if (row.generation !== generation) {
        table.set(id, { ...row, leaseOwner: null, leaseUntil: 0 })
        return true
      }
      const at = now()
      const retryAt = at + Math.round(retryIn)
      table.set(id, {
        ...row,
        leaseOwner: null,
        leaseUntil: 0,
        intent: harmless ? null : row.intent,
        retryAt,
        dueAt: row.dueAt === null ? null : Math.max(row.dueAt, retryAt),
        failures: row.failures + (failed ? 1 : 0),
        refusals: row.refusals + (refused ? 1 : 0),
        refusedSince: refused ? (row.refusedSince ?? at) : row.refusedSince,
      })
      return true
    },
    async end(id, generation, reason, entry) {
      const at = now()
      const row = fenced(id, generation)
      if (row?.status !== 'live' || row.fallbackTokens.length > 0) return false
      table.set(id, { ...row, status: 'over', reason, dueAt: null, leaseOwner: null, leaseUntil: 0, intent: null })
      markChanged(tables, id, at)
      record(tables, at, id, null, entry)
      appendEvents(tables, at, 'connection.needs_reconnect', restingOn(tables, id), { reason })
      return true
    },
    async keepFallback(id, generation, spent, sealed) {
      const row = table.get(id)
      if (!row || row.generation <= generation || row.status === 'closed') return null
      const spares = withFallback(row.fallbackTokens, spent, sealed)
      const revived = row.status === 'over' && spares.length > 0
      if (revived) takeSpare(row, spares)
      else table.set(id, { ...row, fallbackTokens: spares })
      return revived ? 'revived' : 'kept'
    },
    async useFallback(id, generation) {
      const row = fenced(id, generation)
      if (!row || row.fallbackTokens.length === 0 || (row.status !== 'live' && row.status !== 'over')) return false
      takeSpare(row, row.fallbackTokens)
      return true
    },
    async takeDue(limit, hideFor) {
      const at = now()
      const due = [...table.values()]
        .filter((row) => row.status === 'live' && believedTime(row.retryAt, at, longestSpans.retry) <= at)
        .map((row) => ({ row, dueAt: believedTime(row.dueAt ?? Number.NaN, at, longestSpans.due) }))
        .filter(({ dueAt }) => dueAt <= at)
        .sort((a, b) => a.dueAt - b.dueAt || (a.row.id < b.row.id ? -1 : 1))
        .slice(0, limit)
      for (const { row } of due) table.set(row.id, { ...row, dueAt: at + Math.round(hideFor) })
      return due.map(({ row }) => row.id)
    },
    async postpone(id, generation, dueInMs) {
      const row = fenced(id, generation)
      if (!row) return false
      table.set(id, { ...row, dueAt: dueInMs === null ? null : now() + Math.round(dueInMs) })
      return true
    },
    async touch(id) {
      const row = table.get(id)
      if (!row) return
      const sooner =
        row.status === 'live' && row.refreshAt !== null && (row.dueAt === null || row.dueAt > row.refreshAt)
      table.set(id, { ...row, usedAt: now(), dueAt: sooner ? row.refreshAt : row.dueAt })
    },
    async describe(id, { name, email, timeZone }) {
      const row = table.get(id)
      if (row && row.status !== 'closed') table.set(id, { ...row, account: { ...row.account, name, email, timeZone } })
    },
    async close(id, generation) {
      const row = fenced(id, generation)
      if (row?.status !== 'closing') return false
      table.set(id, { ...row, status: 'closed', tokens: null, fallbackTokens: [], closingAt: null })
      return true
    },
    async closing(age, limit, after) {
      const at = now()
      return [...table.values()]
        .filter((row) => row.status === 'closing' && isPast(row.closingAt ?? 0, at, age))
        .filter(({ id }) => after === null || id > after)
        .sort((a, b) => (a.id < b.id ? -1 : 1))
        .slice(0, limit)
        .map((row) => read(row, at))
    },
  }
}

/** What every new token set of a grant starts with, whoever brought it. */
export function newSet(
  set: { tokens: string; expiresInMs: number; refreshInMs: number | null; dueInMs: number | null },
  generation: number,
  at: number,
): Omit<GrantRecord, 'id' | 'client' | 'account' | 'scopes' | 'pacedAt' | 'usedAt' | 'createdAt'> {
  const later = (ms: number | null) => (ms === null ? null : at + Math.round(ms))
  return {
    tokens: set.tokens,
    fallbackTokens: [],
    generation: generation + 1,
    expiresAt: at + Math.round(set.expiresInMs),
    lifetimeMs: Math.round(set.expiresInMs),
    refreshAt: later(set.refreshInMs),
    dueAt: later(set.dueInMs),
    status: 'live',
    reason: null,
    leaseOwner: null,
    leaseUntil: 0,
    intent: null,
    outcomeUnknown: false,
    failures: 0,
    refusals: 0,
    refusedSince: null,
    retryAt: 0,
    closingAt: null,
  }
}

/** The theoretical arrival time after one more presentation: never further ahead than a whole burst. */
export function paced(pacedAt: number, at: number, pace: Pace): number {
  const span = Math.round(pace.burst * pace.intervalMs)
  return Math.min(Math.max(believedTime(pacedAt, at, span), at) + Math.round(pace.intervalMs), at + span)
}

function isPaced(pacedAt: number, at: number, { burst, intervalMs: interval }: Pace): boolean {
  return believedTime(pacedAt, at, Math.round(burst * interval)) <= at + Math.round((burst - 1) * interval)
}

function rowOf({ closingAt: _, leaseUntil, ...row }: GrantRecord, readAt: number, leaseNow: number): GrantRow {
  const left = row.leaseOwner === null ? 0 : leaseUntil - leaseNow
  return structuredClone({
    ...row,
    leaseLeftMs: Math.min(Math.max(left, 0), longestSpans.lease),
    retryAt: believedTime(row.retryAt, readAt, longestSpans.retry),
    dueAt: row.dueAt === null ? null : believedTime(row.dueAt, readAt, longestSpans.due),
    readAt,
  })
}
