// What `punctual listen` tells the place where it gets events, and learns from it.

export interface Forwarded {
  readonly at: Date
  readonly type: string
  /** Of an event; a provider's webhook has none. */
  readonly id: string | null
  /** Why the receiver did not take it; `null`: it answered 2xx. */
  readonly problem: string | null
}

export interface Listener {
  /** Where events are passed on to. */
  readonly url: string
  readonly secret: string
  /** Aborts when it is to end. */
  readonly stop: AbortSignal
  /** From here on every event is passed on. `what`: which, as a sentence. */
  ready(what: string): void
  forwarded(event: Forwarded): void
}
