// Turns what the parts report into the events that the host application sees.

import type { Connections } from './connections/connections.ts'
import type { OutboxEvent } from './connections/events.ts'
import type { Clock } from './core/clock.ts'
import { invalidOption } from './core/errors.ts'
import type { Listener, PunctualEvent } from './core/events.ts'
import type { ConnectionRow } from './core/store.ts'
import type { FlowReport } from './flow/parts.ts'
import type { RefreshReport } from './keeper/refresh.ts'
import type { WebhookReport } from './webhooks/parts.ts'

type Unstamped<Event> = Event extends { at: Date } ? Omit<Event, 'at'> : never

export interface Events {
  readonly on: (listener: Listener) => () => void
  readonly ofGrants: RefreshReport
  readonly ofFlow: FlowReport
  readonly ofClients: { misconfigured(client: string, reason: string): void; recovered(client: string): void }
  readonly ofWebhooks: WebhookReport
  readonly ofOutbox: { dead(event: OutboxEvent, error: string): void; fault(error: unknown): void }
  readonly fault: (error: unknown) => void
}

export interface EventsParts {
  readonly clock: Clock
  readonly connections: Connections
  /** Called after every change that may have written to the outbox. */
  readonly written: () => void
  /** Called when the connections that rest on a grant can be used again. */
  readonly usable: (grant: string) => void
}

export function createEvents(parts: EventsParts): Events {
  const listeners = new Set<Listener>()

  function emit(event: Unstamped<PunctualEvent>): void {
    const stamped = Object.freeze({ ...event, at: new Date(parts.clock.now()) }) as PunctualEvent
    for (const listener of listeners) {
      // A listener's fault is its own: it stops neither the others nor what is being reported.
      try {
        listener(stamped)
      } catch {}
    }
  }

  /** Tells every connection that rests on a grant, but for one that has been told. */
  function emitFor(grant: string, of: (row: ConnectionRow) => Unstamped<PunctualEvent>, but = ''): void {
    if (listeners.size === 0) return
    parts.connections.onGrant(grant).then(
      (rows) => {
        for (const row of rows) if (row.id !== but) emit(of(row))
      },
      () => {},
    )
  }

  const fault = (error: unknown): void =>
    emit({ type: 'fault', message: error instanceof Error ? error.message : 'unknown fault' })

  return {
    on(listener) {
      if (typeof listener !== 'function') throw invalidOption('on: it takes a function.')
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
      refused: (client, reason) => emit({ type: 'webhook.refused', client, reason }),
      renewed: (row, subscription, reason) => emit({ type: 'webhook.renewed', ...named(row), subscription, reason }),
      failing: (row, subscription, reason) => emit({ type: 'webhook.failing', ...named(row), subscription, reason }),
      fault,
    },
    ofOutbox: {
      dead: ({ id, type, client, connection }, error) =>
        emit({ type: 'event.dead', event: id, of: type, client, connection, error }),
      fault,
    },
    fault,
  }
}

function named(row: ConnectionRow): { connection: string; owner: string; client: string } {
  return { connection: row.id, owner: row.owner, client: row.client }
}
