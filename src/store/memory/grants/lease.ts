// Leases on grants: one process presents the refresh token at a time, paced and cooled down.

import type { GrantStore } from '../../../core/store/grants.ts'
import { longestSpans } from '../../../core/store/longest-spans.ts'
import { believedTime } from '../../../core/store/wrong-clock.ts'
import { recordHistory } from '../changes/record-history.ts'
import type { GrantRecord, Tables, Times } from '../engine/tables.ts'
import { fenced, read } from './row.ts'
import { isPaced, paced } from './token-columns.ts'

export function leaseOperations(
  tables: Tables,
  { now, leaseNow }: Times,
): Pick<GrantStore, 'claim' | 'extend' | 'release'> {
  const table = tables.grants
  /** Whether a lease runs. A lease that would run for longer than a lease can is shortened. */
  const isLeased = (row: GrantRecord) => {
    const at = leaseNow()
    if (row.leaseOwner === null || row.leaseUntil <= at) return false
    const leaseUntil = Math.min(row.leaseUntil, at + longestSpans.lease)
    table.set(row.id, { ...row, leaseUntil })
    return true
  }
  return {
    async claim(id, generation, { owner, leaseMs, intent, pace, entry }) {
      const at = now()
      const row = fenced(tables, id, generation)
      if (row?.status !== 'live' || isLeased(row)) return null
      if (believedTime(row.retryAt, at, longestSpans.retry) > at || !isPaced(row.pacedAt, leaseNow(), pace)) return null
      const claimed: GrantRecord = {
        ...row,
        leaseOwner: owner,
        leaseUntil: leaseNow() + Math.round(leaseMs),
        intent,
        outcomeUnknown: row.outcomeUnknown || row.intent !== null,
        pacedAt: paced(row.pacedAt, leaseNow(), pace),
      }
      table.set(id, claimed)
      if (entry) recordHistory(tables, at, id, null, entry)
      return read(claimed, at, leaseNow())
    },
    async extend(id, owner, leaseMs) {
      const row = table.get(id)
      if (row?.leaseOwner !== owner) return false
      table.set(id, { ...row, leaseUntil: leaseNow() + Math.round(leaseMs) })
      return true
    },
    async release(id, generation, owner, { harmless, retryInMs, failed, refused, entry }) {
      const row = table.get(id)
      if (row?.leaseOwner !== owner) return false
      if (row.generation !== generation) {
        table.set(id, { ...row, leaseOwner: null, leaseUntil: 0 })
        return true
      }
      const at = now()
      const retryAt = at + Math.round(retryInMs)
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
      if (entry) recordHistory(tables, at, id, null, entry)
      return true
    },
  }
}
