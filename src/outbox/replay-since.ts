// Dispatches again all events that were given up since a time: after a bad night.

import { type Checks, checkOptions, ifGiven, optional, owner } from '../core/check.ts'
import type { ReplayRequest, ReplayResult } from '../core/operator.ts'
import type { OutboxRecords } from '../records/outbox.ts'

const checks: Checks<ReplayRequest> = {
  since: (value) => (value instanceof Date && !Number.isNaN(value.getTime()) ? null : 'must be a Date'),
  owner: ifGiven(owner),
  destination: optional((value) => (typeof value === 'string' ? null : 'must be the name of a destination')),
}

/** How many one call takes up, and how many are read at a time. */
const [mostReplayed, pageRows] = [10_000, 200]

/** The oldest first, so that few events overtake an earlier one. */
export async function replaySince(outbox: OutboxRecords, request: ReplayRequest): Promise<ReplayResult> {
  checkOptions('events.replay', request, checks)
  const { owner, destination } = request
  const since = request.since.getTime()
  const found: string[] = []
  for (let before: string | undefined; ; ) {
    const rows = await outbox.list({ state: 'dead', owner, before, limit: pageRows })
    for (const row of rows)
      if (row.createdAt >= since && (destination ?? row.destination) === row.destination) found.push(row.id)
    before = rows.at(-1)?.id
    // A copy for a destination may be listed a little later than its event was written.
    const isOver = before === undefined || rows.every(({ createdAt }) => createdAt < since)
    if (isOver || found.length > mostReplayed) break
  }
  let replayed = 0
  for (const id of found.slice(0, mostReplayed).reverse()) if (await outbox.replay(id)) replayed++
  return { replayed, isMore: found.length > mostReplayed }
}
