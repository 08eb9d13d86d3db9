// `punctual.events`: lists the events of the outbox, and dispatches again those that were given up. A list shows no bodies,
// since they are full of personal data; `get` shows the body of one event.

import { type Checks, checkOptions, ifGiven, oneOf, optional, owner, whole } from '../core/check.ts'
import { PunctualError } from '../core/errors.ts'
import type { DeliveredType } from '../core/events.ts'
import { eventNotFound } from '../core/not-found.ts'
import type { ReplayRequest, ReplayResult } from '../core/operator.ts'
import { isChangeId } from '../core/store/event-id.ts'
import type { OutboxState } from '../core/store/outbox.ts'
import type { OutboxEvent, OutboxRecords } from '../records/outbox.ts'
import type { EventFeed } from './read-feed.ts'
import { replaySince } from './replay-since.ts'

/** An event in the outbox, for one destination. It holds no secret and nothing of a provider's payload. */
export interface EventRecord {
  readonly id: string
  /** The name of its destination in `deliverTo`; '' if that is not a list. */
  readonly destination: string
  readonly type: DeliveredType
  /** The provider's word for a webhook, or for the webhook that tells of a booking; `null` for other events. */
  readonly name: string | null
  /** `pending`: to be dispatched. `done`: acknowledged. `dead`: given up after a day. */
  readonly state: OutboxState
  readonly connection: string | null
  readonly owner: string | null
  readonly client: string
  /** How often it has been dispatched. */
  readonly attempts: number
  /** Why the last dispatch failed. */
  readonly error: string | null
  readonly createdAt: Date
  /** When it may be dispatched next; `null` unless it is pending. */
  readonly dueAt: Date | null
}

export interface EventsRequest {
  /** Default: all three. */
  readonly state?: OutboxState
  /**
   * Only the events of that owner's connections, and the events of clients, which have no owner. When given, it must not
   * be empty or `undefined`.
   */
  readonly owner?: string
  /** The cursor that the previous page returned. */
  readonly cursor?: string | null
  /** 1 to 200. Default 50. */
  readonly limit?: number
}

export interface EventOptions {
  /** Give it for ids that come from a browser: an event of another owner is not found. One of a client, without owner, is. */
  readonly owner?: string
  /** Only the event for the destination of that name. */
  readonly destination?: string
}

export interface EventAdmin extends EventFeed {
  /**
   * Lists events, newest first: an event of several destinations once for each. Events that have been done for 3 days or
   * dead for 30 are deleted.
   */
  list(request?: EventsRequest): Promise<{ events: EventRecord[]; cursor: string | null }>
  /**
   * Returns one event. `body` is what the provider sent, parsed, for a webhook or a booking event that is not done yet; it
   * holds personal data. Of several destinations it is the first, unless `destination` names another.
   *
   * @throws {PunctualError} `event_not_found`, `value_unreadable` when no key opens its body.
   */
  get(id: string, options?: EventOptions): Promise<EventRecord & { readonly body: unknown }>
  /**
   * Dispatches a dead event again, for another day, to each destination for which it is dead.
   *
   * @throws {PunctualError} `event_not_found`; `event_not_dead` when it is `pending` or `done` (its `reason`).
   * @example
   * ```ts
   * const { events } = await punctual.events.list({ state: 'dead' })
   * for (const { id, destination } of events) await punctual.events.replay(id, { destination })
   * ```
   */
  replay(id: string, options?: EventOptions): Promise<void>
  /**
   * Dispatches again, for another day, the dead events that were written since a time: the newest 10,000, the oldest of
   * them first.
   *
   * @throws {PunctualError} `invalid_argument`, `store_unavailable`.
   * @example
   * ```ts
   * const { replayed } = await punctual.events.replay({ since: new Date(Date.now() - 3_600_000) })
   * ```
   */
  replay(request: ReplayRequest): Promise<ReplayResult>
  /**
   * Dispatches a pending event now instead of at its `dueAt`, to each destination for which it is pending. Earlier events
   * of the same booking or connection still come first.
   *
   * @throws {PunctualError} `event_not_found`; `event_not_pending` when it is `done` or `dead` (its `reason`).
   */
  retry(id: string, options?: EventOptions): Promise<void>
}

const listChecks: Checks<EventsRequest> = {
  state: optional(oneOf('pending', 'done', 'dead')),
  owner: ifGiven(owner),
  cursor: optional((value) => (!value || isCursor(value) ? null : 'must be the cursor of an earlier page')),
  limit: optional(whole(1, 200)),
}
const eventChecks: Checks<EventOptions> = {
  owner: ifGiven(owner),
  destination: optional((value) => (typeof value === 'string' ? null : 'must be the name of a destination')),
}

export interface EventAdminInit {
  readonly outbox: OutboxRecords
  readonly feed: EventFeed
  /** Called when an event is due. */
  readonly wake: () => void
}

export function createEventAdmin({ outbox, feed, wake }: EventAdminInit): EventAdmin {
  /** The rows of an event, one for each destination. */
  async function existing(
    name: string,
    id: string,
    options: EventOptions,
  ): Promise<readonly [OutboxEvent, ...OutboxEvent[]]> {
    checkOptions(`events.${name}`, options, eventChecks)
    const { owner, destination } = options
    const rows = isEventId(id) ? await outbox.of(id) : []
    const [first, ...others] = rows
      .filter((row) => owner === undefined || row.owner === null || row.owner === owner)
      .filter((row) => destination === undefined || row.destination === destination)
    if (first) return [first, ...others]
    throw eventNotFound(`events.${name}`)
  }

  return Object.freeze({
    ...feed,
    async list(request: EventsRequest = {}) {
      checkOptions('events.list', request, listChecks)
      const { state, owner, cursor, limit = 50 } = request
      const found = await outbox.list({ state, owner, before: cursor ?? undefined, limit: limit + 1 })
      const page = found.slice(0, limit)
      return { events: page.map(recordOf), cursor: found.length > limit ? (page.at(-1)?.id ?? null) : null }
    },
    async get(id: string, options: EventOptions = {}) {
      const [event] = await existing('get', id, options)
      return Object.freeze({ ...recordOf(event), body: event.state === 'done' ? null : bodyOf(event) })
    },
    replay: ((what: string | ReplayRequest, options: EventOptions = {}) =>
      isRequest(what) ? replaySince(outbox, what).finally(wake) : replayOne(what, options)) as EventAdmin['replay'],
    async retry(id: string, options: EventOptions = {}) {
      const rows = await existing('retry', id, options)
      const [{ state }] = rows
      for (const row of rows) if (row.state === 'pending') await outbox.hasten(row.id)
      if (rows.every((row) => row.state !== 'pending'))
        throw new PunctualError(
          'event_not_pending',
          `events.retry: the event is ${state}. Only a pending event can be tried now; replay one that is dead.`,
          { reason: state === 'pending' ? undefined : state },
        )
      wake()
    },
  })

  async function replayOne(id: string, options: EventOptions): Promise<void> {
    let isReplayed = false
    for (const { id: row } of await existing('replay', id, options)) if (await outbox.replay(row)) isReplayed = true
    if (!isReplayed) {
      const [{ state }] = await existing('replay', id, options)
      throw new PunctualError(
        'event_not_dead',
        `events.replay: the event is ${state}. Only a dead event is dispatched again.`,
        { reason: state === 'dead' ? undefined : state },
      )
    }
    wake()
  }
}

/** A browser can send anything for an id. */
function isRequest(what: unknown): what is ReplayRequest {
  return typeof what === 'object' && what !== null && 'since' in what
}

/** What the provider sent; `null` for an event of our own. Only an event that has a body needs the keys. */
function bodyOf(event: OutboxEvent): unknown {
  if (typeof event.data.name !== 'string') return null
  const opened = event.open()
  if ('change' in opened) return opened.change.body
  return 'body' in opened ? opened.body : null
}

function isEventId(id: unknown): id is string {
  return isCursor(id) || (typeof id === 'string' && isChangeId(id))
}

/** Whether it can be the id of a row. */
function isCursor(value: unknown): value is string {
  return typeof value === 'string' && /^evt_[0-9a-z]{1,40}_[0-9a-z]{1,40}$/.test(value)
}

function recordOf(event: OutboxEvent): EventRecord {
  const { event: id, destination, type, data, state, connection, owner, client, dispatches: attempts, error } = event
  return Object.freeze({
    id,
    destination,
    type: type as DeliveredType,
    name: typeof data.name === 'string' ? data.name : null,
    state,
    connection,
    owner,
    client,
    attempts,
    error,
    createdAt: new Date(event.createdAt),
    dueAt: state === 'pending' ? new Date(event.dueAt) : null,
  })
}
