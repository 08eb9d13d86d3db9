// The outbox: the body of a provider's delivery is sealed on the way in, since it is full of names and addresses. On
// the way out it is opened for the moment of the dispatch alone.

import { PunctualError } from '../core/errors.ts'
import type { BookingEvent, DeliveredEvent } from '../core/events.ts'
import type { GrantEnd } from '../core/grant.ts'
import { bookingEventTypes } from '../core/scheduling/provider.ts'
import { storable } from '../core/storable.ts'
import type { NewDelivery, OutboxRow, OutboxStore } from '../core/store/outbox.ts'
import type { Store } from '../core/store/store.ts'
import type { Vault } from '../vault/cipher.ts'

/** A booking event as it is stored: what the webhook says, before the booking is read from it. */
export interface StoredBookingEvent extends Omit<BookingEvent, 'booking' | 'complete'> {
  readonly id: string
  readonly at: Date
  readonly dispatch: number
  readonly change: StoredBookingChange
}

export interface StoredBookingChange {
  /** The booking's id, and that of the booking that it replaces. */
  readonly booking: string
  readonly replaces: string | null
  /** The chain of the booking, as far as it was known when the webhook came. */
  readonly chain: string
  /** The provider's word for the webhook, and what it sent, parsed. */
  readonly name: string
  readonly body: unknown
}

/** An event as it can be read from its row. */
export type OpenedEvent = Exclude<DeliveredEvent, { readonly complete: boolean }> | StoredBookingEvent

/** An event in the outbox, for one destination. `id` is that of its row, `event` the one that the host application knows. */
export interface OutboxEvent extends Omit<OutboxRow, 'body' | 'key'> {
  /**
   * The event as the host application gets it; a booking event without its booking.
   *
   * @throws {PunctualError} when it cannot be opened with these keys, is damaged, or is of a type that a later
   *   version wrote.
   */
  open(): OpenedEvent
}

export interface OutboxRecords extends Omit<OutboxStore, 'take' | 'get' | 'of' | 'list'> {
  /** As the store's, the bodies in the clear: each is sealed for its own key. */
  accept(deliveries: readonly NewDelivery[]): Promise<boolean[]>
  take(...how: Parameters<OutboxStore['take']>): Promise<OutboxEvent[]>
  get(id: string): Promise<OutboxEvent | null>
  of(event: string): Promise<OutboxEvent[]>
  list(filter: Parameters<OutboxStore['list']>[0]): Promise<OutboxEvent[]>
}

/** Where the body of the delivery with that key is kept. */
export function deliveryPlace(key: string): { table: string; row: string; column: string } {
  return { table: 'outbox', row: key, column: 'body' }
}

export function createOutboxRecords({
  store,
  vault,
}: {
  readonly store: Pick<Store, 'outbox'>
  readonly vault: Vault
}): OutboxRecords {
  const { outbox } = store
  function opened({ body, key, ...row }: OutboxRow): OutboxEvent {
    return {
      ...row,
      open: () => parseEvent(row, body === null || key === null ? null : vault.open(deliveryPlace(key), body)),
    }
  }
  return {
    ...outbox,
    accept: (deliveries) =>
      outbox.accept(
        deliveries.map(({ body, ...rest }) => ({ ...rest, body: vault.seal(deliveryPlace(rest.key), body) })),
      ),
    take: async (...how) => (await outbox.take(...how)).map(opened),
    fail: (id, owner, error, retryInMs) => outbox.fail(id, owner, storable(error), retryInMs),
    async get(id) {
      const row = await outbox.get(id)
      return row && opened(row)
    },
    of: async (event) => (await outbox.of(event)).map(opened),
    list: async (filter) => (await outbox.list(filter)).map(opened),
  }
}

function parseEvent(row: Omit<OutboxEvent, 'open'>, body: string | null): OpenedEvent {
  const { event: id, client, type, data } = row
  const base = { id, at: new Date(row.createdAt), dispatch: row.dispatches }
  const of = { connection: row.connection ?? '', owner: row.owner ?? '', client }
  const bookingType = bookingEventTypes.find((one) => one === type)
  if (bookingType) {
    const [occurredAt, { outOfOrder }] = [parseTime(data.createdAt), row]
    return Object.freeze({ ...base, type: bookingType, ...of, occurredAt, outOfOrder, change: changeOf(row, body) })
  }
  switch (type) {
    case 'connection.created':
    case 'connection.recovered':
    case 'connection.disconnected':
      return Object.freeze({ ...base, type, ...of })
    case 'connection.renewed':
      return Object.freeze({ ...base, type, ...of, generation: numberOf(row, 'generation') })
    case 'connection.needs_reconnect':
      // Only the reasons of `GrantEnd` are ever written.
      return Object.freeze({ ...base, type, ...of, reason: textOf(row, 'reason') as GrantEnd })
    case 'client.misconfigured':
      return Object.freeze({ ...base, type, client, reason: textOf(row, 'reason') })
    case 'client.recovered':
      return Object.freeze({ ...base, type, client })
    case 'webhook.received':
      return Object.freeze({
        ...base,
        type,
        ...of,
        name: textOf(row, 'name'),
        createdAt: parseTime(data.createdAt),
        outOfOrder: row.outOfOrder,
        body: body === null ? null : parseBody(id, body),
      })
    default:
      throw new PunctualError(
        'value_unreadable',
        `This version does not know events of the type "${type}": a newer one wrote it. Update this one.`,
        { reason: 'unknown_type' },
      )
  }
}

function changeOf(row: Omit<OutboxEvent, 'open'>, body: string | null): StoredBookingChange {
  const { replaces = null } = row.data
  return Object.freeze({
    booking: textOf(row, 'booking'),
    replaces: replaces === null ? null : textOf(row, 'replaces'),
    chain: textOf(row, 'chain'),
    name: textOf(row, 'name'),
    body: body === null ? null : parseBody(row.event, body),
  })
}

function parseBody(id: string, body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    throw damaged(id, 'body')
  }
}

type Facts = Pick<OutboxRow, 'event' | 'data'>

function textOf({ event, data }: Facts, name: string): string {
  const value = data[name]
  if (typeof value === 'string') return value
  throw damaged(event, name)
}

function numberOf({ event, data }: Facts, name: string): number {
  const value = data[name]
  if (typeof value === 'number') return value
  throw damaged(event, name)
}

function damaged(id: string, name: string): PunctualError {
  const message = `The ${name} of the event ${id} cannot be read: it was changed in the database. Restore it from a backup.`
  return new PunctualError('value_unreadable', message, { reason: 'damaged' })
}

/** Milliseconds, or the time as the provider writes it. */
function parseTime(value: string | number | boolean | null | undefined): Date | null {
  const time = typeof value === 'string' || typeof value === 'number' ? new Date(value) : null
  return time && !Number.isNaN(time.getTime()) ? time : null
}
