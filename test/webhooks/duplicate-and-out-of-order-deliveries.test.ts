// A delivery is accepted once, even if it arrives several times. The deliveries of one booking are dispatched in the
// order in which things happened, as far as the messages show it.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setFault } from '../support/host.ts'
import { type Case, cases, type Listening, monday, signed, startListening } from './host.ts'

/** The webhooks that can be dispatched at this moment, in order. The events of their bookings are dispatched too. */
async function due({ store }: Listening): Promise<unknown[]> {
  const names: unknown[] = []
  for (;;) {
    const [row] = await store.outbox.take('a test', 1, 60_000)
    if (!row) return names
    if (row.type === 'webhook.received') names.push(row.data.name)
    await store.outbox.acknowledge(row.id)
  }
}

async function subscribed(t: Parameters<typeof startListening>[0], of: Case, switches = {}) {
  const host = await startListening(t, {}, { switches })
  const connection = await host.join(of)
  await host.punctual.webhooks.subscribe(connection, of.events)
  return { host, connection }
}

for (const of of cases) {
  const [created, canceled] = of.events

  describe(`from ${of.client}`, () => {
    test('a delivery that is sent twice, and again an hour later, is accepted once', async (t) => {
      const { host, connection } = await subscribed(t, of)
      await setFault(host, { kind: 'webhook_doubled' })
      await of.book(connection, `${monday}T10:00:00Z`)
      await host.sandbox.delivered()
      assert.equal(host.sent.length, 2)
      host.sandbox.clock.advance(3600)
      await host.resend()
      assert.deepEqual(
        host.sent.map(({ status }) => status),
        [200, 200, 200],
      )
      assert.deepEqual([host.received(), await due(host)], [[created], [created]])
    })

    test('a delivery whose JSON is formatted differently is still the same one', async (t) => {
      const { host, connection } = await subscribed(t, of)
      await of.book(connection, `${monday}T10:00:00Z`)
      await host.sandbox.delivered()
      const [one] = host.sent
      assert.ok(one)
      const body: string = JSON.stringify({ ...JSON.parse(one.body), more: true }, null, 2)
      const headers = signed(of, body, await host.keyOf(of, one.url), host.sandbox.clock.now())
      assert.equal((await host.post(one.url, { headers, body })).status, 200)
      assert.deepEqual(await due(host), [created])
    })

    test('a message about something without a name is recognised by its body', async (t) => {
      const { host, connection } = await subscribed(t, of)
      await of.book(connection, `${monday}T10:00:00Z`)
      await host.sandbox.delivered()
      const [one] = host.sent
      assert.ok(one)
      const key = await host.keyOf(of, one.url)
      for (const text of ['first', 'second', 'first']) {
        const body: string = JSON.stringify({ ...JSON.parse(one.body), payload: { text } })
        const headers = signed(of, body, key, host.sandbox.clock.now())
        assert.equal((await host.post(one.url, { headers, body })).status, 200)
      }
      assert.deepEqual(await due(host), [created, created, created])
    })

    test('a delivery that is sent again after it was dispatched and swept is not accepted a second time', async (t) => {
      const { host, connection } = await subscribed(t, of)
      await of.book(connection, `${monday}T10:00:00Z`)
      await host.sandbox.delivered()
      assert.deepEqual(await due(host), [created])
      // As old as an accepted delivery may be. A dispatched one is kept for longer than that.
      host.sandbox.clock.advance(24.9 * 3600)
      await host.store.outbox.sweep({ done: 3 * 86_400_000, dead: 30 * 86_400_000, pending: 30 * 86_400_000 }, 100)
      const [one] = host.sent
      assert.ok(one)
      assert.equal((await host.post(one.url, one)).status, 200)
      assert.deepEqual([host.received(), await due(host)], [[created], []])
    })

    test('two bookings made at the same moment are two deliveries', async (t) => {
      const { host, connection } = await subscribed(t, of)
      await of.book(connection, `${monday}T10:00:00Z`)
      await of.book(connection, `${monday}T13:00:00Z`)
      await host.sandbox.delivered()
      assert.deepEqual(await due(host), [created, created])
    })

    test('a cancellation that arrives before its booking waits for it', async (t) => {
      const { host, connection } = await subscribed(t, of)
      await setFault(host, { kind: 'webhook_reordered', event: created })
      const booking = await of.book(connection, `${monday}T10:00:00Z`)
      host.sandbox.clock.advance(5)
      await host.sandbox.delivered()
      assert.equal(host.sent.length, 0)
      // The cancellation releases the message that was held back, which then arrives after it.
      const early = host.sandbox.delivered
      let waiting: unknown[] | null = null
      host.punctual.on((event) => {
        if (event.type === 'webhook.received' && event.name === canceled && !waiting) {
          waiting = []
          void due(host).then((names) => (waiting = names))
        }
      })
      await of.cancel(connection, booking)
      await early()
      assert.deepEqual(host.received(), [canceled, created])
      assert.deepEqual([waiting, await due(host)], [[], [created, canceled]])
    })

    test('a cancellation of the same moment is dispatched after its booking, in whatever order they arrive', async (t) => {
      const { host, connection } = await subscribed(t, of)
      await setFault(host, { kind: 'webhook_lost', event: created })
      await of.cancel(connection, await of.book(connection, `${monday}T10:00:00Z`))
      await host.sandbox.delivered()
      const [last] = host.sent
      assert.ok(last)
      assert.deepEqual(await due(host), [])
      const body: string = JSON.stringify({ ...JSON.parse(last.body), event: created, triggerEvent: created })
      const headers = signed(of, body, await host.keyOf(of, last.url), host.sandbox.clock.now())
      assert.equal((await host.post(last.url, { headers, body })).status, 200)
      assert.deepEqual(await due(host), [created, canceled])
    })

    test('a cancellation whose booking never arrives is dispatched after a minute', async (t) => {
      const { host, connection } = await subscribed(t, of)
      await setFault(host, { kind: 'webhook_lost', event: created })
      const booking = await of.book(connection, `${monday}T10:00:00Z`)
      await of.cancel(connection, booking)
      await host.sandbox.delivered()
      assert.deepEqual([host.received(), await due(host)], [[canceled], []])
      host.sandbox.clock.advance(61)
      assert.deepEqual(await due(host), [canceled])
    })

    test('a cancellation that arrives after its booking does not wait', async (t) => {
      const { host, connection } = await subscribed(t, of)
      const booking = await of.book(connection, `${monday}T10:00:00Z`)
      await of.cancel(connection, booking)
      await host.sandbox.delivered()
      assert.deepEqual(await due(host), [created, canceled])
    })

    test('a cancellation does not wait if the created event is not subscribed to', async (t) => {
      const host = await startListening(t)
      const connection = await host.join(of)
      await host.punctual.webhooks.subscribe(connection, [canceled])
      await of.cancel(connection, await of.book(connection, `${monday}T10:00:00Z`))
      await host.sandbox.delivered()
      assert.deepEqual(await due(host), [canceled])
    })
  })
}

const [calendly] = cases

test('a cancellation does not wait if its message shows that the booking is older than the subscription', async (t) => {
  assert.ok(calendly)
  const host = await startListening(t)
  const connection = await host.join(calendly)
  const booking = await calendly.book(connection, `${monday}T10:00:00Z`)
  host.sandbox.clock.advance(60)
  await host.punctual.webhooks.subscribe(connection, calendly.events)
  await calendly.cancel(connection, booking)
  await host.sandbox.delivered()
  assert.deepEqual(await due(host), [calendly.events[1]])
})

test('a cancellation does not wait for a booking whose message was dispatched and swept long ago', async (t) => {
  assert.ok(calendly)
  const { host, connection } = await subscribed(t, calendly)
  const booking = await calendly.book(connection, '2026-11-30T10:00:00Z')
  await host.sandbox.delivered()
  assert.deepEqual(await due(host), [calendly.events[0]])
  host.sandbox.clock.advance(4 * 86_400)
  await host.store.outbox.sweep({ done: 3 * 86_400_000, dead: 30 * 86_400_000, pending: 30 * 86_400_000 }, 100)
  await calendly.cancel(connection, booking)
  await host.sandbox.delivered()
  assert.deepEqual(await due(host), [calendly.events[1]])
})

for (const calendlyRetrySignature of ['fresh', 'same'] as const) {
  test(`a retry is accepted for a day, with ${calendlyRetrySignature === 'fresh' ? 'a' : 'the'} ${calendlyRetrySignature} signature`, async (t) => {
    assert.ok(calendly)
    let away = true
    const host: Listening = await startListening(
      t,
      {},
      {
        switches: { calendlyRetrySignature, calendlyRetryFirstSeconds: 3600 },
        async deliver(url, { headers, body }) {
          if (away) throw new TypeError('fetch failed')
          return host.post(url, { headers, body })
        },
      },
    )
    const connection = await host.join(calendly)
    await host.punctual.webhooks.subscribe(connection, calendly.events)
    await calendly.book(connection, '2026-11-30T10:00:00Z')
    await host.sandbox.delivered()
    // Retries after 1, 3, 7 and 15 hours, and the last one at the end of the day.
    for (const hours of [1, 2, 4, 8]) {
      host.sandbox.clock.advance(hours * 3600)
      await host.sandbox.delivered()
    }
    away = false
    host.sandbox.clock.advance(9 * 3600)
    await host.sandbox.delivered()
    assert.equal(host.sandbox.webhooks()[0]?.attempts.length, 6)
    assert.deepEqual([host.sandbox.webhooks()[0]?.state, host.received()], ['delivered', [calendly.events[0]]])
  })
}
