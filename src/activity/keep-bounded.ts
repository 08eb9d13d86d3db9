// Keeps the history of each grant within its number of entries: a grant is looked at when it has grown.

import type { Store } from '../core/store/store.ts'

export interface Bounds {
  /** Notes that an entry was written to the history of a grant. `generation`: `null` for a refresh that failed. */
  wrote(grant: string, generation: number | null): void
  /** A background job. */
  keep(): Promise<void>
}

export interface BoundsDependencies {
  readonly store: Pick<Store, 'history'>
  /** How many entries each grant keeps. */
  readonly most: number
  /** Aborts as soon as the process must stop. */
  readonly stopping: () => AbortSignal
}

const stepRows = 500
/** A grant is looked at after so many entries, so that the work follows what is written. */
const lookedAtEvery = 50
/** Grants that wait to be looked at, and grants whose failures are counted. */
const mostGrants = 1000

export function createBounds({ store, most, stopping }: BoundsDependencies): Bounds {
  const grown = new Set<string>()
  const failures = new Map<string, number>()

  function wrote(grant: string, generation: number | null): void {
    let entries = generation
    if (entries === null) {
      entries = (failures.get(grant) ?? 0) + 1
      if (failures.size >= mostGrants) failures.clear()
      failures.set(grant, entries)
    }
    if (entries % lookedAtEvery === 0 && grown.size < mostGrants) grown.add(grant)
  }

  return {
    wrote,
    async keep() {
      for (const grant of grown) {
        while (!stopping().aborted && (await store.history.trim(grant, most, stepRows)) === stepRows);
        if (stopping().aborted) return
        grown.delete(grant)
      }
    },
  }
}
