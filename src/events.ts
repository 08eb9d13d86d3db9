// Calls the listeners of the host application. While there has never been a listener, what goes wrong goes to the
// terminal, so that no failure is silent.

import { checkValue, func } from './core/check.ts'
import type { Clock } from './core/clock.ts'
import type { Fault, Listener, PunctualEvent } from './core/events.ts'
import { createReporter, faultOf, type Reporter, wordFor } from './core/reporter.ts'

type Unstamped<Event> = Event extends { at: Date } ? Omit<Event, 'at'> : never

/** An event without the time, which is added when it is emitted. */
export type NewEvent = Unstamped<PunctualEvent>

export interface Events {
  /** Adds a listener, and returns a function that removes it. */
  on(listener: Listener): () => void
  /** Adds a part of Punctual that follows what happens. It does not count as a listener: the terminal still gets the failures. */
  observe(observer: (event: PunctualEvent) => void): void
  emit(event: NewEvent): void
  hasListeners(): boolean
  /** Reports each fault once for its place. */
  readonly reporter: Reporter
  /** Something in the background failed. */
  fault(error: unknown): void
  /** A record was set aside, which is reported once. */
  aside(error: unknown): void
  /** The option `measure` failed. */
  measureFailed(error: unknown): void
}

export interface EventsDependencies {
  readonly clock: Clock
  /** Writes a line for the person who runs the process. */
  readonly print: (line: string) => void
}

/** Records that no key opens, of which each is reported by itself. */
const mostWithoutKey = 100

export function createEvents({ clock, print }: EventsDependencies): Events {
  const listeners = new Set<Listener>()
  const observers: ((event: PunctualEvent) => void)[] = []
  const failedListeners = new WeakSet<Listener>()
  let hasHadListener = false
  let withoutKey = 0
  const reporter = createReporter(clock, (fault) => emit({ type: 'fault', ...fault }))
  const printer = createReporter(clock, ({ message }) => print(`punctual: ${message.replace(/[\s\p{C}]+/gu, ' ')}`))

  function emit(event: NewEvent, except?: Listener): void {
    const stamped = Object.freeze({ ...event, at: new Date(clock.now()) }) as PunctualEvent
    const called = [...listeners].filter((listener) => listener !== except)
    if (!hasHadListener || (except && called.length === 0)) {
      const warning = warningOf(stamped)
      if (warning) printer.failed(stamped.type, warning)
    }
    for (const observe of observers) observe(stamped)
    for (const listener of called) call(listener, stamped)
  }

  /** A listener's fault is its own: it stops neither the other listeners nor what is being reported. */
  function call(listener: Listener, event: PunctualEvent): void {
    const failed = (error: unknown) => listenerFailed(listener, error)
    try {
      // It may be async: then its fault comes later.
      Promise.resolve(listener(event) as unknown).catch(failed)
    } catch (error) {
      failed(error)
    }
  }

  /** Reported to the other listeners, and not to the one that failed, which might fail at that again. */
  function listenerFailed(listener: Listener, error: unknown): void {
    if (failedListeners.has(listener)) return
    failedListeners.add(listener)
    emit({ type: 'fault', ...listenerFault('A listener of punctual.on', error) }, listener)
  }

  return {
    on(listener) {
      checkValue('on', 'listener', listener, func())
      hasHadListener = true
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    observe: (observer) => void observers.push(observer),
    emit: (event) => emit(event),
    hasListeners: () => listeners.size > 0,
    reporter,
    fault: (error) => reporter.failed('background', faultOf(error)),
    aside(error) {
      const fault = faultOf(error)
      // Each record is reported once. Where a key is missing that are many, and another report counts them.
      if (fault.reason === 'unknown_key' && ++withoutKey > mostWithoutKey) return
      emit({ type: 'fault', ...fault })
    },
    measureFailed: (error) => emit({ type: 'fault', ...listenerFault('The option "measure"', error) }),
  }
}

function listenerFault(who: string, error: unknown): Fault {
  const reason = wordFor(error)
  const why = reason ?? 'it threw a value that is not an error'
  return { code: 'listener_failed', reason, message: `${who} failed (${why}). Catch the error in it.` }
}

/** Returns the line for the terminal, where an event says that something is wrong. */
function warningOf(event: PunctualEvent): Fault | null {
  const warning = (message: string): Fault => ({ code: 'unexpected', reason: null, message })
  switch (event.type) {
    case 'fault':
      // Its message comes from outside and may hold a secret.
      if (event.code !== 'unexpected') return event
      return warning(`something failed (${event.reason ?? 'unknown'}). See what with punctual.on(listener).`)
    case 'client.misconfigured':
      return warning(
        `${event.client}: the provider refuses the client (${event.reason}). Check its id, secret and scopes.`,
      )
    case 'event.dead':
      return warning(
        `${event.of} (${event.event})${event.destination === '' ? '' : ` to ${event.destination}`} was not acknowledged for a day: ${event.error}. Dispatch it again with punctual.events.replay.`,
      )
    case 'webhook.refused':
      return warning(`${event.client}: a webhook for ${event.connection} is refused (${event.reason}).`)
    case 'webhook.failing':
      return warning(`${event.client}: ${event.connection} gets no webhooks (${event.reason}). It is tried again.`)
    default:
      return null
  }
}
