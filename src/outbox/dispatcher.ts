// Dispatches the events of the outbox: when it is woken, since something was written, and, once started, whenever an
// event falls due.

import type { Clock, Random } from '../core/clock.ts'
import type { Fetch } from '../core/http.ts'
import type { Measure } from '../core/measure.ts'
import { createSetAside } from '../core/set-aside.ts'
import type { OutboxRecords } from '../records/outbox.ts'
import { type Acknowledgements, createAcknowledgements } from './acknowledgements.ts'
import { type CompleteBookingEvent, createCallHandler } from './call-handler.ts'
import type { Destination } from './destination.ts'
import { createDispatch } from './dispatch.ts'
import { StoppedError } from './dispatch-errors.ts'
import { httpDestination } from './http-destination.ts'
import type { OutboxReport } from './report.ts'
import { createSlots, type Slots } from './slots.ts'
import { createTake, type Take } from './take.ts'

export interface DispatcherInit {
  readonly outbox: OutboxRecords
  readonly clock: Clock
  readonly random: Random
  readonly fetch: Fetch
  /** `null`: events stay in the outbox until a process has a destination. */
  readonly destination: Destination | null
  readonly complete: CompleteBookingEvent
  readonly report: OutboxReport
  readonly measure: Measure | null
}

export interface Dispatcher {
  /** Looks for due events now: something has been written. */
  wake(): void
  /** From now on it also looks by itself. */
  start(): void
  /** Takes no more events. The dispatches under way have a few seconds to end. */
  stop(): void
  /** After `stop`: resolves when no dispatch is under way and every acknowledgement is recorded or given up. */
  drain(): Promise<void>
  /** Takes events again. After `drain`. */
  reopen(): void
}

/** How long dispatches may continue after `stop`. */
const graceMs = 5000
/** The outbox is looked at again after this time in any case: another process may have written to it. */
const longestNapMs = 15_000
/** The pause while a due event waits for one that comes before it. */
const shortestNapMs = 1000
/** Why a nap ends. An abort without a reason makes an exception, with its stack, each time. */
const awake = 'awake'

export function createDispatcher(init: DispatcherInit): Dispatcher {
  const { destination } = init
  if (!destination) return { wake() {}, start() {}, stop() {}, drain: async () => {}, reopen() {} }
  return createRunningDispatcher(init, destination)
}

function createRunningDispatcher(init: DispatcherInit, destination: Destination): Dispatcher {
  const { outbox, clock, random, complete, report, measure } = init
  let stop = new AbortController()
  let end = new AbortController()
  let nap = new AbortController()
  /** Aborted when nothing is in hand any more: then there is nothing to end. */
  let over = new AbortController()
  let loop: Promise<void> | null = null
  /** Whether the loop looks for due events when its nap ends, or only at when they are due. */
  let looks = true
  const aside = createSetAside(clock, report.aside)
  const acknowledge = (id: string) => take.acknowledge(id)
  const stopping = () => stop.signal
  const acknowledgements = createAcknowledgements({ outbox, acknowledge, clock, aside, stopping })
  const handler = destination.kind === 'handler' ? destination.handler : httpDestination(init, destination)
  const callHandler = createCallHandler({ handler, complete, acknowledgements, clock, aside, ending: () => end.signal })
  const { types } = destination
  const isEnding = () => end.signal.aborted
  const handling = { acknowledgements, callHandler, types, isEnding }
  const dispatch = createDispatch({ ...handling, outbox, clock, random, aside, report, measure })
  const slots = createSlots(wake)
  const isStopping = () => stop.signal.aborted
  const take = createTake({ outbox, clock, random, slots, dispatch, isStopping, wake, ended: () => nap.abort(awake) })

  function wake(): void {
    looks = true
    if (loop) nap.abort(awake)
    else take.fillSlots().catch(report.fault)
  }

  async function round(): Promise<void> {
    nap = new AbortController()
    let dueInMs: number | null = null
    try {
      if (looks) {
        looks = false
        await take.fillSlots()
      }
      dueInMs = await outbox.nextDue()
    } catch (error) {
      report.fault(error)
    }
    const napMs = dueInMs === null || slots.isFull() ? longestNapMs : napUntil(dueInMs)
    // A nap that an exchange has ended only begins again.
    looks = await clock.sleep(napMs, nap.signal).then(
      () => true,
      () => looks,
    )
  }

  return {
    wake,
    start() {
      const { signal } = stop
      loop ??= (async () => {
        while (!signal.aborted) await round()
      })()
    },
    stop() {
      stop.abort()
      nap.abort(awake)
      clock.sleep(graceMs, over.signal).then(
        () => end.abort(new StoppedError()),
        () => {},
      )
    },
    async drain() {
      await loop
      await untilIdle(slots, acknowledgements, take)
    },
    reopen() {
      over.abort()
      over = new AbortController()
      stop = new AbortController()
      end = new AbortController()
      loop = null
    },
  }
}

/** Whatever a wrong clock makes of the time, it looks again soon enough. */
function napUntil(dueInMs: number): number {
  return dueInMs > 0 ? Math.min(dueInMs, longestNapMs) : shortestNapMs
}

/** Resolves when all dispatches have ended and all acknowledgements are written. */
async function untilIdle(slots: Slots, acknowledgements: Acknowledgements, take: Take): Promise<void> {
  for (;;) {
    const open = [...slots.running(), ...acknowledgements.unwritten(), ...take.running()]
    if (open.length === 0) return
    await Promise.allSettled(open)
  }
}
