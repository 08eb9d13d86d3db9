// Turns what the parts report into the events that the host application sees. While nobody has ever listened, what went
// wrong goes to the terminal, so that nothing fails in silence.

import { checkValue, func } from './core/check.ts'
import type { Clock } from './core/clock.ts'
import type { Fault, Listener, PunctualEvent } from './core/events.ts'
import { createReporter, faultOf, type Reporter, wordFor } from './core/reporter.ts'
import type { ConnectionRow } from './core/store/connections.ts'
import type { FlowReport } from './flow/parts.ts'
import type { RefreshReport } from './keeper/refresh.ts'
import type { OutboxReport } from './outbox/dispatch.ts'
import type { WebhookReport } from './webhooks/parts.ts'

type Unstamped<Event> = Event extends { at: Date } ? Omit<Event, 'at'> : never

export interface Events {
  readonly on: (listener: Listener) => () => void
  readonly ofGrants: RefreshReport
  readonly ofFlow: FlowReport
  readonly ofClients: { misconfigured(client: string, reason: string): void; recovered(client: string): void }
  readonly ofWebhooks: WebhookReport
  readonly ofOutbox: OutboxReport
  /** Reports each fault once for its place. */
  readonly reporter: Reporter
  /** Something in the background failed. */
  readonly fault: (error: unknown) => void
  /** A record was set aside: told once by who does so. */
  readonly aside: (error: unknown) => void
}

export interface EventsParts {
  readonly clock: Clock
  /** The connections that rest on a grant. */
  readonly onGrant: (grant: string) => Promise<ConnectionRow[]>
  /** Called after every change that may have written to the outbox. */
  readonly written: () => void
  /** Called when the connections that rest on a grant can be used again. */
  readonly usable: (grant: string) => void
  /** Writes a line for whoever runs the process. */
  readonly print: (line: string) => void
}

export function createEvents(parts: EventsParts): Events {
  const listeners = new Set<Listener>()
  const failedListeners = new WeakSet<Listener>()
  let hasHadListener = false
  const reporter = createReporter(parts.clock, (fault) => emit({ type: 'fault', ...fault }))
  const printer = createReporter(parts.clock, ({ message }) => parts.print(`punctual: ${message.replace(/\s+/g, ' ')}`))

  function emit(event: Unstamped<PunctualEvent>, but?: Listener): void {
    const stamped = Object.freeze({ ...event, at: new Date(parts.clock.now()) }) as PunctualEvent
    const hearing = [...listeners].filter((listener) => listener !== but)
    if (!hasHadListener || (but && hearing.length === 0)) {
      const warning = warningOf(stamped)
      if (warning) printer.failed(stamped.type, warning)
    }
    for (const listener of hearing) void hear(listener, stamped)
  }

  /** A listener's fault is its own: it stops neither the others nor what is being reported. */
  function hear(listener: Listener, event: PunctualEvent): void {
    const failed = (error: unknown) => listenerFailed(listener, error)
    try {
      // It may be async: then its fault comes later.
      Promise.resolve(listener(event) as unknown).catch(failed)
    } catch (error) {
      failed(error)
    }
  }

  /** Told to the others, and not to the one that failed, which might fail at that again. */
  function listenerFailed(listener: Listener, error: unknown): void {
    if (failedListeners.has(listener)) return
    failedListeners.add(listener)
    const reason = wordFor(error)
    const message = `A listener of punctual.on failed (${reason ?? 'it threw what is no error'}). Catch the error in it.`
    emit({ type: 'fault', code: 'listener_failed', reason, message }, listener)
  }

  /** Tells every connection that rests on a grant, but for one that has been told. */
  function emitFor(grant: string, of: (row: ConnectionRow) => Unstamped<PunctualEvent>, but = ''): void {
    if (listeners.size === 0) return
    parts.onGrant(grant).then(
      (rows) => {
        for (const row of rows) if (row.id !== but) emit(of(row))
      },
      () => {},
    )
  }

  const fault = (error: unknown): void => reporter.failed('background', faultOf(error))
  const aside = (error: unknown): void => emit({ type: 'fault', ...faultOf(error) })

  return {
    on(listener) {
      checkValue('on', 'listener', listener, func())
      hasHadListener = true
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    ofGrants: {
      renewed(grant) {
        const { client, generation } = grant
        parts.written()
        emit({ type: 'grant.renewed', grant: grant.id, client, generation })
        emitFor(grant.id, (row) => ({ type: 'connection.renewed', ...named(row), generation }))
      },
      journaled: (grant, durable) =>
        emit({ type: 'grant.journaled', grant: grant.id, client: grant.client, generation: grant.generation, durable }),
      recovered(grant) {
        parts.written()
        parts.usable(grant.id)
        emitFor(grant.id, (row) => ({ type: 'connection.recovered', ...named(row) }))
      },
      ended(grant, reason) {
        parts.written()
        emitFor(grant.id, (row) => ({ type: 'connection.needs_reconnect', ...named(row), reason }))
      },
      away: (grant, reason) => emit({ type: 'provider.unavailable', client: grant.client, reason }),
    },
    ofFlow: {
      connected(row, created, revived) {
        parts.written()
        parts.usable(row.grant)
        emit({ type: created ? 'connection.created' : 'connection.recovered', ...named(row) })
        if (revived) emitFor(row.grant, (other) => ({ type: 'connection.recovered', ...named(other) }), row.id)
      },
      disconnected(row, revoked) {
        parts.written()
        emit({ type: 'connection.disconnected', ...named(row), revoked })
      },
      refused: (client, reason) => emit({ type: 'attempt.refused', client, reason }),
      journaled: (client, durable) => emit({ type: 'attempt.journaled', client, durable }),
      fault,
    },
    ofClients: {
      misconfigured(client, reason) {
        parts.written()
        emit({ type: 'client.misconfigured', client, reason })
      },
      recovered(client) {
        parts.written()
        emit({ type: 'client.recovered', client })
      },
    },
    ofWebhooks: {
      received: (row, name) => emit({ type: 'webhook.received', ...named(row), name }),
      refused: (client, connection, reason) => emit({ type: 'webhook.refused', client, connection, reason }),
      renewed: (row, subscription, reason) => emit({ type: 'webhook.renewed', ...named(row), subscription, reason }),
      failing: (row, subscription, reason) => emit({ type: 'webhook.failing', ...named(row), subscription, reason }),
      unread(client) {
        const message = `The body of a webhook of "${client}" had been read before it came to Punctual. Mount Punctual in front of every body parser (express.json()), or have the parser keep the bytes as request.rawBody.`
        reporter.failed('webhooks', { code: 'body_read_before', reason: null, message })
      },
      fault,
      aside,
    },
    ofOutbox: {
      dead: ({ id, type, client, connection }, error) =>
        emit({ type: 'event.dead', event: id, of: type, client, connection, error }),
      failed({ id, type }, error, reason, taken) {
        const became = taken
          ? 'The event had been acknowledged, and does not come again'
          : 'The event comes again for a day'
        const message = `"deliverTo" failed with ${type} (${id}): ${error}. ${became}; look at what your handler or receiver has logged.`
        reporter.failed('deliverTo', { code: 'deliver_to_failed', reason, message }, `deliverTo ${taken} ${error}`)
      },
      fault,
      aside,
    },
    reporter,
    fault,
    aside,
  }
}

/** What an event says of something that is wrong, for the terminal. */
function warningOf(event: PunctualEvent): Fault | null {
  const warning = (message: string): Fault => ({ code: 'unexpected', reason: null, message })
  switch (event.type) {
    case 'fault':
      // Its message is a foreign one and may hold anything.
      if (event.code !== 'unexpected') return event
      return warning(`something failed (${event.reason ?? 'unknown'}). Hear what with punctual.on(listener).`)
    case 'client.misconfigured':
      return warning(
        `${event.client}: the provider refuses the client (${event.reason}). Check its id, secret and scopes.`,
      )
    case 'event.dead':
      return warning(
        `${event.of} (${event.event}) was not taken for a day: ${event.error}. Hand it over again with punctual.events.replay.`,
      )
    case 'webhook.refused':
      return warning(`${event.client}: a webhook for ${event.connection} is not taken (${event.reason}).`)
    case 'webhook.failing':
      return warning(`${event.client}: ${event.connection} gets no webhooks (${event.reason}). It is tried again.`)
    default:
      return null
  }
}

function named(row: ConnectionRow): { connection: string; owner: string; client: string } {
  return { connection: row.id, owner: row.owner, client: row.client }
}
