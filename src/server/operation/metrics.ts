// The metrics of the service, in base units. No label has an id, an address or anything else of which there can be many.

import type { Measurement } from '../../core/measure.ts'
import type { Punctual } from '../../punctual.ts'
import { createRegistry, gauge, type Labels } from './exposition.ts'

export interface RequestMeasurement {
  readonly method: string
  /** The pattern of the route; `null`: no route matched. */
  readonly route: string | null
  readonly status: number
  readonly durationMs: number
}

/** What is counted in the store; `null` if it cannot be reached. */
export type Counted = {
  readonly statistics: Awaited<ReturnType<Punctual['statistics']>>
  readonly health: Awaited<ReturnType<Punctual['health']>>
} | null

export interface Metrics {
  measure(measurement: Measurement): void
  request(measurement: RequestMeasurement): void
  /** All metrics, as Prometheus reads them. */
  text(counted: Counted): string
}

/** Seconds: from a token in memory to a provider that hangs. */
const durations = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]
/** Seconds: from an event that is dispatched at once to one that was given up. */
const ages = [0.1, 0.5, 1, 5, 30, 60, 300, 1800, 3600, 21_600, 86_400]
const methods = new Set(['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE'])

export function createMetrics(): Metrics {
  const { counter, histogram, text } = createRegistry()
  const work = {
    refreshes: counter('punctual_refreshes_total', 'Tries at refreshing a grant, by how they ended.'),
    refreshDuration: histogram(
      'punctual_refresh_duration_seconds',
      'How long a try at refreshing a grant took.',
      durations,
    ),
    calls: counter('punctual_calls_total', "Calls of the providers' APIs, by how they ended."),
    callDuration: histogram(
      'punctual_call_duration_seconds',
      "How long a call of a provider's API took, its wait included.",
      durations,
    ),
    callWait: histogram(
      'punctual_call_wait_seconds',
      "How long a call waited for its turn within the provider's limits.",
      durations,
    ),
    deliveries: counter('punctual_deliveries_total', "The providers' webhooks, by what became of them."),
    deliveryDuration: histogram(
      'punctual_delivery_duration_seconds',
      "How long it took to answer a provider's webhook.",
      durations,
    ),
    dispatches: counter(
      'punctual_dispatches_total',
      'Dispatches of events to the host application, by destination, type and how they ended.',
    ),
    dispatchDuration: histogram('punctual_dispatch_duration_seconds', 'How long a dispatch took.', durations),
    dispatchAge: histogram('punctual_dispatch_age_seconds', 'The age of an event when its dispatch began.', ages),
    connects: counter('punctual_connects_total', 'Attempts to connect an account, by how they ended.'),
    requests: counter('punctual_http_requests_total', 'Requests of this service, by route and status.'),
    requestDuration: histogram(
      'punctual_http_request_duration_seconds',
      'How long it took until a response began.',
      durations,
    ),
  }

  return {
    measure(measurement) {
      const { kind, outcome } = measurement
      switch (kind) {
        case 'call': {
          const client = { client: measurement.client }
          work.calls.add({ ...client, outcome })
          work.callDuration.observe(client, seconds(measurement.durationMs))
          return work.callWait.observe(client, seconds(measurement.waitMs))
        }
        case 'refresh':
          work.refreshes.add({ client: measurement.client, outcome })
          return work.refreshDuration.observe({ client: measurement.client }, seconds(measurement.durationMs))
        case 'webhook':
          work.deliveries.add({ client: measurement.client, outcome })
          return work.deliveryDuration.observe({ client: measurement.client }, seconds(measurement.durationMs))
        case 'dispatch': {
          // One of those that the service was started with.
          const destination = { destination: measurement.destination }
          work.dispatches.add({ ...destination, type: measurement.type, outcome })
          work.dispatchAge.observe(destination, seconds(measurement.waitMs))
          return work.dispatchDuration.observe(destination, seconds(measurement.durationMs))
        }
        case 'connect':
          return work.connects.add({ client: measurement.client, outcome })
      }
    },
    request({ method, route, status, durationMs }) {
      const labels = { method: methods.has(method) ? method : 'OTHER', route: route ?? 'none' }
      work.requests.add({ ...labels, status: String(status) })
      work.requestDuration.observe(labels, seconds(durationMs))
    },
    text: (counted) => text() + textOf(counted),
  }
}

function textOf(counted: Counted): string {
  const isUp = gauge('punctual_store_up', 'Whether the database could be counted: 1 or 0.', [[{}, counted ? 1 : 0]])
  if (!counted) return isUp
  const { statistics, health } = counted
  const { connections, events, grantExpiryMinMs } = statistics
  const ofConnections = Object.entries(connections).flatMap(([client, counts]) =>
    Object.entries(counts).map(([status, count]): [Labels, number] => [{ client, status }, count]),
  )
  const accepted = Object.entries(health).map(([client, word]): [Labels, number] => [
    { client },
    word === 'misconfigured' ? 0 : 1,
  ])
  const ifKnown = (name: string, help: string, ms: number | null) =>
    ms === null ? '' : gauge(name, help, [[{}, seconds(ms)]])
  return [
    isUp,
    gauge('punctual_statistics_timestamp_seconds', 'When connections and events were counted, in seconds since 1970.', [
      [{}, seconds(statistics.at.getTime())],
    ]),
    gauge('punctual_connections', 'Connections, by client and status.', ofConnections),
    ifKnown(
      'punctual_grant_expiry_min_seconds',
      'Until the first access token of a grant in use expires; negative once it has.',
      grantExpiryMinMs,
    ),
    gauge('punctual_client_accepted', 'Whether the provider accepts the client: 1 or 0.', accepted),
    gauge('punctual_events', 'Events that wait, and those that were not acknowledged for a day.', [
      [{ state: 'pending' }, events.pending],
      [{ state: 'dead' }, events.dead],
    ]),
    ifKnown(
      'punctual_oldest_pending_event_age_seconds',
      'The age of the oldest event that waits.',
      events.oldestPendingMs,
    ),
  ].join('')
}

const seconds = (ms: number): number => ms / 1000
