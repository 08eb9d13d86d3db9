import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createOperation } from '../../../src/server/index.ts'
import { createRegistry } from '../../../src/server/operation/exposition.ts'
import { memory } from '../../../src/store/memory.ts'
import { sandboxClients, setFault } from '../../support/host.ts'
import { cases, startListening } from '../../webhooks/host.ts'
import { serve, startService } from '../service.ts'

/** The samples of the text by their names and labels. Fails for a line that is not of the format. */
function parse(text: string): Map<string, number> {
  const samples = new Map<string, number>()
  let type = ''
  for (const line of text.split('\n').slice(0, -1)) {
    const described = /^# (HELP|TYPE) ([a-z_]+) (.+)$/.exec(line)
    if (described?.[1] === 'HELP') type = ''
    if (described?.[1] === 'TYPE') type = described[2] ?? ''
    if (described) continue
    const sample = /^([a-z_]+)(\{(?:[a-z_]+="(?:[^"\\]|\\.)*",?)*\})? (-?[\d.e+-]+)$/.exec(line)
    assert.ok(sample, line)
    assert.ok(type !== '' && sample[1]?.startsWith(type), `${line} follows the TYPE line of its metric`)
    samples.set(`${sample[1]}${sample[2] ?? ''}`, Number(sample[3]))
  }
  assert.ok(text.endsWith('\n'))
  return samples
}

test('the metrics show connections, calls, refreshes, requests and the age of what waits', async (t) => {
  const operation = await createOperation({ logLevel: 'silent', traces: false })
  const { url, connect, ask, host } = await startService(t, { operation, punctual: { measure: operation.measure } })
  const id = await connect('calendly')
  await ask('GET', `/v1/connections/${id}`)
  await ask('GET', `/v1/connections/${id}/event-types`)
  await fetch(`${url}/v1/connections/${id}`)
  await fetch(`${url}/nowhere/${id}`)
  host.sandbox.clock.advance(2 * 3600 - 60)
  await ask('POST', `/v1/connections/${id}/token`, { body: { minimumValidityMs: 600_000 } })
  await setFault(host, { endpoint: 'token', kind: 'status', status: 503, count: null })
  const response = await fetch(`${url}/metrics`)
  assert.equal(response.headers.get('content-type'), 'text/plain; version=0.0.4; charset=utf-8')
  const text = await response.text()
  const samples = parse(text)
  const value = (name: string) => samples.get(name)
  assert.equal(value('punctual_store_up'), 1)
  assert.equal(value('punctual_connections{client="calendly",status="active"}'), 1)
  assert.equal(value('punctual_connections{client="calcom",status="needs_reconnect"}'), 0)
  assert.equal(value('punctual_client_accepted{client="calendly"}'), 1)
  assert.equal(value('punctual_connects_total{client="calendly",outcome="connected"}'), 1)
  assert.equal(value('punctual_refreshes_total{client="calendly",outcome="renewed"}'), 1)
  assert.equal(value('punctual_refresh_duration_seconds_count{client="calendly"}'), 1)
  assert.ok((value('punctual_calls_total{client="calendly",outcome="ok"}') ?? 0) >= 1)
  assert.ok((value('punctual_call_wait_seconds_count{client="calendly"}') ?? 0) >= 1)
  assert.deepEqual([value('punctual_events{state="pending"}'), value('punctual_events{state="dead"}')], [0, 0])
  const expiry = value('punctual_grant_expiry_min_seconds') ?? 0
  assert.ok(expiry > 7000 && expiry <= 7200, String(expiry))
  const route = 'route="/v1/connections/{id}"'
  assert.equal(value(`punctual_http_requests_total{method="GET",${route},status="200"}`), 1)
  assert.equal(value(`punctual_http_requests_total{method="GET",${route},status="401"}`), 1)
  assert.equal(value('punctual_http_requests_total{method="GET",route="none",status="404"}'), 1)
  assert.ok(!text.includes(id), 'no id is a label')
})

test('the metrics can be read while the database is away, and say so', async (t) => {
  const operation = await createOperation({ logLevel: 'silent', traces: false })
  const store = memory()
  const punctual = {
    measure: operation.measure,
    store: { ...store, statistics: () => Promise.reject(new Error('away')) },
  }
  const { url, connect } = await startService(t, { operation, punctual })
  await connect('calendly')
  const samples = parse(await (await fetch(`${url}/metrics`)).text())
  assert.equal(samples.get('punctual_store_up'), 0)
  assert.equal(samples.get('punctual_connects_total{client="calendly",outcome="connected"}'), 1)
  assert.ok(![...samples.keys()].some((name) => name.startsWith('punctual_connections')))
})

test('dispatches are counted for each destination by itself', async (t) => {
  const operation = await createOperation({ logLevel: 'silent', traces: false })
  const deliverTo = [
    { feed: true as const },
    {
      name: 'crm',
      handler() {
        throw new Error('away')
      },
    },
  ]
  const host = await startListening(t, { measure: operation.measure, deliverTo })
  const { url } = await serve(t, host.punctual, { api: { clients: sandboxClients(host.sandbox) }, operation })
  const [calendly] = cases
  assert.ok(calendly)
  await host.join(calendly)
  host.punctual.start()
  await host.clock.sleep(5000)
  await host.punctual.stop()
  const samples = parse(await (await fetch(`${url}/metrics`)).text())
  const of = (name: string) => [...samples].filter(([one]) => one.startsWith(name)).map(([, value]) => value)
  const created = 'type="connection.created"'
  assert.deepEqual(of(`punctual_dispatches_total{destination="feed",${created}`), [1])
  assert.ok((of(`punctual_dispatches_total{destination="crm",${created},outcome="failed"`)[0] ?? 0) >= 1)
  assert.deepEqual(of('punctual_dispatches_total').length, 2)
  assert.deepEqual(of('punctual_dispatch_duration_seconds_count{destination="feed"}'), [1])
  assert.deepEqual(of('punctual_dispatch_age_seconds_count{destination="feed"}'), [1])
})

test('with a key of their own, the metrics are shown to nobody else', async (t) => {
  const metricsKey = 'a-long-key-of-the-scraper'
  const operation = await createOperation({ logLevel: 'silent', traces: false, metricsKey })
  const { url, key } = await startService(t, { operation })
  const status = async (headers: Record<string, string>) => (await fetch(`${url}/metrics`, { headers })).status
  assert.equal(await status({}), 401)
  assert.equal(await status({ authorization: `Bearer ${await key(['admin'])}` }), 401)
  assert.equal(await status({ authorization: `Bearer ${metricsKey}x` }), 401)
  assert.equal(await status({ authorization: `Bearer ${metricsKey}` }), 200)
  await assert.rejects(createOperation({ metricsKey: 'short' }), { code: 'invalid_argument' })
})

test('a service without an operation has no metrics', async (t) => {
  const { url } = await startService(t)
  assert.equal((await fetch(`${url}/metrics`)).status, 404)
})

test('labels are escaped, buckets count what lies below them, and a metric has a bounded number of series', () => {
  const { counter, histogram, text } = createRegistry()
  const count = counter('count_total', 'One\\two\nthree.')
  for (let n = 0; n < 2000; n++) count.add({ name: n === 0 ? 'a"b\\c\nd' : String(n) })
  const took = histogram('took_seconds', 'Took.', [0.1, 1])
  for (const value of [0.05, 0.1, 0.5, 3]) took.observe({}, value)
  const samples = parse(text())
  assert.equal(samples.get('count_total{name="a\\"b\\\\c\\nd"}'), 1)
  assert.equal([...samples.keys()].filter((name) => name.startsWith('count_total')).length, 1000)
  const buckets = ['took_seconds_bucket{le="0.1"}', 'took_seconds_bucket{le="1"}', 'took_seconds_bucket{le="+Inf"}']
  assert.deepEqual(
    [...buckets, 'took_seconds_count', 'took_seconds_sum'].map((name) => samples.get(name)),
    [2, 3, 4, 4, 3.65],
  )
})
