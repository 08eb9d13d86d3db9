// Deletes a connection, or a grant, with all that is left of it. What is still under way stays: a grant whose tokens are
// not revoked yet, and one whose refresh may still be answered.

import { longestSpans } from '../../../core/store/longest-spans.ts'
import { believedTime } from '../../../core/store/wrong-clock.ts'
import type { ConnectionRecord, Tables, Times } from '../engine/tables.ts'

/** `isErased`: its grants go with it. `false`: it is not over. */
export function removeConnection(
  tables: Tables,
  times: Times,
  { id, grant }: Pick<ConnectionRecord, 'id' | 'grant'>,
  isErased: boolean,
): boolean {
  const before = tables.history.filter((row) => row.connection === id).map((row) => row.grant)
  const grants = isErased ? [...new Set([grant, ...before])] : [grant]
  if (grants.some((one) => isUnderWay(tables, times, one))) return false
  tables.connections.delete(id)
  for (const table of [tables.bookingKeys, tables.bookingLinks, tables.subscriptions])
    for (const [place, row] of table as Map<string, { readonly connection: string }>)
      if (row.connection === id) table.delete(place)
  keepHistory(tables, (row) => row.connection !== id)
  removeTouched(tables, id)
  tables.ended.set(id, { generation: 0, at: times.now() })
  if (isErased) for (const one of grants) removeGrant(tables, times, one)
  return true
}

/** `false`: a connection rests on it, it is in use again, or is gone. */
export function removeGrant(tables: Tables, times: Times, id: string): boolean {
  const row = tables.grants.get(id)
  if (row?.status !== 'closed' || isUnderWay(tables, times, id)) return false
  if ([...tables.connections.values()].some(({ grant }) => grant === id)) return false
  keepHistory(tables, ({ grant, connection }) => grant !== id || connection !== null)
  tables.grants.delete(id)
  tables.ended.set(id, { generation: row.generation, at: times.now() })
  return true
}

/** Forgets which errors have touched a connection. */
export function removeTouched({ errorGroups }: Tables, connection: string): number {
  let removed = 0
  for (const [id, group] of errorGroups) {
    if (!group.touched.has(connection)) continue
    errorGroups.set(id, { ...group, touched: new Set([...group.touched].filter((one) => one !== connection)) })
    removed++
  }
  return removed
}

function isUnderWay({ grants }: Tables, { leaseNow }: Times, id: string): boolean {
  const row = grants.get(id)
  if (!row) return false
  const at = leaseNow()
  const isLeased = row.leaseOwner !== null && believedTime(row.leaseUntil, at, longestSpans.lease) > at
  return row.status === 'closing' || (row.status === 'closed' && isLeased)
}

function keepHistory({ history }: Tables, isKept: (row: Tables['history'][number]) => boolean): void {
  history.splice(0, history.length, ...history.filter(isKept))
}
