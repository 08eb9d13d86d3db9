// Dispatches the events of the outbox to the destinations of the host application.

import type { Clock, Random } from '../core/clock.ts'
import type { Fetch } from '../core/http.ts'
import type { Measure } from '../core/measure.ts'
import { createSetAside } from '../core/set-aside.ts'
import type { FeedRecords } from '../records/feed.ts'
import type { OutboxRecords } from '../records/outbox.ts'
import { type Acknowledgements, createAcknowledgements } from './acknowledgements.ts'
import { type CompleteBookingEvent, createCallHandler, type EventHandler } from './call-handler.ts'
import type { Destination } from './destination.ts'
import { createDispatch } from './dispatch.ts'
import { StoppedError } from './dispatch-errors.ts'
import { createDueLoop } from './due-loop.ts'
import { feedDestination } from './feed-destination.ts'
import { createForwarder } from './forwarder.ts'
import { httpDestination } from './http-destination.ts'
import type { OutboxReport } from './report.ts'
import { createSlots, type Slots } from './slots.ts'
import { createTake, type Take } from './take.ts'

export interface DispatcherInit {
  readonly outbox: OutboxRecords
  readonly clock: Clock
  readonly random: Random
  readonly fetch: Fetch
  readonly feed: Pick<FeedRecords, 'publish'>
  /** Empty: events stay in the outbox until a process has a destination. */
  readonly destinations: readonly Destination[]
  readonly complete: CompleteBookingEvent
  readonly report: OutboxReport
  readonly measure: Measure
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

export function createDispatcher(init: DispatcherInit): Dispatcher {
  const { destinations, outbox, clock, report } = init
  const dispatchers = destinations.map((destination) => createDispatcherTo(destination, init))
  const wakeAll = () => {
    for (const dispatcher of dispatchers) dispatcher.wake()
  }
  // Without a destination, events stay in the outbox until a process has one.
  const forwards = destinations.length > 0 && !destinations.some(({ name }) => name === '')
  const forwarder = forwards
    ? createForwarder({ outbox, clock, destinations, looked: wakeAll, fault: report.fault })
    : null
  const all = forwarder ? [forwarder, ...dispatchers] : dispatchers
  return {
    wake: forwarder ? forwarder.wake : wakeAll,
    start() {
      for (const one of all) one.start()
    },
    stop() {
      for (const one of all) one.stop()
    },
    async drain() {
      for (const one of all) await one.drain()
    },
    reopen() {
      for (const one of all) one.reopen()
    },
  }
}

/** Dispatches to one destination. Nothing is shared with the others, so that one that hangs delays no other. */
function createDispatcherTo(destination: Destination, init: DispatcherInit): Dispatcher {
  const { outbox, clock, random, complete, report, measure } = init
  const { name, types } = destination
  let end = new AbortController()
  /** Aborted when nothing is in hand any more: then there is nothing to end. */
  let over = new AbortController()
  const aside = createSetAside(clock, report.aside)
  const acknowledge = (id: string) => take.acknowledge(id)
  const stopping = () => loop.stopping()
  const acknowledgements = createAcknowledgements({ outbox, acknowledge, clock, aside, stopping })
  const handler = handlerOf(destination, init)
  const callHandler = createCallHandler({ handler, complete, acknowledgements, clock, aside, ending: () => end.signal })
  const isEnding = () => end.signal.aborted
  const handling = { acknowledgements, callHandler, types, isEnding }
  const dispatch = createDispatch({ ...handling, outbox, clock, random, aside, report, measure })
  const slots = createSlots(() => loop.wake())
  const isStopping = () => loop.stopping().aborted
  const waking = { wake: () => loop.wake(), ended: () => loop.endNap() }
  const take = createTake({ destination: name, outbox, clock, random, slots, dispatch, isStopping, ...waking })
  const nextDue = () => outbox.nextDue(name)
  const loop = createDueLoop({ clock, look: take.fillSlots, nextDue, isBusy: slots.isFull, fault: report.fault })
  return {
    wake: loop.wake,
    start: loop.start,
    stop() {
      loop.stop()
      clock.sleep(graceMs, over.signal).then(
        () => end.abort(new StoppedError()),
        () => {},
      )
    },
    async drain() {
      await loop.ended()
      await untilIdle(slots, acknowledgements, take)
    },
    reopen() {
      over.abort()
      over = new AbortController()
      end = new AbortController()
      loop.reopen()
    },
  }
}

function handlerOf(destination: Destination, init: Pick<DispatcherInit, 'clock' | 'fetch' | 'feed'>): EventHandler {
  switch (destination.kind) {
    case 'handler':
      return (event, delivery) => destination.handler(event, delivery)
    case 'url':
      return httpDestination(init, destination)
    case 'feed':
      return feedDestination(init.feed)
  }
}

/** Resolves when all dispatches have ended and all acknowledgements are written. */
async function untilIdle(slots: Slots, acknowledgements: Acknowledgements, take: Take): Promise<void> {
  for (;;) {
    const open = [...slots.running(), ...acknowledgements.unwritten(), ...take.running()]
    if (open.length === 0) return
    await Promise.allSettled(open)
  }
}
