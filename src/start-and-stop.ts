// The life of a Punctual: how it starts, when it is ready, and how it stops, in one order that is promised.

import type { Background } from './background.ts'
import type { Dispatcher } from './outbox/dispatcher.ts'

export interface StartAndStopDependencies {
  readonly activity: { flush(): Promise<void> }
  readonly webhooks: { start(): void; stop(): void }
  readonly calls: { close(): void; open(): void }
  readonly background: Pick<Background, 'drain' | 'isBusy' | 'reopen' | 'start' | 'stop' | 'track'>
  readonly dispatcher: Pick<Dispatcher, 'drain' | 'reopen' | 'start' | 'stop'>
  readonly replay: { last(): Promise<void> }
  readonly records: { forget(): void }
  readonly store: { ping(): Promise<void>; close(): Promise<void> }
  /** Rejects when requests cannot be served. */
  readonly check: () => Promise<void>
}

export interface StartAndStop {
  /** Starts the background work. What it needs is checked behind it, and reported where it is missing. */
  start(): void
  /** A call while it stops joins that one. A Punctual that has stopped can be used again. */
  stop(): Promise<void>
  /** Resolves when requests can be served. */
  ready(): Promise<void>
}

export function createStartAndStop(dependencies: StartAndStopDependencies): StartAndStop {
  const { activity, webhooks, calls, background, dispatcher, replay, records, store, check } = dependencies
  let stopping: Promise<void> | null = null

  async function stop(): Promise<void> {
    // Nothing new begins: no subscription is looked at, no call waits for its turn, no event is claimed from the
    // outbox. The events in hand have five seconds from now.
    webhooks.stop()
    calls.close()
    dispatcher.stop()
    background.stop()
    try {
      // Each step may begin work, and so may a caller at any moment: a refresh that nobody waits for would lose its answer
      // with the process. So it is over when a round has left nothing under way.
      do {
        await untilNothingIsUnderWay()
        // What the store could not accept until now is offered a last time. What it still does not accept stays in the
        // journal. An answer that it accepts is attached.
        await replay.last()
        await untilNothingIsUnderWay()
        // What was counted is written; what the store does not accept is given up.
        await activity.flush()
        // No part uses the store any more, nor a token that was read from it.
        records.forget()
        await store.close()
      } while (background.isBusy())
    } finally {
      dispatcher.reopen()
      background.reopen()
      calls.open()
    }
  }

  /**
   * What is under way goes to its end, however long that takes: the answer to a refresh or an exchange that has left may
   * hold tokens that exist nowhere else. Handlers may wait for that work, and may begin some.
   */
  async function untilNothingIsUnderWay(): Promise<void> {
    do {
      await background.drain()
      await dispatcher.drain()
    } while (background.isBusy())
  }

  return {
    start() {
      background.track(check())
      webhooks.start()
      background.start()
      dispatcher.start()
    },
    stop() {
      stopping ??= stop().finally(() => {
        stopping = null
      })
      return stopping
    },
    ready: () => store.ping().then(check),
  }
}
