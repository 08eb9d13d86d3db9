// The life of a subscription at both providers: created once, replaced without a gap, removed.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { inspect } from 'node:util'
import { calendly } from '../../src/providers/index.ts'
import { baseUrl, setFault } from '../support/host.ts'
import { cases, clearFaults, monday, startListening } from './host.ts'

for (const of of cases) {
  const [created, canceled] = of.events

  describe(`at ${of.client}`, () => {
    test('a subscription exists at the provider, and its deliveries are sealed in the outbox', async (t) => {
      const host = await startListening(t)
      const connection = await host.join(of)
      const made = await host.punctual.webhooks.subscribe(connection, [canceled, created])
      assert.deepEqual(made.events, [...of.events].sort())
      assert.deepEqual([made.state, made.scope, made.connection, made.detail], ['active', 'user', connection.id, null])
      const [one, ...rest] = await host.standing()
      assert.equal(rest.length, 0)
      assert.equal(one?.url, `${baseUrl}/webhooks/${of.client}/${made.id}`)
      assert.match(made.id, /^hook_[\w-]{22}$/)
      assert.deepEqual(one?.events.toSorted(), made.events)

      await of.book(connection, `${monday}T10:00:00Z`)
      await host.sandbox.delivered()
      assert.deepEqual([host.sent.map(({ status }) => status), host.received()], [[200], [created]])
      const rows = await host.store.outbox.list({ limit: 9 })
      const [row, ...others] = rows.filter(({ type }) => type === 'webhook.received')
      assert.equal(others.length, 0)
      assert.deepEqual([row?.type, row?.connection, row?.owner], ['webhook.received', connection.id, 'ada'])
      assert.deepEqual(row?.data, { name: created, createdAt: host.sandbox.clock.now() })
      assert.doesNotMatch(inspect(row, { depth: 9 }), /Gil Guest|guests\.example/)
      const [received] = host.events.filter((event) => event.type === 'webhook.received')
      assert.doesNotMatch(inspect(received, { depth: 9 }), /Gil Guest|guests\.example/)
    })

    test('a second request for the same subscription changes nothing, and the provider is not asked', async (t) => {
      const host = await startListening(t)
      const connection = await host.join(of)
      const made = await host.punctual.webhooks.subscribe(connection.id, of.events)
      const requests = host.sandbox.requests().length
      const again = await host.punctual.webhooks.subscribe(connection, [...of.events, created].reverse())
      assert.deepEqual(again, made)
      assert.equal(host.sandbox.requests().length, requests)
      assert.deepEqual(await host.punctual.webhooks.list(connection), [made])
    })

    test('many requests for the same events at the same time create one subscription', async (t) => {
      const host = await startListening(t)
      const connection = await host.join(of)
      const others = [host.punctual, host.another(), host.another()]
      const asked = Array.from({ length: 9 }, (_, at) =>
        (others[at % 3] as typeof host.punctual).webhooks.subscribe(connection.id, of.events),
      )
      const made = await Promise.all(asked)
      assert.equal(new Set(made.map(({ id }) => id)).size, 1)
      assert.ok(made.some(({ state }) => state === 'active'))
      assert.equal((await host.standing()).length, 1)
    })

    test('many requests for different events at the same time leave exactly one of the requested subscriptions', async (t) => {
      const host = await startListening(t)
      const connection = await host.join(of)
      const requested = [of.events, [created], [canceled], [created, of.third], [of.third]]
      const asked = requested.map((events, at) =>
        (at % 2 ? host.punctual : host.another()).webhooks.subscribe(connection.id, events),
      )
      await Promise.all(asked)
      host.sandbox.clock.advance(3600)
      host.punctual.start()
      await host.clock.sleep(20_000)
      await host.punctual.stop()
      const [one, ...rest] = await host.punctual.webhooks.list(connection)
      assert.deepEqual([one?.state, rest], ['active', []])
      assert.deepEqual(
        (await host.standing()).map(({ url, events }) => [url.split('/').at(-1), events.toSorted()]),
        [[one?.id, one?.events]],
      )
    })

    test('other events replace the subscription: the new one exists before the old one is removed, and what both send is accepted once', async (t) => {
      const host = await startListening(t)
      const connection = await host.join(of)
      const before = await host.punctual.webhooks.subscribe(connection, of.events)
      // The old one cannot be removed yet, so both exist.
      await setFault(host, { kind: 'status', status: 503, endpoint: `${of.hooks}/`, count: null })
      const after = await host.punctual.webhooks.subscribe(connection, [...of.events, of.third])
      await clearFaults(host)
      assert.equal(after.state, 'active')
      assert.ok(after.id !== before.id)
      assert.deepEqual(
        new Set((await host.standing()).map(({ url }) => url.split('/').at(-1))),
        new Set([before.id, after.id]),
      )
      await of.book(connection, `${monday}T10:00:00Z`)
      await host.sandbox.delivered()
      assert.deepEqual([host.sent.map(({ status }) => status), host.received()], [[200, 200], [created]])

      await host.punctual.webhooks.subscribe(connection, [...of.events, of.third])
      const [old] = (await host.punctual.webhooks.list(connection)).filter(({ id }) => id === before.id)
      assert.equal(old?.state, 'removing')
      host.punctual.start()
      await host.clock.sleep(120_000)
      await host.punctual.stop()
      assert.deepEqual(
        (await host.standing()).map(({ url }) => url.split('/').at(-1)),
        [after.id],
      )
      assert.deepEqual(
        (await host.punctual.webhooks.list(connection)).map(({ id }) => id),
        [after.id],
      )
    })

    test('a subscription that is removed while it is being created does not exist in the end', async (t) => {
      const host = await startListening(t)
      const connection = await host.join(of)
      const slow = host.another({
        async fetch(input, init) {
          if (init?.method === 'POST' && String(input).endsWith(of.hooks))
            await host.punctual.webhooks.unsubscribe(connection)
          return host.sandbox.handler(new Request(input, init))
        },
      })
      const made = await slow.webhooks.subscribe(connection.id, of.events)
      assert.equal(made.state, 'removed')
      assert.deepEqual([await host.standing(), await host.punctual.webhooks.list(connection)], [[], []])
    })

    test('a removed subscription answers later deliveries with 410', async (t) => {
      const host = await startListening(t)
      const connection = await host.join(of)
      const made = await host.punctual.webhooks.subscribe(connection, of.events)
      await of.book(connection, `${monday}T10:00:00Z`)
      await host.sandbox.delivered()
      const ended = await host.punctual.webhooks.unsubscribe(connection)
      assert.deepEqual(
        ended.map(({ id, state }) => [id, state]),
        [[made.id, 'removed']],
      )
      assert.deepEqual([await host.standing(), await host.punctual.webhooks.list(connection)], [[], []])
      const [late] = host.sent
      assert.ok(late)
      assert.equal((await host.post(late.url, late)).status, 410)
      const again = await host.punctual.webhooks.subscribe(connection, of.events)
      assert.ok(again.id !== made.id && again.state === 'active')
    })

    test('a subscription that is missing at the provider is removed like any other', async (t) => {
      const host = await startListening(t)
      const connection = await host.join(of)
      await host.punctual.webhooks.subscribe(connection, of.events)
      const [one] = await host.standing()
      assert.ok((await connection.fetch(`${of.hooks}/${one?.id}`, { method: 'DELETE' })).ok)
      const ended = await host.punctual.webhooks.unsubscribe(connection)
      assert.deepEqual(
        ended.map(({ state, detail }) => [state, detail]),
        [['removed', null]],
      )
    })

    test('a disconnect removes the subscription of its connection, and not that of another connection to the same account', async (t) => {
      const host = await startListening(t)
      const connection = await host.join(of)
      const other = await host.join(of, { owner: 'ben' })
      assert.equal(connection.account.id, other.account.id)
      await host.punctual.webhooks.subscribe(connection, of.events)
      const kept = await host.punctual.webhooks.subscribe(other, of.events)
      await of.book(other, `${monday}T10:00:00Z`)
      await host.sandbox.delivered()
      assert.deepEqual(host.received(), [created, created])
      assert.deepEqual((await connection.disconnect()).remainingWebhooks, [])
      assert.deepEqual(
        (await host.standing()).map(({ url }) => url.split('/').at(-1)),
        [kept.id],
      )
      const late = host.sent.find(({ url }) => !url.endsWith(kept.id))
      assert.ok(late)
      assert.equal((await host.post(late.url, late)).status, 410)
    })

    test('a disconnect succeeds while the provider is unavailable, and returns the subscriptions that remain there', async (t) => {
      const host = await startListening(t)
      const connection = await host.join(of)
      const made = await host.punctual.webhooks.subscribe(connection, of.events)
      await setFault(host, { kind: 'hang', endpoint: 'api', count: null })
      const { remainingWebhooks } = await connection.disconnect()
      assert.deepEqual(
        remainingWebhooks.map(({ subscription, reason }) => [subscription, reason]),
        [[made.id, 'provider_unavailable']],
      )
      assert.equal((await host.standing()).length, 1)
      assert.equal((await host.store.subscriptions.get(made.id))?.state, 'removed')
      const url = `${baseUrl}/webhooks/${of.client}/${made.id}`
      assert.equal((await host.post(url, { headers: {}, body: '{}' })).status, 401)
    })
  })
}

test('a secret can be rotated where each subscription has its own; where a key of the app signs, a sentence says what to do', async (t) => {
  const host = await startListening(t)
  const [byApp, calcom] = cases
  assert.ok(byApp && calcom)
  const keyed = await host.join(byApp)
  await host.punctual.webhooks.subscribe(keyed, byApp.events)
  await assert.rejects(
    host.punctual.webhooks.rotateSecret(keyed),
    /Calendly signs with a key of the app.*"webhookKeys"/,
  )

  const connection = await host.join(calcom)
  await assert.rejects(host.punctual.webhooks.rotateSecret(connection), /no subscription of the scope "user"/)
  const before = await host.punctual.webhooks.subscribe(connection, calcom.events)
  const after = await host.punctual.webhooks.rotateSecret(connection)
  assert.deepEqual([after.state, after.events, after.id === before.id], ['active', before.events, false])
  assert.deepEqual(
    (await host.punctual.webhooks.list(connection)).map(({ id }) => id),
    [after.id],
  )
  await calcom.book(connection, `${monday}T10:00:00Z`)
  await host.sandbox.delivered()
  assert.deepEqual(host.received(), [calcom.events[0]])
})

test('a subscription that replaces another while that one is being removed is removed too', async (t) => {
  const [of] = cases
  assert.ok(of)
  const host = await startListening(t)
  const connection = await host.join(of)
  const made = await host.punctual.webhooks.subscribe(connection, of.events)
  let replaced = false
  const { update } = host.store.subscriptions
  host.store.subscriptions.update = async (...change) => {
    const row = { connection: connection.id, client: of.client, account: connection.account.id, secrets: null }
    const replacement = { ...row, id: 'hook_replacement', scope: made.scope, events: made.events }
    if (!replaced) replaced = await host.store.subscriptions.insert(replacement, made.id, 60_000)
    return update(...change)
  }
  const ended = await host.punctual.webhooks.unsubscribe(connection)
  assert.deepEqual(ended.map(({ id }) => id).sort(), ['hook_replacement', made.id].sort())
  assert.deepEqual([await host.standing(), await host.punctual.webhooks.list(connection)], [[], []])
})

test('a stop waits for a subscription that is being created', async (t) => {
  const [of] = cases
  assert.ok(of)
  const host = await startListening(t)
  const connection = await host.join(of)
  const arrived = Promise.withResolvers<void>()
  const released = Promise.withResolvers<void>()
  const slow = host.another({
    async fetch(input, init) {
      if (init?.method === 'POST' && String(input).endsWith(of.hooks)) {
        arrived.resolve()
        await released.promise
      }
      return host.sandbox.handler(new Request(input, init))
    },
  })
  const order: string[] = []
  const asked = slow.webhooks.subscribe(connection.id, of.events).then(({ state }) => order.push(state))
  await arrived.promise
  const stopped = slow.stop().then(() => order.push('stopped'))
  await new Promise((resolve) => setImmediate(resolve))
  released.resolve()
  await Promise.all([asked, stopped])
  assert.deepEqual(order, ['active', 'stopped'])
})

test('a key of the app can be replaced while both keys are configured', async (t) => {
  const [of] = cases
  assert.ok(of)
  const host = await startListening(t)
  const connection = await host.join(of)
  await host.punctual.webhooks.subscribe(connection, of.events)
  await of.book(connection, `${monday}T10:00:00Z`)
  await host.sandbox.delivered()
  const [one] = host.sent
  assert.ok(one)
  const withKeys = (...webhookKeys: string[]) =>
    host.another({ clients: [calendly({ ...host.sandbox.calendly, scopes: ['users:read'], webhookKeys })] })
  const post = (through: typeof host.punctual) => through.handler(new Request(one.url, { method: 'POST', ...one }))
  assert.equal((await post(withKeys('the next key', host.sandbox.calendlyWebhookKey))).status, 200)
  assert.equal((await post(withKeys('the next key'))).status, 401)
})

for (const calendlySigningKeyParameter of ['ignored', 'used'] as const) {
  test(`Calendly gets no signing key from us, so deliveries are accepted where one would be ${calendlySigningKeyParameter}`, async (t) => {
    const [of] = cases
    assert.ok(of)
    const host = await startListening(t, {}, { switches: { calendlySigningKeyParameter } })
    const connection = await host.join(of)
    await host.punctual.webhooks.subscribe(connection, of.events)
    await of.book(connection, `${monday}T10:00:00Z`)
    await host.sandbox.delivered()
    assert.deepEqual(host.received(), [of.events[0]])
  })
}
