// The life of a subscription at both providers: made once, changed without a gap, taken away.

import { deepEqual, doesNotMatch, equal, match, ok, rejects } from 'node:assert/strict'
import { describe, test } from 'node:test'
import { inspect } from 'node:util'
import { calendly } from '../../src/providers/index.ts'
import { baseUrl, setFault } from '../support/host.ts'
import { cases, clearFaults, monday, startListening } from './host.ts'

for (const of of cases) {
  const [created, canceled] = of.events

  describe(`at ${of.client}`, () => {
    test('a subscription stands at the provider, and what it sends lies sealed in the outbox', async (t) => {
      const host = await startListening(t)
      const connection = await host.join(of)
      const made = await host.punctual.webhooks.subscribe(connection, [canceled, created])
      deepEqual(made.events, [...of.events].sort())
      deepEqual([made.state, made.scope, made.connection, made.detail], ['active', 'user', connection.id, null])
      const [one, ...rest] = await host.standing()
      equal(rest.length, 0)
      equal(one?.url, `${baseUrl}/webhooks/${of.client}/${made.id}`)
      match(made.id, /^hook_[\w-]{22}$/)
      deepEqual(one?.events.toSorted(), made.events)

      await of.book(connection, `${monday}T10:00:00Z`)
      await host.sandbox.delivered()
      deepEqual([host.sent.map(({ status }) => status), host.received()], [[200], [created]])
      const [row, ...others] = (await host.store.outbox.list({ limit: 9 })).filter((one) => one.key !== null)
      equal(others.length, 0)
      deepEqual([row?.type, row?.connection, row?.owner], ['webhook.received', connection.id, 'ada'])
      deepEqual(row?.data, { name: created, createdAt: host.sandbox.clock.now() })
      doesNotMatch(inspect(row, { depth: 9 }), /Gil Guest|guests\.example/)
      const [told] = host.events.filter((event) => event.type === 'webhook.received')
      doesNotMatch(inspect(told, { depth: 9 }), /Gil Guest|guests\.example/)
    })

    test('asked for again, nothing changes and nobody is asked', async (t) => {
      const host = await startListening(t)
      const connection = await host.join(of)
      const made = await host.punctual.webhooks.subscribe(connection.id, of.events)
      const requests = host.sandbox.requests().length
      const again = await host.punctual.webhooks.subscribe(connection, [...of.events, created].reverse())
      deepEqual(again, made)
      equal(host.sandbox.requests().length, requests)
      deepEqual(await host.punctual.webhooks.list(connection), [made])
    })

    test('asked for at once by many, one stands', async (t) => {
      const host = await startListening(t)
      const connection = await host.join(of)
      const others = [host.punctual, host.another(), host.another()]
      const asked = Array.from({ length: 9 }, (_, at) =>
        (others[at % 3] as typeof host.punctual).webhooks.subscribe(connection.id, of.events),
      )
      const made = await Promise.all(asked)
      equal(new Set(made.map(({ id }) => id)).size, 1)
      ok(made.some(({ state }) => state === 'active'))
      equal((await host.standing()).length, 1)
    })

    test('asked at once for different events by many, one of the wishes stands, and nothing else', async (t) => {
      const host = await startListening(t)
      const connection = await host.join(of)
      const wishes = [of.events, [created], [canceled], [created, of.third], [of.third]]
      const asked = wishes.map((events, at) =>
        (at % 2 ? host.punctual : host.another()).webhooks.subscribe(connection.id, events),
      )
      await Promise.all(asked)
      host.sandbox.clock.advance(3600)
      host.punctual.start()
      await host.clock.sleep(20_000)
      await host.punctual.stop()
      const [one, ...rest] = await host.punctual.webhooks.list(connection)
      deepEqual([one?.state, rest], ['active', []])
      deepEqual(
        (await host.standing()).map(({ url, events }) => [url.split('/').at(-1), events.toSorted()]),
        [[one?.id, one?.events]],
      )
    })

    test('other events replace it: the new one stands before the old one goes, and what both tell is taken once', async (t) => {
      const host = await startListening(t)
      const connection = await host.join(of)
      const before = await host.punctual.webhooks.subscribe(connection, of.events)
      // The old one cannot be taken away yet, so that both stand.
      await setFault(host, { kind: 'status', status: 503, endpoint: `${of.hooks}/`, count: null })
      const after = await host.punctual.webhooks.subscribe(connection, [...of.events, of.third])
      await clearFaults(host)
      equal(after.state, 'active')
      ok(after.id !== before.id)
      deepEqual(
        new Set((await host.standing()).map(({ url }) => url.split('/').at(-1))),
        new Set([before.id, after.id]),
      )
      await of.book(connection, `${monday}T10:00:00Z`)
      await host.sandbox.delivered()
      deepEqual([host.sent.map(({ status }) => status), host.received()], [[200, 200], [created]])

      await host.punctual.webhooks.subscribe(connection, [...of.events, of.third])
      const [old] = (await host.punctual.webhooks.list(connection)).filter(({ id }) => id === before.id)
      equal(old?.state, 'removing')
      host.punctual.start()
      await host.clock.sleep(120_000)
      await host.punctual.stop()
      deepEqual(
        (await host.standing()).map(({ url }) => url.split('/').at(-1)),
        [after.id],
      )
      deepEqual(
        (await host.punctual.webhooks.list(connection)).map(({ id }) => id),
        [after.id],
      )
    })

    test('taken away while it is being made, it does not stand in the end', async (t) => {
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
      equal(made.state, 'removed')
      deepEqual([await host.standing(), await host.punctual.webhooks.list(connection)], [[], []])
    })

    test('taken away, and what still comes is answered as gone', async (t) => {
      const host = await startListening(t)
      const connection = await host.join(of)
      const made = await host.punctual.webhooks.subscribe(connection, of.events)
      await of.book(connection, `${monday}T10:00:00Z`)
      await host.sandbox.delivered()
      const ended = await host.punctual.webhooks.unsubscribe(connection)
      deepEqual(
        ended.map(({ id, state }) => [id, state]),
        [[made.id, 'removed']],
      )
      deepEqual([await host.standing(), await host.punctual.webhooks.list(connection)], [[], []])
      const [late] = host.sent
      ok(late)
      equal((await host.post(late.url, late)).status, 410)
      const again = await host.punctual.webhooks.subscribe(connection, of.events)
      ok(again.id !== made.id && again.state === 'active')
    })

    test('one that is gone at the provider is taken away like any other', async (t) => {
      const host = await startListening(t)
      const connection = await host.join(of)
      await host.punctual.webhooks.subscribe(connection, of.events)
      const [one] = await host.standing()
      ok((await connection.fetch(`${of.hooks}/${one?.id}`, { method: 'DELETE' })).ok)
      const ended = await host.punctual.webhooks.unsubscribe(connection)
      deepEqual(
        ended.map(({ state, detail }) => [state, detail]),
        [['removed', null]],
      )
    })

    test('a connection that ends takes its own away and leaves that of another on the same account', async (t) => {
      const host = await startListening(t)
      const connection = await host.join(of)
      const other = await host.join(of, { owner: 'ben' })
      equal(connection.account.id, other.account.id)
      await host.punctual.webhooks.subscribe(connection, of.events)
      const kept = await host.punctual.webhooks.subscribe(other, of.events)
      await of.book(other, `${monday}T10:00:00Z`)
      await host.sandbox.delivered()
      deepEqual(host.received(), [created, created])
      deepEqual((await connection.disconnect()).remainingWebhooks, [])
      deepEqual(
        (await host.standing()).map(({ url }) => url.split('/').at(-1)),
        [kept.id],
      )
      const late = host.sent.find(({ url }) => !url.endsWith(kept.id))
      ok(late)
      equal((await host.post(late.url, late)).status, 410)
    })

    test('a provider that is away keeps no connection from ending: what is left there is told', async (t) => {
      const host = await startListening(t)
      const connection = await host.join(of)
      const made = await host.punctual.webhooks.subscribe(connection, of.events)
      await setFault(host, { kind: 'hang', endpoint: 'api', count: null })
      const { remainingWebhooks: webhooksLeft } = await connection.disconnect()
      deepEqual(
        webhooksLeft.map(({ subscription, reason }) => [subscription, reason]),
        [[made.id, 'provider_unavailable']],
      )
      equal((await host.standing()).length, 1)
      equal((await host.store.subscriptions.get(made.id))?.state, 'removed')
      const url = `${baseUrl}/webhooks/${of.client}/${made.id}`
      equal((await host.post(url, { headers: {}, body: '{}' })).status, 401)
    })
  })
}

test('where each has a secret of its own, it can be replaced; where a key of the app signs, a sentence says what to do', async (t) => {
  const host = await startListening(t)
  const [byApp, calcom] = cases
  ok(byApp && calcom)
  const keyed = await host.join(byApp)
  await host.punctual.webhooks.subscribe(keyed, byApp.events)
  await rejects(host.punctual.webhooks.rotateSecret(keyed), /Calendly signs with a key of the app.*"webhookKeys"/)

  const connection = await host.join(calcom)
  await rejects(host.punctual.webhooks.rotateSecret(connection), /no subscription of the scope "user"/)
  const before = await host.punctual.webhooks.subscribe(connection, calcom.events)
  const after = await host.punctual.webhooks.rotateSecret(connection)
  deepEqual([after.state, after.events, after.id === before.id], ['active', before.events, false])
  deepEqual(
    (await host.punctual.webhooks.list(connection)).map(({ id }) => id),
    [after.id],
  )
  await calcom.book(connection, `${monday}T10:00:00Z`)
  await host.sandbox.delivered()
  deepEqual(host.received(), [calcom.events[0]])
})

test('one that is put in the place of another while that is being given up is given up too', async (t) => {
  const [of] = cases
  ok(of)
  const host = await startListening(t)
  const connection = await host.join(of)
  const made = await host.punctual.webhooks.subscribe(connection, of.events)
  let renewed = false
  const { update } = host.store.subscriptions
  host.store.subscriptions.update = async (...change) => {
    const row = { connection: connection.id, client: of.client, account: connection.account.id, secrets: null }
    const anew = { ...row, id: 'hook_anew', scope: made.scope, events: made.events }
    if (!renewed) renewed = await host.store.subscriptions.insert(anew, made.id, 60_000)
    return update(...change)
  }
  const ended = await host.punctual.webhooks.unsubscribe(connection)
  deepEqual(ended.map(({ id }) => id).sort(), ['hook_anew', made.id].sort())
  deepEqual([await host.standing(), await host.punctual.webhooks.list(connection)], [[], []])
})

test('stopping waits for a subscription that is being made', async (t) => {
  const [of] = cases
  ok(of)
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
  deepEqual(order, ['active', 'stopped'])
})

test('a key of the app changes while both are given', async (t) => {
  const [of] = cases
  ok(of)
  const host = await startListening(t)
  const connection = await host.join(of)
  await host.punctual.webhooks.subscribe(connection, of.events)
  await of.book(connection, `${monday}T10:00:00Z`)
  await host.sandbox.delivered()
  const [one] = host.sent
  ok(one)
  const withKeys = (...webhookKeys: string[]) =>
    host.another({ clients: [calendly({ ...host.sandbox.calendly, scopes: ['users:read'], webhookKeys })] })
  const post = (through: typeof host.punctual) => through.handler(new Request(one.url, { method: 'POST', ...one }))
  equal((await post(withKeys('the next key', host.sandbox.calendlyWebhookKey))).status, 200)
  equal((await post(withKeys('the next key'))).status, 401)
})

for (const calendlySigningKeyParameter of ['ignored', 'used'] as const) {
  test(`no signing key of ours is sent to Calendly, so that it does not matter when one would be ${calendlySigningKeyParameter}`, async (t) => {
    const [of] = cases
    ok(of)
    const host = await startListening(t, {}, { switches: { calendlySigningKeyParameter } })
    const connection = await host.join(of)
    await host.punctual.webhooks.subscribe(connection, of.events)
    await of.book(connection, `${monday}T10:00:00Z`)
    await host.sandbox.delivered()
    deepEqual(host.received(), [of.events[0]])
  })
}
