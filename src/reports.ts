// Turns what the parts report into events for the listeners, and calls the parts that react to a report.

import type { Measure } from './core/measure.ts'
import type { NoteError } from './core/noted-error.ts'
import type { Reporter } from './core/reporter.ts'
import type { ConnectionRow } from './core/store/connections.ts'
import type { Events, NewEvent } from './events.ts'
import type { FlowReport } from './flow/report.ts'
import type { CircuitBreakerDependencies } from './keeper/circuit-breaker.ts'
import type { RefreshReport } from './keeper/refresh-result.ts'
import type { JournalReplayDependencies } from './keeper/replay-journal.ts'
import type { OutboxReport } from './outbox/report.ts'
import type { Grant } from './records/grants.ts'
import type { WebhookReport } from './webhooks/report.ts'

export interface Reports {
  readonly ofFlow: FlowReport
  readonly ofGrants: RefreshReport & JournalReplayDependencies['report']
  readonly ofClients: CircuitBreakerDependencies['report']
  readonly ofWebhooks: WebhookReport
  readonly ofOutbox: OutboxReport
  /** Calls back after every change that may have written to the outbox. */
  onWritten(react: () => void): void
  /** Calls back when the connections on a grant can be used again. */
  onUsable(react: (grant: string) => void): void
  /** Calls back when this process has refreshed a grant. */
  onRefreshed(react: (grant: Grant) => void): void
}

export interface ReportsDependencies {
  readonly events: Events
  /** The connections that rest on a grant. */
  readonly connectionsOn: (grant: string) => Promise<ConnectionRow[]>
  readonly measure: Measure
  readonly noteError: NoteError
}

export function createReports({ events, connectionsOn, measure, noteError }: ReportsDependencies): Reports {
  const { emit } = events
  const written = createTopic<void>()
  const usable = createTopic<string>()
  const refreshed = createTopic<Grant>()

  /** Emits an event for every connection on a grant, except for one. */
  function emitFor(grant: string, of: (row: ConnectionRow) => NewEvent, except = ''): void {
    if (!events.hasListeners()) return
    connectionsOn(grant).then(
      (rows) => {
        for (const row of rows) if (row.id !== except) emit(of(row))
      },
      () => {},
    )
  }

  const core: Core = { events, emitFor, written: written.publish, usable: usable.publish }
  return {
    ofFlow: flowReport(core, measure),
    ofGrants: grantReport(core, refreshed.publish),
    ofClients: {
      misconfigured(client, reason) {
        written.publish()
        emit({ type: 'client.misconfigured', client, reason })
      },
      recovered(client) {
        written.publish()
        emit({ type: 'client.recovered', client })
      },
    },
    ofWebhooks: webhookReport(events),
    ofOutbox: outboxReport(events, noteError),
    onWritten: written.subscribe,
    onUsable: usable.subscribe,
    onRefreshed: refreshed.subscribe,
  }
}

/** What the reports of flow and grants have in common. */
interface Core {
  readonly events: Events
  emitFor(grant: string, of: (row: ConnectionRow) => NewEvent, except?: string): void
  written(): void
  usable(grant: string): void
}

function flowReport({ events: { emit, fault }, emitFor, written, usable }: Core, measure: Measure): FlowReport {
  return {
    connected(row, created, revived) {
      written()
      usable(row.grant)
      const outcome = created ? 'connected' : 'reconnected'
      measure({ kind: 'connect', client: row.client, outcome, reason: null })
      emit({ type: created ? 'connection.created' : 'connection.recovered', ...named(row) })
      if (revived) emitFor(row.grant, (other) => ({ type: 'connection.recovered', ...named(other) }), row.id)
    },
    disconnected(row, revoked) {
      written()
      emit({ type: 'connection.disconnected', ...named(row), revoked })
    },
    refused({ client, owner }, reason) {
      measure({ kind: 'connect', client, outcome: 'refused', reason })
      emit({ type: 'attempt.refused', client, owner, reason })
    },
    journaled: (client, durable) => emit({ type: 'attempt.journaled', client, durable }),
    fault,
  }
}

function grantReport(
  { events: { emit, reporter }, emitFor, written, usable }: Core,
  wasRefreshed: (grant: Grant) => void,
): Reports['ofGrants'] {
  function renewed({ id, client, generation }: Grant): void {
    written()
    emit({ type: 'grant.renewed', grant: id, client, generation })
    emitFor(id, (row) => ({ type: 'connection.renewed', ...named(row), generation }))
  }
  return {
    refreshed(grant) {
      renewed(grant)
      wasRefreshed(grant)
    },
    restored: renewed,
    journaled: ({ id, client, generation }, durable) =>
      emit({ type: 'grant.journaled', grant: id, client, generation, durable }),
    recovered({ id }) {
      written()
      usable(id)
      emitFor(id, (row) => ({ type: 'connection.recovered', ...named(row) }))
    },
    ended({ id }, reason) {
      written()
      emitFor(id, (row) => ({ type: 'connection.needs_reconnect', ...named(row), reason }))
    },
    wentBack: () => reportWentBack(reporter, 'older_generation'),
    away: ({ client }, reason) => emit({ type: 'provider.unavailable', client, reason }),
  }
}

/** Without an escrow it can only be said, once. */
export function reportWentBack(reporter: Reporter, reason: 'older_generation' | 'journal_ahead'): void {
  const message =
    'The database is older than it was: a backup was restored. Grants that were refreshed since that backup are lost, and their people are asked to reconnect. An escrow keeps them the next time: docs/guide/restore-from-a-backup.md says what to do.'
  reporter.failed('store', { code: 'store_went_back', reason, message }, 'store_went_back')
}

function webhookReport({ emit, reporter, fault, aside }: Events): WebhookReport {
  return {
    received: (row, name) => emit({ type: 'webhook.received', ...named(row), name }),
    refused: (client, connection, reason) => emit({ type: 'webhook.refused', client, connection, reason }),
    renewed: (row, subscription, reason) => emit({ type: 'webhook.renewed', ...named(row), subscription, reason }),
    failing: (row, subscription, reason) => emit({ type: 'webhook.failing', ...named(row), subscription, reason }),
    bodyReadBefore(client) {
      const message = `The body of a webhook of "${client}" was read before it reached Punctual. Mount Punctual in front of every body parser (express.json()), or let the parser keep the bytes as request.rawBody.`
      reporter.failed('webhooks', { code: 'body_read_before', reason: null, message })
    },
    fault,
    aside,
  }
}

function outboxReport({ emit, reporter, fault, aside }: Events, noteError: NoteError): OutboxReport {
  return {
    dead: ({ event, destination, type, client, connection }, error) =>
      emit({ type: 'event.dead', event, destination, of: type, client, connection, error }),
    failed({ event, destination, type, client, connection }, error, reason, acknowledged) {
      const consequence = acknowledged
        ? 'The event was already acknowledged, and is not dispatched again'
        : 'The event comes again for a day'
      const at = destination === '' ? '' : ` at ${destination}`
      const message = `"deliverTo" (PUNCTUAL_EVENTS_URL) failed${at} with ${type} (${event}): ${error}. ${consequence}; look at what your handler or receiver has logged.`
      const key = `deliverTo${at} ${acknowledged} ${error}`
      reporter.failed('deliverTo', { code: 'deliver_to_failed', reason, message }, key)
      noteError({ code: 'deliver_to_failed', reason, client, connection, message })
    },
    fault,
    aside,
  }
}

interface Topic<Value> {
  publish(value: Value): void
  subscribe(react: (value: Value) => void): void
}

function createTopic<Value>(): Topic<Value> {
  const reactions: ((value: Value) => void)[] = []
  return {
    publish(value) {
      for (const react of reactions) react(value)
    },
    subscribe: (react) => void reactions.push(react),
  }
}

function named(row: ConnectionRow): { connection: string; owner: string; client: string } {
  return { connection: row.id, owner: row.owner, client: row.client }
}
