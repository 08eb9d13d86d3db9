// A grant's row as it is read: with the store's clock, and what is left of its lease by the clock that judges leases.

import type { GrantRow } from '../../../core/store/grants.ts'
import { longestSpans } from '../../../core/store/longest-spans.ts'
import { believedTime } from '../../../core/store/wrong-clock.ts'
import type { GrantRecord, Tables } from '../engine/tables.ts'

export function read(
  { closingAt: _, closedAt: __, leaseUntil, pacedAt, ...row }: GrantRecord,
  readAt: number,
  leaseNow: number,
): GrantRow {
  const left = row.leaseOwner === null ? 0 : leaseUntil - leaseNow
  return structuredClone({
    ...row,
    leaseLeftMs: Math.min(Math.max(left, 0), longestSpans.lease),
    pacedInMs: pacedAt - leaseNow,
    retryAt: believedTime(row.retryAt, readAt, longestSpans.retry),
    dueAt: row.dueAt === null ? null : believedTime(row.dueAt, readAt, longestSpans.due),
    readAt,
  })
}

/** The row of a grant, if its generation is still that: the fence of every write. */
export function fenced({ grants }: Tables, id: string, generation: number): GrantRecord | null {
  const row = grants.get(id)
  return row?.generation === generation ? row : null
}
