// A delivery is taken in once however often it comes, and those about one booking are handed on in the order in which
// things happened, as far as the messages tell.

import { deepEqual, equal, ok } from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setFault } from '../support/host.ts'
import { type Case, cases, type Listening, monday, signed, startListening } from './host.ts'

/** What may be handed on at this moment, in the order of handing on. */
async function due({ store }: Listening): Promise<unknown[]> {
  const names: unknown[] = []
  for (;;) {
    const [row] = await store.outbox.take('a test', 1, 60_000)
    if (!row) return names
    names.push(row.data.name)
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
    test('sent twice, and again an hour later, it is taken once', async (t) => {
      const { host, connection } = await subscribed(t, of)
      await setFault(host, { kind: 'webhook_doubled' })
      await of.book(connection, `${monday}T10:00:00Z`)
      await host.sandbox.delivered()
      equal(host.sent.length, 2)
      host.sandbox.clock.advance(3600)
      await host.resend()
      deepEqual(
        host.sent.map(({ status }) => status),
        [200, 200, 200],
      )
      deepEqual([host.received(), await due(host)], [[created], [created]])
    })

    test('written down differently, it is still the same', async (t) => {
      const { host, connection } = await subscribed(t, of)
      await of.book(connection, `${monday}T10:00:00Z`)
      await host.sandbox.delivered()
      const [one] = host.sent
      ok(one)
      const body: string = JSON.stringify({ ...JSON.parse(one.body), more: true }, null, 2)
      const headers = signed(of, body, await host.keyOf(of, one.url), host.sandbox.clock.now())
      equal((await host.post(one.url, { headers, body })).status, 200)
      deepEqual(await due(host), [created])
    })

    test('a message about nothing that has a name is known by its body', async (t) => {
      const { host, connection } = await subscribed(t, of)
      await of.book(connection, `${monday}T10:00:00Z`)
      await host.sandbox.delivered()
      const [one] = host.sent
      ok(one)
      const key = await host.keyOf(of, one.url)
      for (const text of ['first', 'second', 'first']) {
        const body: string = JSON.stringify({ ...JSON.parse(one.body), payload: { text } })
        const headers = signed(of, body, key, host.sandbox.clock.now())
        equal((await host.post(one.url, { headers, body })).status, 200)
      }
      deepEqual(await due(host), [created, created, created])
    })

    test('sent again after it has been handed on and forgotten about, it is not taken a second time', async (t) => {
      const { host, connection } = await subscribed(t, of)
      await of.book(connection, `${monday}T10:00:00Z`)
      await host.sandbox.delivered()
      deepEqual(await due(host), [created])
      // As old as it may be, and what was handed on is kept for longer than that.
      host.sandbox.clock.advance(24.9 * 3600)
      await host.store.outbox.sweep({ done: 3 * 86_400_000, dead: 30 * 86_400_000, pending: 30 * 86_400_000 }, 100)
      const [one] = host.sent
      ok(one)
      equal((await host.post(one.url, one)).status, 200)
      deepEqual([host.received(), await due(host)], [[created], []])
    })

    test('two meetings at the same moment are two deliveries', async (t) => {
      const { host, connection } = await subscribed(t, of)
      await of.book(connection, `${monday}T10:00:00Z`)
      await of.book(connection, `${monday}T13:00:00Z`)
      await host.sandbox.delivered()
      deepEqual(await due(host), [created, created])
    })

    test('a cancellation that overtakes its booking waits for it', async (t) => {
      const { host, connection } = await subscribed(t, of)
      await setFault(host, { kind: 'webhook_reordered', event: created })
      const booking = await of.book(connection, `${monday}T10:00:00Z`)
      host.sandbox.clock.advance(5)
      await host.sandbox.delivered()
      equal(host.sent.length, 0)
      // It sets the one that was held back free, which then arrives behind it.
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
      deepEqual(host.received(), [canceled, created])
      deepEqual([waiting, await due(host)], [[], [created, canceled]])
    })

    test('a cancellation of the same moment comes after its booking, whichever arrives first', async (t) => {
      const { host, connection } = await subscribed(t, of)
      await setFault(host, { kind: 'webhook_lost', event: created })
      await of.cancel(connection, await of.book(connection, `${monday}T10:00:00Z`))
      await host.sandbox.delivered()
      const [last] = host.sent
      ok(last)
      deepEqual(await due(host), [])
      const body: string = JSON.stringify({ ...JSON.parse(last.body), event: created, triggerEvent: created })
      const headers = signed(of, body, await host.keyOf(of, last.url), host.sandbox.clock.now())
      equal((await host.post(last.url, { headers, body })).status, 200)
      deepEqual(await due(host), [created, canceled])
    })

    test('a cancellation whose booking never comes is handed on after a while', async (t) => {
      const { host, connection } = await subscribed(t, of)
      await setFault(host, { kind: 'webhook_lost', event: created })
      const booking = await of.book(connection, `${monday}T10:00:00Z`)
      await of.cancel(connection, booking)
      await host.sandbox.delivered()
      deepEqual([host.received(), await due(host)], [[canceled], []])
      host.sandbox.clock.advance(61)
      deepEqual(await due(host), [canceled])
    })

    test('a cancellation that comes after its booking waits for nothing', async (t) => {
      const { host, connection } = await subscribed(t, of)
      const booking = await of.book(connection, `${monday}T10:00:00Z`)
      await of.cancel(connection, booking)
      await host.sandbox.delivered()
      deepEqual(await due(host), [created, canceled])
    })

    test('nor does one whose booking was not subscribed to', async (t) => {
      const host = await startListening(t)
      const connection = await host.join(of)
      await host.punctual.webhooks.subscribe(connection, [canceled])
      await of.cancel(connection, await of.book(connection, `${monday}T10:00:00Z`))
      await host.sandbox.delivered()
      deepEqual(await due(host), [canceled])
    })
  })
}

const [calendly] = cases

test('where a message tells that the booking is older than the subscription, nothing is waited for', async (t) => {
  ok(calendly)
  const host = await startListening(t)
  const connection = await host.join(calendly)
  const booking = await calendly.book(connection, `${monday}T10:00:00Z`)
  host.sandbox.clock.advance(60)
  await host.punctual.webhooks.subscribe(connection, calendly.events)
  await calendly.cancel(connection, booking)
  await host.sandbox.delivered()
  deepEqual(await due(host), [calendly.events[1]])
})

test('nor for a booking that is so old that its message has been handed on and forgotten', async (t) => {
  ok(calendly)
  const { host, connection } = await subscribed(t, calendly)
  const booking = await calendly.book(connection, '2026-11-30T10:00:00Z')
  await host.sandbox.delivered()
  deepEqual(await due(host), [calendly.events[0]])
  host.sandbox.clock.advance(4 * 86_400)
  await host.store.outbox.sweep({ done: 3 * 86_400_000, dead: 30 * 86_400_000, pending: 30 * 86_400_000 }, 100)
  await calendly.cancel(connection, booking)
  await host.sandbox.delivered()
  deepEqual(await due(host), [calendly.events[1]])
})

for (const calendlyRetrySignature of ['fresh', 'same'] as const) {
  test(`retries for a day are taken, each with ${calendlyRetrySignature === 'fresh' ? 'a' : 'the'} ${calendlyRetrySignature} signature`, async (t) => {
    ok(calendly)
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
    equal(host.sandbox.webhooks()[0]?.attempts.length, 6)
    deepEqual([host.sandbox.webhooks()[0]?.state, host.received()], ['delivered', [calendly.events[0]]])
  })
}
