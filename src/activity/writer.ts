// Writes what was counted: some seconds after the first count, and when the process stops. Nothing waits for it, and it
// keeps no process alive. What the store does not accept is kept for the next time.

import type { Clock } from '../core/clock.ts'
import type { Store } from '../core/store/store.ts'
import type { Batch, Counts } from './counts.ts'

export interface ActivityWriter {
  /** Has what was counted written soon. */
  soon(): void
  /** Writes what was counted. Resolves when it is written, or kept for later. */
  flush(): Promise<void>
}

export interface ActivityWriterDependencies {
  readonly store: Pick<Store, 'tallies' | 'errorGroups' | 'activityLog'>
  readonly counts: Counts
  readonly clock: Pick<Clock, 'monotonic' | 'sleep'>
  /** Keeps the writing in sight of `stop`, and its waiting out of it. */
  readonly follow: <Result>(work: Promise<Result>) => Promise<Result>
  /** The store has accepted a write. */
  readonly written: () => void
}

const everyMs = 10_000

export function createActivityWriter(dependencies: ActivityWriterDependencies): ActivityWriter {
  const { store, counts, clock, follow, written } = dependencies
  let waiting: AbortController | null = null
  let writing: Promise<void> = Promise.resolve()

  function soon(): void {
    if (waiting) return
    const wait = new AbortController()
    waiting = wait
    clock.sleep(everyMs, wait.signal, { isIdle: true }).then(flush, () => {})
  }

  /** One at a time: a batch that comes back must not meet the one that follows it. */
  function flush(): Promise<void> {
    waiting?.abort('flushed')
    waiting = null
    writing = writing.then(write)
    return follow(writing)
  }

  async function write(): Promise<void> {
    if (counts.isEmpty()) return
    const batch = counts.take()
    const left = await writeBatch(batch)
    if (left.tallies.length + left.errors.length + left.log.length === 0) return written()
    // Not soon: a store that is away is left alone until something is counted again, or the background comes round.
    counts.putBack(left)
  }

  /** Returns what was not written. The failures are reported by the store. */
  async function writeBatch({ tallies, errors, log }: Batch): Promise<Batch> {
    const ago = ({ at }: { readonly at: number }) => clock.monotonic() - at
    const left = { tallies: [...tallies], errors, log }
    try {
      for (const bucket of tallies) {
        await store.tallies.add([...bucket.counts.values()], ago(bucket))
        left.tallies.shift()
      }
      if (errors.length > 0)
        await store.errorGroups.add(
          errors.map(({ at, connections, ...seen }) => ({
            ...seen,
            agoMs: ago({ at }),
            connections: [...connections],
          })),
        )
      left.errors = []
      if (log.length > 0)
        await store.activityLog.append(log.map(({ at, ...entry }) => ({ ...entry, agoMs: ago({ at }) })))
      left.log = []
    } catch {}
    return left
  }

  return { soon, flush }
}
