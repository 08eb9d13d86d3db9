// Spans by the API of OpenTelemetry, where the host application has it: one for each request, call, refresh and dispatch,
// with the names of the field's semantic conventions. Which SDK exports them is the host application's choice.
// The spans of work are made from its measurement, when it has ended: so the work itself costs nothing.

import type { Attributes, Span, SpanKind, Tracer } from '@opentelemetry/api'
import type { Clock } from '../../core/clock.ts'
import type { Measurement } from '../../core/measure.ts'
import type { RequestFacts } from './request-facts.ts'

export interface Traces {
  /** Runs the work of a request in a span. */
  within(request: Request, facts: RequestFacts, work: () => Promise<Response>): Promise<Response>
  measure(measurement: Measurement): void
}

type Api = typeof import('@opentelemetry/api')

/** Where an SDK registers itself for every copy of the API. */
const registry = Symbol.for('opentelemetry.js.api.1')

/**
 * Returns a function that returns the traces; `null`: no SDK takes them, or the API is not installed. Without an SDK the API
 * is not even loaded: its spans would cost time at every request, and nobody would see them. An SDK may be registered later.
 */
export async function loadTraces(clock: Pick<Clock, 'now'>): Promise<() => Traces | null> {
  let traces: Traces | null = null
  let loading: Promise<void> | null = null
  async function load(): Promise<void> {
    const api: Api | null = await import('@opentelemetry/api').catch(() => null)
    traces = api && createTraces(api, clock)
  }
  const loadIfTaken = () => {
    if (loading === null && registry in globalThis) loading = load()
    return loading
  }
  await loadIfTaken()
  return () => {
    void loadIfTaken()
    return traces
  }
}

function createTraces(api: Api, clock: Pick<Clock, 'now'>): Traces {
  const { context, propagation, trace } = api
  // Asked for each time: an SDK may be registered later.
  const tracer = (): Tracer => trace.getTracer('punctual')

  return {
    within(request, facts, work) {
      const parent = propagation.extract(context.active(), request.headers, {
        keys: (headers) => [...headers.keys()],
        get: (headers, name) => headers.get(name) ?? undefined,
      })
      const attributes = {
        'http.request.method': request.method,
        'url.scheme': new URL(request.url).protocol.slice(0, -1),
      }
      const span = tracer().startSpan(request.method, { kind: api.SpanKind.SERVER, attributes }, parent)
      return context.with(trace.setSpan(parent, span), async () => {
        try {
          const response = await work()
          endRequest(span, request.method, facts, response.status)
          return response
        } catch (error) {
          endRequest(span, request.method, facts, 500)
          throw error
        }
      })
    },
    measure(measurement) {
      const described = describe(api, measurement)
      if (!described) return
      const { name, kind, attributes, durationMs, error } = described
      const now = clock.now()
      const span = tracer().startSpan(name, { kind, attributes, startTime: new Date(now - durationMs) })
      if (error !== null) fail(api, span, error)
      span.end(new Date(now))
    },
  }

  function endRequest(
    span: Span,
    method: string,
    { requestId, route, connection }: RequestFacts,
    status: number,
  ): void {
    if (route !== null) span.updateName(`${method} ${route}`).setAttribute('http.route', route)
    span.setAttributes({ 'http.response.status_code': status, 'punctual.request.id': requestId })
    if (connection !== null) span.setAttribute('punctual.connection.id', connection)
    if (status >= 500) fail(api, span, String(status))
    span.end()
  }
}

interface Described {
  readonly name: string
  readonly kind: SpanKind
  readonly attributes: Attributes
  readonly durationMs: number
  /** A word for what failed. */
  readonly error: string | null
}

/** Returns the span of a piece of work; `null`: it has none. */
function describe({ SpanKind }: Api, measurement: Measurement): Described | null {
  const { kind, outcome } = measurement
  switch (kind) {
    case 'call': {
      const { method, status, client, connection, waitMs, durationMs } = measurement
      const attributes: Attributes = {
        'http.request.method': method,
        'punctual.client.id': client,
        'punctual.connection.id': connection,
        'punctual.outcome': outcome,
        'punctual.call.wait': waitMs / 1000,
        ...(status !== null && { 'http.response.status_code': status }),
      }
      return { name: method, kind: SpanKind.CLIENT, attributes, durationMs, error: outcome === 'ok' ? null : outcome }
    }
    case 'refresh': {
      const { client, grant, durationMs } = measurement
      const attributes = { 'punctual.client.id': client, 'punctual.grant.id': grant, 'punctual.outcome': outcome }
      const isGood = outcome === 'renewed' || outcome === 'current' || outcome === 'postponed'
      return { name: 'refresh', kind: SpanKind.CLIENT, attributes, durationMs, error: isGood ? null : outcome }
    }
    case 'dispatch': {
      const { type, destination, event, durationMs } = measurement
      const attributes = {
        'messaging.system': 'punctual',
        'messaging.operation.name': 'dispatch',
        'messaging.operation.type': 'send',
        'messaging.message.id': event,
        'messaging.destination.name': destination,
        'punctual.event.type': type,
        'punctual.outcome': outcome,
      }
      const error = outcome === 'acknowledged' ? null : outcome
      return { name: `dispatch ${type}`, kind: SpanKind.PRODUCER, attributes, durationMs, error }
    }
    default:
      return null
  }
}

function fail({ SpanStatusCode }: Api, span: Span, error: string): void {
  span.setAttribute('error.type', error).setStatus({ code: SpanStatusCode.ERROR })
}
