// Deletes what has ended, a little at a time: each statement deletes a bounded number of rows, and everything else of the
// process runs in between. What fails stops nothing else; it is tried again in the next round.

import { nextTurn } from './core/each.ts'
import { endedIdsMs, type Retention } from './core/retention.ts'
import type { Store } from './core/store/store.ts'
import type { Destination } from './outbox/destination.ts'

export interface PruneDependencies {
  readonly store: Pick<
    Store,
    | 'activityLog'
    | 'apiKeys'
    | 'attempts'
    | 'bookingKeys'
    | 'bookingLinks'
    | 'connectSessions'
    | 'ended'
    | 'errorGroups'
    | 'feed'
    | 'history'
    | 'outbox'
    | 'subscriptions'
    | 'tallies'
  >
  readonly retention: Retention
  /** To which this process dispatches events. */
  readonly destinations: readonly Pick<Destination, 'name'>[]
  readonly clock: { monotonic(): number }
  /** Aborts as soon as the process must stop. */
  readonly stopping: () => AbortSignal
}

/** Deletes up to `limit` rows of one kind, and returns how many. */
interface Step {
  readonly limit: number
  prune(limit: number): Promise<number>
}

const everyMs = 60_000
const usual = 500
/** Each of them is a transaction of its own. */
const ofEnded = 25
const ofEvents = 250

/** Returns a background job. */
export function createPrune(dependencies: PruneDependencies): () => Promise<void> {
  const { clock, stopping } = dependencies
  const steps = stepsOf(dependencies)
  let prunedAt: number | null = null

  /** Until none is left, so that it keeps up with what comes in. */
  async function whole({ limit, prune }: Step): Promise<void> {
    while (!stopping().aborted && (await prune(limit)) >= limit) await nextTurn()
  }

  return async () => {
    const at = clock.monotonic()
    if (prunedAt !== null && at - prunedAt < everyMs) return
    prunedAt = at
    const failures: unknown[] = []
    for (const step of steps) await whole(step).catch((error: unknown) => failures.push(error))
    if (failures.length > 0) throw failures[0]
  }
}

function stepsOf({ store, retention: keep, destinations }: PruneDependencies): readonly Step[] {
  // What has been due for long is deleted too, since no process may dispatch it: but not what this one dispatches, nor what is
  // not forwarded yet.
  const kept = destinations.length > 0 ? ['', ...destinations.map(({ name }) => name)] : []
  const { doneEventsMs: done, undeliveredEventsMs: dead } = keep
  const { activityLog: log, ended } = store
  const step = (prune: Step['prune'], limit = usual): Step => ({ limit, prune })
  return [
    step((limit) => store.outbox.sweep({ done, dead, pending: dead }, limit, kept), ofEvents),
    step((limit) => store.feed.sweep(keep.feedMs, limit), ofEvents),
    step((limit) => store.attempts.sweep(keep.endedAttemptsMs, limit)),
    step((limit) => store.connectSessions.sweep(keep.connectSessionsMs, limit)),
    step((limit) => store.subscriptions.sweep(keep.removedWebhooksMs, limit)),
    step((limit) => store.bookingKeys.sweep(keep.bookingKeysMs, limit)),
    step((limit) => store.bookingLinks.sweep(keep.movedBookingsMs, limit)),
    step((limit) => store.apiKeys.sweep(keep.endedApiKeysMs, limit)),
    step((limit) => store.tallies.sweep(keep.countsMs, limit)),
    step((limit) => store.errorGroups.sweep(keep.errorsMs, keep.errorGroups, limit)),
    step((limit) => log.sweep('refusal', keep.refusalsMs, keep.refusals, limit)),
    step((limit) => log.sweep('attempt', keep.failedAttemptsMs, keep.failedAttempts, limit)),
    step((limit) => log.sweep('dispatch', keep.dispatchesMs, keep.dispatches, limit)),
    step((limit) => log.sweep('audit', keep.auditMs === false ? forGood : keep.auditMs, keep.auditLines, limit)),
    step((limit) => store.history.sweep(keep.historyMs, limit)),
    step((limit) => ended.sweep(keep.endedConnectionsMs === false ? null : keep.endedConnectionsMs, limit), ofEnded),
    step((limit) => ended.sweepLate(limit)),
    step((limit) => ended.sweepIds(endedIdsMs, limit)),
  ]
}

/** Longer than any clock has run. */
const forGood = 1e14
