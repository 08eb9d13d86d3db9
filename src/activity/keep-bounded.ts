// Keeps what is stored of the past within its bounds, a little at a time, whatever happens to be deleted.

import type { LogKind } from '../core/store/activity-log.ts'
import type { Store } from '../core/store/store.ts'

export interface Bounds {
  /** Notes that an entry was written to the history of a grant. `generation`: `null` for a refresh that failed. */
  wrote(grant: string, generation: number | null): void
  /** A background job. */
  keep(): Promise<void>
}

export interface BoundsDependencies {
  readonly store: Pick<Store, 'tallies' | 'errorGroups' | 'activityLog' | 'history'>
  readonly clock: { monotonic(): number }
  /** Aborts as soon as the process must stop. */
  readonly stopping: () => AbortSignal
}

const dayMs = 86_400_000
const stepRows = 500

const mostErrorGroups = 500
const mostHistoryEntries = 500
const historyMs = 90 * dayMs
const talliesMs = 8 * dayMs
const errorGroupsMs = 30 * dayMs

const logBounds: Readonly<Record<LogKind, { readonly ms: number; readonly most: number }>> = {
  refusal: { ms: 7 * dayMs, most: 2000 },
  attempt: { ms: 30 * dayMs, most: 2000 },
  audit: { ms: 365 * dayMs, most: 100_000 },
  // As long as an event that was given up.
  dispatch: { ms: 30 * dayMs, most: 10_000 },
}

const sweptEveryMs = 600_000
/** A grant is looked at after so many entries, so that the work follows what is written. */
const lookedAtEvery = 50
/** Grants that wait to be looked at, and grants whose failures are counted. */
const mostGrants = 1000

export function createBounds({ store, clock, stopping }: BoundsDependencies): Bounds {
  const grown = new Set<string>()
  const failures = new Map<string, number>()
  let sweptAt: number | null = null

  function wrote(grant: string, generation: number | null): void {
    let entries = generation
    if (entries === null) {
      entries = (failures.get(grant) ?? 0) + 1
      if (failures.size >= mostGrants) failures.clear()
      failures.set(grant, entries)
    }
    if (entries % lookedAtEvery === 0 && grown.size < mostGrants) grown.add(grant)
  }

  /** Repeats a sweep that has deleted as many as it may. */
  async function whole(sweep: () => Promise<number>): Promise<void> {
    while (!stopping().aborted && (await sweep()) === stepRows);
  }

  return {
    wrote,
    async keep() {
      for (const grant of grown) {
        if (stopping().aborted) return
        await whole(() => store.history.trim(grant, mostHistoryEntries, stepRows))
        grown.delete(grant)
      }
      const at = clock.monotonic()
      // Not at the start, when others wait for the store.
      sweptAt ??= at
      if (at - sweptAt < sweptEveryMs) return
      sweptAt = at
      await whole(() => store.tallies.sweep(talliesMs, stepRows))
      await whole(() => store.errorGroups.sweep(errorGroupsMs, mostErrorGroups, stepRows))
      for (const kind of ['refusal', 'attempt', 'audit', 'dispatch'] as const)
        await whole(() => store.activityLog.sweep(kind, logBounds[kind].ms, logBounds[kind].most, stepRows))
      await whole(() => store.history.sweep(historyMs, stepRows))
    },
  }
}
