// What the host application may see of the outbox, and do with it: look for what was given up, and have it handed over
// again. A list shows no body, for bodies are full of people; one event alone shows its own.

import { type Checks, checkOptions, ifGiven, oneOf, optional, owner, whole } from '../core/check.ts'
import { PunctualError } from '../core/errors.ts'
import type { DeliveredType } from '../core/events.ts'
import type { OutboxState } from '../core/store/outbox.ts'
import type { Outbox, OutboxEvent } from '../records/outbox.ts'

/** An event in the outbox. It holds no secret and nothing of a provider's payload. */
export interface EventRecord {
  readonly id: string
  readonly type: DeliveredType
  /** Of a provider's webhook: the provider's word for it. */
  readonly name: string | null
  /** `pending`: to be handed over. `done`: acknowledged. `dead`: given up after a day. */
  readonly state: OutboxState
  readonly connection: string | null
  readonly owner: string | null
  readonly client: string
  /** How often it has been handed over. */
  readonly attempts: number
  /** What went wrong the last time. */
  readonly error: string | null
  readonly createdAt: Date
  /** When it may be handed over next; `null` unless it is pending. */
  readonly dueAt: Date | null
}

export interface EventsRequest {
  /** Default: all three. */
  readonly state?: OutboxState
  /**
   * Only what concerns that owner: the events of its connections, and those of clients, which have no owner. One that
   * is there must name somebody: `undefined` is refused.
   */
  readonly owner?: string
  /** What the previous page answered. */
  readonly cursor?: string | null
  /** 1 to 200. Default 50. */
  readonly limit?: number
}

export interface EventAdmin {
  /** Newest first. What has been done for 3 days or dead for 30 is no longer there. */
  list(request?: EventsRequest): Promise<{ events: EventRecord[]; cursor: string | null }>
  /**
   * One event. `body` is what the provider sent, parsed, for a webhook that is not done yet: keep it as private as what
   * it tells of people. With `owner`, only what concerns that owner: for ids that come from a browser.
   *
   * @throws {PunctualError} `event_not_found`, `value_unreadable` when no key opens its body.
   */
  get(id: string, options?: { owner?: string }): Promise<EventRecord & { readonly body: unknown }>
  /**
   * Has a dead event handed over again, for another day. With `owner`, only what concerns that owner: for ids that come
   * from a browser.
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
  cursor: optional((value) => (!value || isEventId(value) ? null : 'must be the cursor of an earlier page')),
  limit: optional(whole(1, 200)),
}
const ownerChecks: Checks<{ owner?: string }> = { owner: ifGiven(owner) }

export function createEventAdmin(outbox: Outbox, kick: () => void): EventAdmin {
  async function existing(name: string, id: string, options: { owner?: string }): Promise<OutboxEvent> {
    checkOptions(`events.${name}`, options, ownerChecks)
    const { owner } = options
    const event = isEventId(id) ? await outbox.get(id) : null
    if (event && (owner === undefined || event.owner === null || event.owner === owner)) return event
    throw new PunctualError(
      'event_not_found',
      `events.${name}: there is no event of that id. Acknowledged events are kept for 3 days, dead ones for 30.`,
    )
  }

  return Object.freeze({
    async list(request: EventsRequest = {}) {
      checkOptions('events.list', request, listChecks)
      const { state, owner, cursor, limit = 50 } = request
      const found = await outbox.list({ state, owner, before: cursor ?? undefined, limit: limit + 1 })
      const page = found.slice(0, limit)
      return { events: page.map(recordOf), cursor: found.length > limit ? (page.at(-1)?.id ?? null) : null }
    },
    async get(id: string, options: { owner?: string } = {}) {
      const event = await existing('get', id, options)
      const opened = event.type === 'webhook.received' && event.state !== 'done' ? event.open() : null
      return Object.freeze({ ...recordOf(event), body: opened && 'body' in opened ? opened.body : null })
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
      kick()
    },
  })
}

function isEventId(id: unknown): id is string {
  return typeof id === 'string' && /^evt_[0-9a-z]{1,40}_[0-9a-z]{1,40}$/.test(id)
}

function recordOf(event: OutboxEvent): EventRecord {
  const { id, type, data, state, connection, owner, client, attempts, error } = event
  return Object.freeze({
    ...{ id, type: type as DeliveredType, name: typeof data.name === 'string' ? data.name : null },
    ...{ state, connection, owner, client, attempts, error },
    createdAt: new Date(event.createdAt),
    dueAt: state === 'pending' ? new Date(event.dueAt) : null,
  })
}
