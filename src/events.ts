// Turns what the parts report into the events that the host application sees.

import type { Connections } from './connections/connections.ts'
import type { Clock } from './core/clock.ts'
import type { Listener, PunctualEvent } from './core/events.ts'
import type { ConnectionRow } from './core/store.ts'
import type { FlowReport } from './flow/parts.ts'
import type { RefreshReport } from './keeper/refresh.ts'

type Unstamped<Event> = Event extends { at: Date } ? Omit<Event, 'at'> : never

export interface Events {
  readonly on: (listener: Listener) => () => void
  readonly ofGrants: RefreshReport
  readonly ofFlow: FlowReport
  readonly ofClients: { misconfigured(client: string, reason: string): void; recovered(client: string): void }
  readonly fault: (error: unknown) => void
}

export function createEvents(parts: { readonly clock: Clock; readonly connections: Connections }): Events {
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

  /** Tells every connection that rests on a grant. */
  function emitFor(grant: string, of: (row: ConnectionRow) => Unstamped<PunctualEvent>): void {
    if (listeners.size === 0) return
    parts.connections.onGrant(grant).then(
      (rows) => {
        for (const row of rows) emit(of(row))
      },
      () => {},
    )
  }

  const fault = (error: unknown): void =>
    emit({ type: 'fault', message: error instanceof Error ? error.message : 'unknown fault' })

  return {
    on(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    ofGrants: {
      renewed: (grant) =>
        emit({ type: 'grant.renewed', grant: grant.id, client: grant.client, generation: grant.generation }),
      journaled: (grant, durable) =>
        emit({ type: 'grant.journaled', grant: grant.id, client: grant.client, generation: grant.generation, durable }),
      recovered: (grant) => emitFor(grant.id, (row) => ({ type: 'connection.recovered', ...named(row) })),
      ended: (grant, reason) =>
        emitFor(grant.id, (row) => ({ type: 'connection.needs_reconnect', ...named(row), reason })),
      away: (grant, reason) => emit({ type: 'provider.unavailable', client: grant.client, reason }),
    },
    ofFlow: {
      connected: (row, created) =>
        emit({ type: created ? 'connection.created' : 'connection.recovered', ...named(row) }),
      disconnected: (row, revoked) => emit({ type: 'connection.disconnected', ...named(row), revoked }),
      refused: (client, reason) => emit({ type: 'attempt.refused', client, reason }),
      fault,
    },
    ofClients: {
      misconfigured: (client, reason) => emit({ type: 'client.misconfigured', client, reason }),
      recovered: (client) => emit({ type: 'client.recovered', client }),
    },
    fault,
  }
}

function named(row: ConnectionRow): { connection: string; owner: string; client: string } {
  return { connection: row.id, owner: row.owner, client: row.client }
}
