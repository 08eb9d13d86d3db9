// Everything that a page or a command shows about the past: what happens in this process is counted, written in small
// batches, and read again over all processes. Its faults stop nothing.

import type { Clock } from '../core/clock.ts'
import type { PunctualEvent } from '../core/events.ts'
import { guardedMeasure, type Measure } from '../core/measure.ts'
import type { NoteError } from '../core/noted-error.ts'
import type { Retention } from '../core/retention.ts'
import type { Store } from '../core/store/store.ts'
import { createCounts } from './counts.ts'
import { createBounds } from './keep-bounded.ts'
import { createNotes, type Notes } from './notes.ts'
import { createRecentCalls, type RecentCalls } from './recent-calls.ts'
import { createActivityWriter } from './writer.ts'

export interface Activity {
  readonly measure: Measure
  readonly noteError: NoteError
  /** Writes what was counted. Resolves when it is written, or kept for later. */
  flush(): Promise<void>
  /** A background job: keeps the history of each grant within its number of entries. */
  keepBounded(): Promise<void>
  readonly calls: RecentCalls['of']
  /** Forgets the last calls of a connection. */
  readonly forget: RecentCalls['forget']
  readonly notes: Pick<Notes, 'storeFailure' | 'storeWorked'>
}

export interface ActivityDependencies {
  readonly store: Pick<Store, 'tallies' | 'errorGroups' | 'activityLog' | 'history'>
  readonly clock: Clock
  readonly events: {
    observe(observer: (event: PunctualEvent) => void): void
    /** The option `measure` failed. */
    measureFailed(error: unknown): void
  }
  readonly settings: {
    /** The host application's own. */
    readonly measure: Measure | null
    readonly retention: Pick<Retention, 'historyEntries'>
  }
  readonly background: {
    follow<Result>(work: Promise<Result>): Promise<Result>
    stopping(): AbortSignal
  }
}

export function createActivity(dependencies: ActivityDependencies): Activity {
  const { store, clock, background, events, settings } = dependencies
  const given = settings.measure
  const { follow, stopping } = background
  const counts = createCounts(clock)
  const calls = createRecentCalls(clock)
  const bounds = createBounds({ store, most: settings.retention.historyEntries, stopping })
  const writer = createActivityWriter({ store, counts, clock, follow, written: () => notes.storeWorked() })
  const notes = createNotes({ counts, calls, bounds, clock, soon: writer.soon })
  events.observe(notes.event)
  return {
    measure: given ? both(notes.measure, guardedMeasure(given, events.measureFailed)) : notes.measure,
    noteError: notes.error,
    flush: writer.flush,
    keepBounded: bounds.keep,
    calls: calls.of,
    forget: calls.forget,
    notes,
  }
}

function both(first: Measure, second: Measure): Measure {
  return (measurement) => {
    first(measurement)
    second(measurement)
  }
}
