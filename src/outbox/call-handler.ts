// Calls the handler with one event, within its time.

import type { Clock } from '../core/clock.ts'
import { isStoreAway } from '../core/each.ts'
import type { DeliveredEvent, Delivery } from '../core/events.ts'
import { withDeadline } from '../core/http.ts'
import type { SetAside } from '../core/set-aside.ts'
import type { OpenedEvent, OutboxEvent, StoredBookingEvent } from '../records/outbox.ts'
import type { Acknowledgement, Acknowledgements } from './acknowledgements.ts'
import { LateError, recordName, StoppedError } from './dispatch-errors.ts'
import { type EventLease, handlerTimeoutMs, isHeld, latestStartMs } from './lease-times.ts'

export interface HandlerResult {
  /** `null`: the event must be given back. */
  readonly acknowledgement: Acknowledgement | null
  /**
   * What the handler failed with, also after it has acknowledged. `interrupted`: this process ended the dispatch.
   * `unopened`: the event could not be opened, which has been reported.
   */
  readonly failure: { readonly error: unknown; readonly kind: 'handler' | 'interrupted' | 'unopened' } | null
}

/** Never rejects. */
export type CallHandler = (event: OutboxEvent, lease: EventLease) => Promise<HandlerResult>

/**
 * Returns the event with its booking, which may have to be read from the provider: that takes a few seconds at most. Rejects
 * if the store is away, or if `signal` aborts.
 */
export type CompleteBookingEvent = (event: StoredBookingEvent, signal: AbortSignal) => Promise<DeliveredEvent>

/** Receives an event for a destination. `row`: the id of its row in the outbox. */
export type EventHandler = (event: DeliveredEvent, delivery: Delivery, row: string) => void | Promise<void>

export interface CallHandlerInit {
  readonly handler: EventHandler
  readonly complete: CompleteBookingEvent
  readonly acknowledgements: Acknowledgements
  readonly clock: Clock
  readonly aside: SetAside
  /** Aborted with a {@link StoppedError} to end the calls under way. */
  readonly ending: () => AbortSignal
}

export function createCallHandler(init: CallHandlerInit): CallHandler {
  const { handler, complete, acknowledgements, clock, aside, ending } = init
  /**
   * Dispatches of one row at the same time: where the store's clock is set, its lease ends early and this process takes it again.
   * What one of them has acknowledged the others pass over.
   */
  const underWay = new Map<string, { count: number; isAcknowledged: boolean }>()

  /** A store that is away says nothing about the event: it is given back. */
  function completed(event: StoredBookingEvent, signal: AbortSignal): Promise<DeliveredEvent> {
    return complete(event, signal).catch((error: unknown) => {
      throw isStoreAway(error) ? new LateError() : error
    })
  }

  return async (row, lease) => {
    let acknowledgement: Acknowledgement | null = null
    let isGivenBack = false
    const dispatches = underWay.get(row.id) ?? { count: 0, isAcknowledged: false }
    underWay.set(row.id, dispatches)
    dispatches.count++
    const acknowledge = () => {
      dispatches.isAcknowledged = true
      acknowledgement ??= acknowledgements.record(row, () => !isGivenBack && isHeld(lease, clock))
      return acknowledgement.recorded
    }
    try {
      const opened = tryToOpen(row, aside)
      if ('error' in opened) return { acknowledgement, failure: { error: opened.error, kind: 'unopened' } }
      await withDeadline(clock, handlerTimeoutMs, ending(), async (signal) => {
        const began = clock.monotonic()
        if (began - lease.requestedAt > latestStartMs) throw new LateError()
        const event = 'change' in opened.event ? await completed(opened.event, signal) : opened.event
        // Completing took too long: the event was given back, and may be with another handler now. Of a process that was
        // suspended the clock knows it before the timer has run.
        if (signal.aborted || clock.monotonic() - began >= handlerTimeoutMs) throw new LateError()
        if (!dispatches.isAcknowledged) await handler(event, Object.freeze({ acknowledge, signal }), row.id)
        // A handler that returns after the deadline has acknowledged the event too.
        void acknowledge()
      })
      return { acknowledgement, failure: null }
    } catch (error) {
      isGivenBack = acknowledgement === null
      const interrupted = error instanceof StoppedError || error instanceof LateError
      return { acknowledgement, failure: { error, kind: interrupted ? 'interrupted' : 'handler' } }
    } finally {
      if (--dispatches.count === 0) underWay.delete(row.id)
    }
  }
}

/** An event that cannot be opened is reported once and retried: another process may have the key. */
function tryToOpen(event: OutboxEvent, aside: SetAside): { event: OpenedEvent } | { error: unknown } {
  try {
    return { event: event.open() }
  } catch (error) {
    aside.add(recordName(event.event), error)
    return { error }
  }
}
