// `punctual.events.feed`: reads what was published, by a cursor. Its reader must notice when it has missed something.

import { type Checks, checkOptions, ifGiven, list, optional, owner, valueError, whole } from '../core/check.ts'
import { nextTurn } from '../core/each.ts'
import { PunctualError, reworded } from '../core/errors.ts'
import type { DeliveredEvent, DeliveredType } from '../core/events.ts'
import type { SetAside } from '../core/set-aside.ts'
import type { FeedRecords, PublishedEvent } from '../records/feed.ts'
import { isType } from './destination.ts'
import { recordName } from './dispatch-errors.ts'

export interface FeedRequest {
  /** The cursor that the previous page returned. Default: from the oldest event that is kept. */
  readonly after?: string | null
  /** 1 to 200. Default 50. */
  readonly limit?: number
  /** Only events of these types. */
  readonly types?: readonly DeliveredType[]
  /** Only the events of that owner: those of clients have none. When given, it must not be empty or `undefined`. */
  readonly owner?: string
}

export interface EventFeed {
  /**
   * Returns the next published events, oldest first, each as `deliverTo` gets it. Events are published for
   * `deliverTo: { feed: true }`, and kept for 30 days. Read again with `cursor`, also when there were no events: then all
   * have been read. Every event is in the feed once, in an order that keeps that of every connection and booking.
   *
   * @throws {PunctualError} `invalid_argument`, also if events after the cursor have been deleted, or if it is of
   *   another database; `value_unreadable`, reason `unknown_key`, if the next event needs a key that is missing. A
   *   damaged event is left out, and reported as a fault.
   * @example
   * ```ts
   * const { events, cursor } = await punctual.events.feed({ after: await load() })
   * for (const event of events) await take(event)
   * await save(cursor)
   * ```
   */
  feed(request?: FeedRequest): Promise<{ events: DeliveredEvent[]; cursor: string }>
}

const checks: Checks<FeedRequest> = {
  after: optional((value) => (!value || positionOf(value) !== null ? null : 'must be the cursor of an earlier page')),
  limit: optional(whole(1, 200)),
  types: optional(list('types of events', isType, { least: 1 })),
  owner: ifGiven(owner),
}

/**
 * `aside` reports an event that cannot be opened. One that is damaged is left out: nothing brings it back. At one whose key is
 * missing the reader stops, since the key may come back.
 */
export function createEventFeed(feed: Pick<FeedRecords, 'read'>, aside: SetAside): EventFeed {
  function opened({ position, event, open }: PublishedEvent): OpenedEvent {
    try {
      return { position, event: open(), missing: null }
    } catch (error) {
      aside.add(recordName(event), error)
      const isMissing = error instanceof PunctualError && error.reason === 'unknown_key'
      return { position, event: null, missing: isMissing ? error : null }
    }
  }

  /** The events up to the first whose key is missing, and the error that stops the reader there. */
  function openedUpTo({ events, readTo }: Awaited<ReturnType<FeedRecords['read']>>): OpenedPage {
    const all = events.map(opened)
    const stop = all.findIndex(({ missing }) => missing !== null)
    const before = (stop < 0 ? all : all.slice(0, stop)).flatMap(({ event }) => event ?? [])
    const [at] = stop < 0 ? [] : all.slice(stop)
    if (!at?.missing) return { events: before, readTo, error: null }
    const next = all.slice(stop).find(({ missing }) => missing === null)
    const error = missingKey(at.missing, cursorOf(next ? next.position - 1 : readTo))
    return { events: before, readTo: at.position - 1, error }
  }

  return {
    async feed(request = {}) {
      checkOptions('events.feed', request, checks)
      const { after, limit = 50, types, owner } = request
      const events: DeliveredEvent[] = []
      let readTo = positionOf(after) ?? 0
      for (;;) {
        const page = await feed.read({ after: readTo, limit: limit - events.length, types, owner })
        if (after) assertNothingMissed(readTo, page)
        const found = openedUpTo(page)
        events.push(...found.events)
        readTo = found.readTo
        if (found.error && events.length === 0) throw found.error
        if (found.error) return { events, cursor: cursorOf(readTo) }
        if (events.length === limit || readTo >= page.last) return { events, cursor: cursorOf(readTo) }
        await nextTurn()
      }
    },
  }
}

interface OpenedEvent {
  readonly position: number
  /** `null`: it does not open. */
  readonly event: DeliveredEvent | null
  /** The error of an event whose key is missing. */
  readonly missing: PunctualError | null
}

interface OpenedPage {
  readonly events: readonly DeliveredEvent[]
  readonly readTo: number
  readonly error: PunctualError | null
}

/** `after`: the cursor behind the events that need the key. */
function missingKey(error: PunctualError, after: string): PunctualError {
  const message = `events.feed: ${error.message} Then read again from the same cursor. If the key is lost, go on after ${after}: the events up to there are missed.`
  return reworded(error, message)
}

function assertNothingMissed(
  after: number,
  { first, last }: { readonly first: number | null; readonly last: number },
): void {
  if (after > last)
    throw valueError(
      'events.feed',
      'after',
      'is the cursor of another database, or of one before a backup was restored',
    )
  if (after < last && (first === null || first > after + 1))
    throw valueError(
      'events.feed',
      'after',
      'is too old: events after it have been deleted, since they are kept for 30 days. Begin without "after"',
    )
}

function cursorOf(position: number): string {
  return `feed_${position.toString(36)}`
}

function positionOf(cursor: unknown): number | null {
  const [, digits] = typeof cursor === 'string' ? (/^feed_([0-9a-z]{1,10})$/.exec(cursor) ?? []) : []
  return digits === undefined ? null : Number.parseInt(digits, 36)
}
