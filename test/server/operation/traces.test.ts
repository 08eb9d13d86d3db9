// The spans, by the API of OpenTelemetry alone: a tracer of our own stands in for an SDK.

import assert from 'node:assert/strict'
import { AsyncLocalStorage } from 'node:async_hooks'
import { test } from 'node:test'
import {
  type Attributes,
  type Context,
  context,
  ROOT_CONTEXT,
  type Span,
  type SpanOptions,
  trace,
} from '@opentelemetry/api'
import { createOperation } from '../../../src/server/index.ts'
import { newRequestFacts } from '../../../src/server/operation/request-facts.ts'
import { startService } from '../service.ts'

interface Recorded {
  name: string
  readonly kind: number | undefined
  readonly attributes: Attributes
  readonly parent: Recorded | null
  status: number | null
  isEnded: boolean
}

/** Registers a tracer that keeps its spans, and a context manager. */
function recordSpans(t: { after(end: () => void): void }): Recorded[] {
  const spans: Recorded[] = []
  const records = new WeakMap<Span, Recorded>()
  const startSpan = (
    name: string,
    { kind, attributes }: SpanOptions = {},
    within: Context = context.active(),
  ): Span => {
    const outer = trace.getSpan(within)
    const parent = outer ? (records.get(outer) ?? null) : null
    const record: Recorded = { name, kind, attributes: { ...attributes }, parent, status: null, isEnded: false }
    const span = {
      setAttribute: (key: string, value: string) => Object.assign(record.attributes, { [key]: value }) && span,
      setAttributes: (more: Attributes) => Object.assign(record.attributes, more) && span,
      setStatus: ({ code }: { code: number }) => Object.assign(record, { status: code }) && span,
      updateName: (text: string) => Object.assign(record, { name: text }) && span,
      end: () => void Object.assign(record, { isEnded: true }),
    } as unknown as Span
    records.set(span, record)
    spans.push(record)
    return span
  }
  const storage = new AsyncLocalStorage<Context>()
  context.setGlobalContextManager({
    active: () => storage.getStore() ?? ROOT_CONTEXT,
    with: (active, work, self, ...values) => storage.run(active, () => work.apply(self as never, values as never)),
    bind: (_, target) => target,
    enable() {
      return this
    },
    disable() {
      return this
    },
  })
  trace.setGlobalTracerProvider({ getTracer: () => ({ startSpan, startActiveSpan: () => assert.fail() }) as never })
  t.after(() => {
    trace.disable()
    context.disable()
  })
  return spans
}

// The first test: what registers itself stays registered for the process.
test('an SDK that is registered later gets the spans from then on', async (t) => {
  const { watch } = await createOperation({ logLevel: 'silent' })
  const ask = () => watch(new Request('http://localhost/'), newRequestFacts('request-1'), async () => new Response())
  await ask()
  const spans = recordSpans(t)
  await ask()
  await import('@opentelemetry/api')
  await new Promise(setImmediate)
  spans.length = 0
  assert.equal((await ask()).status, 200)
  assert.deepEqual(
    spans.map(({ name, isEnded }) => [name, isEnded]),
    [['GET', true]],
  )
})

test('a request has a span, and so has the call that it makes, within it', async (t) => {
  const spans = recordSpans(t)
  const operation = await createOperation({ logLevel: 'silent' })
  const { url, connect, key } = await startService(t, { operation, punctual: { measure: operation.measure } })
  const id = await connect('calendly')
  const authorization = `Bearer ${await key(['calls'])}`
  spans.length = 0
  await fetch(`${url}/v1/connections/${id}/proxy/event_types/none?code=hush`, { headers: { authorization } })
  const [request, call] = spans
  assert.deepEqual([request?.name, request?.kind, request?.isEnded], ['GET /v1/connections/{id}/proxy/{path}', 1, true])
  assert.deepEqual([call?.name, call?.kind, call?.parent === request, call?.status], ['GET', 2, true, 2])
  assert.deepEqual(call?.attributes['error.type'], 'refused')
  assert.deepEqual(
    [request?.attributes['http.route'], request?.attributes['http.response.status_code']],
    ['/v1/connections/{id}/proxy/{path}', 404],
  )
  assert.deepEqual(
    [request?.attributes['punctual.connection.id'], call?.attributes['punctual.connection.id']],
    [id, id],
  )
  assert.ok(!JSON.stringify(spans.map(({ parent: _, ...span }) => span)).includes('hush'))
})

test('a refresh has a span', async (t) => {
  const spans = recordSpans(t)
  const operation = await createOperation({ logLevel: 'silent' })
  const { connect, ask, host } = await startService(t, { operation, punctual: { measure: operation.measure } })
  const id = await connect('calendly')
  host.sandbox.clock.advance(3 * 3600)
  await ask('POST', `/v1/connections/${id}/token`, { body: {} })
  const refresh = spans.find(({ name }) => name === 'refresh')
  assert.deepEqual(
    [refresh?.attributes['punctual.outcome'], refresh?.isEnded, refresh?.status],
    ['renewed', true, null],
  )
})
