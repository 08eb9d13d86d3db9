// The life of a Punctual: how it starts, when it is ready, and how it stops, in one order that is promised.

export interface StartAndStopDependencies {
  readonly webhooks: { start(): void; stop(): void }
  readonly calls: { close(): void; open(): void }
  readonly background: { start(): void; stop(): Promise<void>; reopen(): void; track(work: Promise<unknown>): void }
  readonly dispatcher: { start(): void; stop(): void; drain(): Promise<void> }
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
  const { webhooks, calls, background, dispatcher, replay, records, store, check } = dependencies
  let stopping: Promise<void> | null = null

  async function stop(): Promise<void> {
    // Nothing new begins: no subscription is looked at, no call waits for its turn, no event is claimed from the
    // outbox. The events in hand have five seconds from now.
    webhooks.stop()
    calls.close()
    dispatcher.stop()
    // What is under way goes to its end, however long that takes: the answer to a refresh or an exchange that has left
    // may hold tokens that exist nowhere else.
    await background.stop()
    // The handlers may have waited for work that has just ended, and may have acknowledged: that is recorded now.
    await dispatcher.drain()
    // What the store could not accept until now is offered a last time. What it still does not accept stays in the
    // journal.
    await replay.last()
    // No part uses the store any more, nor a token that was read from it.
    records.forget()
    try {
      await store.close()
    } finally {
      background.reopen()
      calls.open()
    }
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
