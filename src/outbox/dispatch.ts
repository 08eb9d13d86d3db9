// Dispatches one event to the host application: calls the handler, then waits for the acknowledgement to be recorded or gives
// the event back for a retry.

import type { Clock, Random } from '../core/clock.ts'
import { isStoreAway } from '../core/each.ts'
import { type DeliveredType, deliveredTypes } from '../core/events.ts'
import type { DispatchOutcome, Measure } from '../core/measure.ts'
import type { SetAside } from '../core/set-aside.ts'
import type { OutboxEvent, OutboxRecords } from '../records/outbox.ts'
import type { Acknowledgements } from './acknowledgements.ts'
import type { CallHandler } from './call-handler.ts'
import { crashedSentence, reasonOf, recordName, sentenceOf, stoppedSentence } from './dispatch-errors.ts'
import { NotAcknowledgedError } from './http-destination.ts'
import { type EventLease, isHeld } from './lease-times.ts'
import type { OutboxReport } from './report.ts'
import { crashesItsProcesses, nextDispatchInMs, retryAfterInterruptionMs } from './retry-schedule.ts'

export interface DispatchInit {
  readonly outbox: OutboxRecords
  readonly acknowledgements: Acknowledgements
  readonly callHandler: CallHandler
  readonly types: readonly DeliveredType[]
  readonly clock: Clock
  readonly random: Random
  readonly aside: SetAside
  readonly report: OutboxReport
  readonly measure: Measure
  readonly isEnding: () => boolean
}

/**
 * Dispatches an event of that lease. Never rejects. Resolves when the event needs no slot any more: its acknowledgement
 * is recorded, it was given back, or its lease is left to end. Calls `handled` once nothing but the recording of the
 * acknowledgement is left.
 */
export type Dispatch = (event: OutboxEvent, lease: EventLease, handled: () => void) => Promise<void>

export function createDispatch(init: DispatchInit): Dispatch {
  const { outbox, acknowledgements, callHandler, types, clock, random, aside, report, measure, isEnding } = init

  async function handle(event: OutboxEvent, lease: EventLease, handled: () => void): Promise<void> {
    const elapsedMs = event.readAt - (event.firstAt ?? event.readAt)
    const startedAt = clock.monotonic()
    if (crashesItsProcesses({ dispatches: event.dispatches, elapsedMs })) {
      note(event, startedAt, 'dead', crashedSentence)
      return giveBack(event, lease, crashedSentence, null)
    }
    const { acknowledgement, failure } = await callHandler(event, lease)
    if (failure?.kind === 'handler')
      report.failed(event, sentenceOf(failure.error), reasonOf(failure.error), acknowledgement !== null)
    if (acknowledgement || !failure) {
      note(event, startedAt, 'acknowledged')
      handled()
      return acknowledgement?.released
    }
    const { error, kind } = failure
    const sentence = sentenceOf(error)
    if (kind === 'interrupted') {
      note(event, startedAt, 'interrupted', sentence)
      return giveBack(event, lease, sentence, retryAfterInterruptionMs)
    }
    const retryInMs = nextDispatchInMs(random, {
      dispatches: event.dispatches,
      elapsedMs: elapsedMs + clock.monotonic() - startedAt,
      retryAfterMs: error instanceof NotAcknowledgedError ? error.retryAfterMs : null,
    })
    note(event, startedAt, retryInMs === null ? 'dead' : 'failed', sentence)
    return giveBack(event, lease, sentence, retryInMs)
  }

  function note(
    { event, type, client, destination, dispatches, readAt, createdAt }: OutboxEvent,
    startedAt: number,
    outcome: DispatchOutcome,
    error: string | null = null,
  ): void {
    measure({
      kind: 'dispatch',
      client,
      type: type as DeliveredType,
      destination,
      event,
      outcome,
      attempt: dispatches,
      error,
      durationMs: clock.monotonic() - startedAt,
      waitMs: Math.max(0, readAt - createdAt),
    })
  }

  async function giveBack(
    event: OutboxEvent,
    { owner }: EventLease,
    error: string,
    retryInMs: number | null,
  ): Promise<void> {
    const given = await outbox.fail(event.id, owner, error, retryInMs)
    if (given && retryInMs === null) report.dead(event, error)
  }

  return async (event, lease, handled) => {
    try {
      if (isEnding()) await giveBack(event, lease, stoppedSentence, retryAfterInterruptionMs)
      else if (acknowledgements.has(event.id) || isUnwanted(event.type as DeliveredType, types)) {
        handled()
        await acknowledgements.record(event, () => isHeld(lease, clock)).released
      } else await handle(event, lease, handled)
    } catch (error) {
      // It could not be given back: its lease ends by itself.
      if (isStoreAway(error)) report.fault(error)
      else aside.add(recordName(event.event), error)
    }
  }
}

/** A type that this version does not know may be wanted by the version that wrote it. */
function isUnwanted(type: DeliveredType, wanted: readonly DeliveredType[]): boolean {
  return deliveredTypes.includes(type) && !wanted.includes(type)
}
