import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import type { Measurement } from '../../src/index.ts'
import { createConsumer, settle } from '../outbox/consumer.ts'
import { setFault, startHost, startQuietHost } from '../support/host.ts'
import { cases, monday, startListening } from '../webhooks/host.ts'

type Kind = Measurement['kind']

/** The measurements, and those of one kind. */
function recorder() {
  const all: Measurement[] = []
  const of = <One extends Kind>(kind: One) =>
    all.filter((one): one is Extract<Measurement, { kind: One }> => one.kind === kind)
  return { all, of, measure: (measurement: Measurement) => void all.push(measurement) }
}

describe('with the option "measure"', () => {
  test('each call is measured once, with its outcome, status and durations', async (t) => {
    const { measure, of } = recorder()
    const host = await startQuietHost(t, { measure })
    const connection = await host.connect('calendly')
    await connection.fetch('/users/me')
    await connection.fetch('/event_types/none')
    await assert.rejects(connection.fetch('nowhere'), { code: 'invalid_argument' })
    await setFault(host, { kind: 'status', endpoint: 'api', status: 500, count: 3 })
    await connection.fetch('/users/me')
    await assert.rejects(connection.fetch('/users/me', { signal: AbortSignal.abort('gone') }))
    const calls = of('call')
    assert.deepEqual(
      calls.map(({ client, connection: id, method, outcome, status }) => [client, id, method, outcome, status]),
      [
        ['calendly', connection.id, 'GET', 'ok', 200],
        ['calendly', connection.id, 'GET', 'refused', 404],
        ['calendly', connection.id, 'GET', 'invalid', null],
        ['calendly', connection.id, 'GET', 'unavailable', 500],
        ['calendly', connection.id, 'GET', 'aborted', null],
      ],
    )
    for (const { durationMs, waitMs } of calls) assert.ok(waitMs >= 0 && durationMs >= waitMs)
  })

  test('each refresh is measured once, however many callers share it', async (t) => {
    const { measure, of } = recorder()
    const host = await startQuietHost(t, { measure })
    const connection = await host.connect('calendly')
    host.sandbox.clock.advance(3 * 3600)
    await Promise.all([connection.token(), connection.token(), connection.token()])
    assert.deepEqual(
      of('refresh').map(({ client, outcome }) => [client, outcome]),
      [['calendly', 'renewed']],
    )
  })

  test('each attempt to connect is measured by how it ended', async (t) => {
    const { measure, of } = recorder()
    const host = await startHost(t, { measure })
    await host.connect('calendly')
    await host.connect('calendly')
    await host.travel('calendly', { allow: false })
    assert.deepEqual(
      of('connect').map(({ client, outcome, reason }) => [client, outcome, reason]),
      [
        ['calendly', 'connected', null],
        ['calendly', 'reconnected', null],
        ['calendly', 'refused', 'access_denied'],
      ],
    )
  })

  for (const one of cases)
    test(`deliveries of ${one.client} are measured, and the dispatches of their events`, async (t) => {
      const { measure, of } = recorder()
      const consumer = createConsumer(({ dispatch }) => {
        if (dispatch === 1) throw new Error('not now')
      })
      const deliverTo = { handler: consumer.handler, types: ['webhook.received'] as const }
      const host = await startListening(t, { measure, deliverTo })
      const connection = await host.join(one)
      await host.punctual.webhooks.subscribe(connection, one.events)
      host.punctual.start()
      await one.book(connection, `${monday}T10:00:00Z`)
      await host.sandbox.delivered()
      await host.resend()
      const [sent] = host.sent
      await host.post(sent?.url ?? '', { headers: {}, body: '{}' })
      await host.post(`${sent?.url.replace(/[^/]+$/, '')}unknown`, { headers: {}, body: '{}' })
      await host.post((sent?.url ?? '').replace(`/${one.client}/`, '/stranger/'), { headers: {}, body: '{}' })
      await consumer.until(2)
      await settle()
      assert.deepEqual(
        of('webhook').map(({ client, outcome }) => [client, outcome]),
        ['accepted', 'repeated', 'refused', 'refused'].map((outcome) => [one.client, outcome]),
      )
      assert.deepEqual(
        of('dispatch').map(({ type, outcome }) => [type, outcome]),
        ['failed', 'acknowledged'].map((outcome) => ['webhook.received', outcome]),
      )
    })

  test('a measurement holds no token and no code', async (t) => {
    const { measure, all } = recorder()
    const host = await startHost(t, { measure })
    const connection = await host.connect('calendly')
    const { accessToken } = await connection.token()
    await connection.fetch('/users/me')
    assert.ok(all.length > 1)
    assert.ok(!JSON.stringify(all).includes(accessToken))
  })

  test('a function that fails, at once or later, is reported once and stops nothing', async (t) => {
    for (const measure of [
      () => {
        throw new TypeError('secret')
      },
      async () => {
        throw new TypeError('secret')
      },
    ]) {
      const host = await startHost(t, { measure })
      const faults: string[] = []
      host.punctual.on(
        (event) => event.type === 'fault' && faults.push(`${event.code} ${event.reason}: ${event.message}`),
      )
      const connection = await host.connect('calendly')
      for (let n = 0; n < 3; n++) assert.equal((await connection.fetch('/users/me')).status, 200)
      await setImmediate()
      assert.deepEqual(faults, [
        'listener_failed TypeError: The option "measure" failed (TypeError). Catch the error in it.',
      ])
    }
  })
})
