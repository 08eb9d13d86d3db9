// `punctual.events`: lists the events of the outbox, and dispatches again those that were given up. A list shows no bodies,
// since they are full of personal data; `get` shows the body of one event.

import { type Checks, checkOptions, ifGiven, oneOf, optional, owner, whole } from '../core/check.ts'
import { PunctualError } from '../core/errors.ts'
import type { DeliveredType } from '../core/events.ts'
import { isChangeId } from '../core/store/event-id.ts'
import type { OutboxState } from '../core/store/outbox.ts'
import type { OutboxEvent, OutboxRecords } from '../records/outbox.ts'

/** An event in the outbox. It holds no secret and nothing of a provider's payload. */
export interface EventRecord {
  readonly id: string
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

export interface EventAdmin {
  /** Lists events, newest first. Events that have been done for 3 days or dead for 30 are deleted. */
  list(request?: EventsRequest): Promise<{ events: EventRecord[]; cursor: string | null }>
  /**
   * Returns one event. `body` is what the provider sent, parsed, for a webhook or a booking event that is not done yet; it
   * holds personal data.
   * Give `owner` for ids that come from a browser: an event of another owner is not found.
   *
   * @throws {PunctualError} `event_not_found`, `value_unreadable` when no key opens its body.
   */
  get(id: string, options?: { owner?: string }): Promise<EventRecord & { readonly body: unknown }>
  /**
   * Dispatches a dead event again, for another day. Give `owner` for ids that come from a browser: an event of another owner
   * is not found.
   *
   * @throws {PunctualError} `event_not_found`; `event_not_dead` when it is `pending` or `done` (its `reason`).
   * @example
   * ```ts
   * const { events } = await punctual.events.list({ state: 'dead' })
   * for (const { id } of events) await punctual.events.replay(id)
   * ```
   */
  replay(id: string, options?: { owner?: string }): Promise<void>
}

const listChecks: Checks<EventsRequest> = {
  state: optional(oneOf('pending', 'done', 'dead')),
  owner: ifGiven(owner),
  cursor: optional((value) => (!value || isCursor(value) ? null : 'must be the cursor of an earlier page')),
  limit: optional(whole(1, 200)),
}
const ownerChecks: Checks<{ owner?: string }> = { owner: ifGiven(owner) }

export function createEventAdmin(outbox: OutboxRecords, wake: () => void): EventAdmin {
  async function existing(name: string, id: string, options: { owner?: string }): Promise<OutboxEvent> {
    checkOptions(`events.${name}`, options, ownerChecks)
    const { owner } = options
    const event = isEventId(id) ? await outbox.get(id) : null
    if (event && (owner === undefined || event.owner === null || event.owner === owner)) return event
    throw new PunctualError(
      'event_not_found',
      `events.${name}: no event has that id. Acknowledged events are kept for 3 days, dead ones for 30.`,
    )
  }

  return Object.freeze({
    async list(request: EventsRequest = {}) {
      checkOptions('events.list', request, listChecks)
      const { state, owner, cursor, limit = 50 } = request
      const found = await outbox.list({ state, owner, before: cursor ?? undefined, limit: limit + 1 })
      const page = found.slice(0, limit)
      return { events: page.map(recordOf), cursor: found.length > limit ? (page.at(-1)?.cursor ?? null) : null }
    },
    async get(id: string, options: { owner?: string } = {}) {
      const event = await existing('get', id, options)
      return Object.freeze({ ...recordOf(event), body: event.state === 'done' ? null : bodyOf(event) })
    },
    async replay(id: string, options: { owner?: string } = {}) {
      await existing('replay', id, options)
      if (!(await outbox.replay(id))) {
        const { state } = await existing('replay', id, options)
        throw new PunctualError(
          'event_not_dead',
          `events.replay: the event is ${state}. Only a dead event is dispatched again.`,
          { reason: state === 'dead' ? undefined : state },
        )
      }
      wake()
    },
  })
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
  const { id, type, data, state, connection, owner, client, dispatches: attempts, error } = event
  return Object.freeze({
    id,
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
