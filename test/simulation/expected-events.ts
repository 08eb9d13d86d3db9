// The events that the host application must receive, by ordering key: one for each committed change, one for each message
// of a provider. An event that the outbox dispatches is matched with one of them.

import type { DeliveredEvent } from '../../src/core/events.ts'
import { attendanceIn } from './webhook-messages.ts'
import type { StoreClock } from './world.ts'

export interface ExpectedEvent {
  readonly what: string
  /** Its place among those of its ordering key. */
  readonly position: number
  /** Since when it must come before those behind it; `null`: the provider has no answer yet. */
  since: number | null
  /** The id of the event that reported it. */
  event: string | null
  received: boolean
  /** Given up by the outbox, after a day. */
  dead: boolean
}

export interface ExpectedEvents {
  of(orderingKey: string): readonly ExpectedEvent[]
  all(): ExpectedEvent[]
  /** A change has been committed. */
  addChange(orderingKey: string, what: string): void
  /** A provider sends a message, for the first time or again. `position`: its place in time. */
  addDelivery(orderingKey: string, what: string, position: number): ExpectedEvent
  confirm(expected: ExpectedEvent): void
  /** The expected event that this one reports. */
  find(event: DeliveredEvent, orderingKey: string): ExpectedEvent | null
  /** What is confirmed and has not been received, with its ordering key. */
  missing(refuses: (orderingKey: string) => boolean): { orderingKey: string; what: string } | null
}

export function createExpectedEvents(nextOrder: () => number, storeClock: StoreClock): ExpectedEvents {
  const byKey = new Map<string, ExpectedEvent[]>()

  function of(orderingKey: string): ExpectedEvent[] {
    const known = byKey.get(orderingKey) ?? []
    byKey.set(orderingKey, known)
    return known
  }

  return {
    of,
    all: () => [...byKey.values()].flat(),
    addChange(orderingKey, what) {
      const events = of(orderingKey)
      events.push({ what, position: events.length, since: nextOrder(), event: null, received: false, dead: false })
    },
    addDelivery(orderingKey, what, position) {
      const events = of(orderingKey)
      const known = events.find((one) => one.what === what && one.position === position)
      if (known) return known
      const added = { what, position, since: null, event: null, received: false, dead: false }
      events.push(added)
      return added
    },
    confirm(expected) {
      expected.since ??= nextOrder()
    },
    find(event, orderingKey) {
      const events = of(orderingKey)
      if (event.type === 'webhook.received')
        return events.find((one) => one.what === event.name && one.position === event.createdAt?.getTime()) ?? null
      const what = whatOf(event)
      if ('booking' in event) return events.find((one) => one.what === what) ?? null
      // What is written after the store's clock was set back comes first.
      const isNext = (one: ExpectedEvent) => one.event === null && (storeClock.setBack === 0 || one.what === what)
      const found = events.find((one) => one.event === event.id) ?? events.find(isNext)
      return found?.what === what ? found : null
    },
    missing(refuses) {
      for (const [orderingKey, events] of byKey) {
        const first = events.find(isOpen)
        if (first && !refuses(orderingKey)) return { orderingKey, what: first.what }
      }
      return null
    },
  }
}

export function isOpen({ since, received, dead }: ExpectedEvent): boolean {
  return since !== null && !received && !dead
}

/** A connection, a client, or of a connection: what a webhook is about, or the chain of a booking. */
export function orderingKeyOf(event: DeliveredEvent): string {
  if (event.type === 'webhook.received') return `${event.connection} ${attendanceIn(event.body)}`
  if ('booking' in event) return `${event.connection} ${event.booking.chain}`
  return 'connection' in event ? event.connection : event.client
}

export function whatOf(event: DeliveredEvent): string {
  if ('booking' in event) return changeName(event.type, event.booking.id, event.occurredAt?.getTime() ?? 0)
  const detail = event.type === 'connection.renewed' ? event.generation : 'reason' in event ? event.reason : ''
  return `${event.type === 'webhook.received' ? event.name : event.type} ${detail}`.trim()
}

/** A change of a booking, unlike every other one. */
export function changeName(type: string, booking: string, at: number): string {
  return `${type} of ${booking} at ${at}`
}
