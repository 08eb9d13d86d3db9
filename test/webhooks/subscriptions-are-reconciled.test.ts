// The keeper reconciles every subscription with the provider: it creates it again when the provider has disabled or lost
// it, keeps it through a reconnection, creates one for a new account, and reports what the provider refuses.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setFault } from '../support/host.ts'
import { type Case, cases, clearFaults, type Listening, monday, startListening } from './host.ts'

/** Lets that many hours pass, and then the keeper run for a moment. */
async function after(host: Listening, hours: number): Promise<void> {
  host.sandbox.clock.advance(hours * 3600)
  host.punctual.start()
  await host.clock.sleep(20_000)
  await host.punctual.stop()
}

async function subscribed(t: Parameters<typeof startListening>[0], of: Case) {
  const host = await startListening(t)
  const connection = await host.join(of)
  const made = await host.punctual.webhooks.subscribe(connection, of.events)
  return { host, connection, made }
}

/** Changes the subscription at the provider without Punctual, as the account itself could. */
async function meddle(
  connection: Awaited<ReturnType<Listening['join']>>,
  path: string,
  init: RequestInit,
): Promise<void> {
  const headers = { 'content-type': 'application/json' }
  const { ok, status } = await connection.fetch(path, { headers, ...init })
  assert.ok(ok, String(status))
}

for (const of of cases) {
  const [created] = of.events

  describe(`at ${of.client}`, () => {
    test('a subscription that is as desired is checked every few hours, and stays unchanged', async (t) => {
      const { host, connection, made } = await subscribed(t, of)
      const asked = () => host.sandbox.requests().filter(({ path }) => path.includes(of.hooks)).length
      const before = asked()
      await after(host, 5)
      assert.equal(asked(), before)
      await after(host, 2)
      assert.equal(asked(), before + 1)
      await after(host, 1)
      assert.equal(asked(), before + 1)
      assert.deepEqual(await host.punctual.webhooks.list(connection), [made])
    })

    test('a subscription that is missing is created again, and this is reported', async (t) => {
      const { host, connection, made } = await subscribed(t, of)
      const [one] = await host.standing()
      await meddle(connection, `${of.hooks}/${one?.id}`, { method: 'DELETE' })
      await after(host, 7)
      const [replacement, ...rest] = await host.punctual.webhooks.list(connection)
      assert.deepEqual([replacement?.state, replacement?.events, rest], ['active', made.events, []])
      assert.ok(replacement && replacement.id !== made.id)
      assert.deepEqual(
        (await host.standing()).map(({ url }) => url.split('/').at(-1)),
        [replacement.id],
      )
      const [event] = host.events.filter(({ type }) => type === 'webhook.renewed')
      const { at: _, ...reported } = event ?? { at: 0 }
      const named = { connection: connection.id, owner: 'ada', client: of.client }
      assert.deepEqual(reported, { type: 'webhook.renewed', ...named, subscription: replacement.id, reason: 'gone' })
      await of.book(connection, `${monday}T10:00:00Z`)
      await host.sandbox.delivered()
      assert.deepEqual(host.received(), [created])
    })

    test('a subscription waits while the provider is unavailable, and shows the reason', async (t) => {
      const { host, connection, made } = await subscribed(t, of)
      const [one] = await host.standing()
      await meddle(connection, `${of.hooks}/${one?.id}`, { method: 'DELETE' })
      await setFault(host, { kind: 'status', status: 503, endpoint: of.hooks, count: null })
      await after(host, 7)
      const [waiting] = await host.punctual.webhooks.list(connection)
      assert.deepEqual([waiting?.id, waiting?.state], [made.id, 'active'])
      assert.match(waiting?.detail ?? '', /./)
      await clearFaults(host)
      await after(host, 0.2)
      assert.equal((await host.standing()).length, 1)
      assert.deepEqual(
        (await host.punctual.webhooks.list(connection)).map(({ state, detail }) => [state, detail]),
        [['active', null]],
      )
    })

    test('a subscription that is requested while the provider is unavailable is created later', async (t) => {
      const host = await startListening(t)
      const connection = await host.join(of)
      await setFault(host, { kind: 'reset_after', endpoint: of.hooks, count: 1 })
      const unanswered = await host.punctual.webhooks.subscribe(connection, of.events)
      assert.equal(unanswered.state, 'active', 'the answer was lost, and a look at the provider found the subscription')
      assert.equal((await host.standing()).length, 1)
      await setFault(host, { kind: 'reset_before', endpoint: of.hooks, count: null })
      const waiting = await host.punctual.webhooks.subscribe(connection, [...of.events, of.third])
      assert.equal(waiting.state, 'creating')
      assert.match(waiting.detail ?? '', /./)
      await clearFaults(host)
      await after(host, 1)
      const [one, ...rest] = await host.punctual.webhooks.list(connection)
      assert.deepEqual([one?.id, one?.state, one?.detail, rest], [waiting.id, 'active', null, []])
      assert.equal((await host.standing()).length, 1)
    })

    test('a connection that must be reconnected keeps its subscription, which is checked right after the reconnection', async (t) => {
      const { host, connection, made } = await subscribed(t, of)
      const [one] = await host.standing()
      await meddle(connection, `${of.hooks}/${one?.id}`, { method: 'DELETE' })
      host.sandbox.revoke({ provider: of.client, account: 'ada' })
      host.sandbox.clock.advance(3 * 3600)
      await connection.token().then(
        () => assert.ok(false, 'a token'),
        ({ code }) => assert.equal(code, 'needs_reconnect'),
      )
      await after(host, 4)
      await after(host, 7)
      const [kept] = await host.punctual.webhooks.list(connection)
      assert.deepEqual([kept?.id, kept?.state], [made.id, 'active'])
      assert.match(kept?.detail ?? '', /reconnected/)
      await host.connect(of.client, { scopes: of.scopes, account: 'ada', connection: connection.id })
      await after(host, 0)
      const [replacement] = await host.punctual.webhooks.list(connection)
      assert.deepEqual([replacement?.state, replacement?.detail, (await host.standing()).length], ['active', null, 1])
    })

    test('a connection that moves to another account gets a subscription for it, and deliveries of the first account are refused', async (t) => {
      const { host, connection, made } = await subscribed(t, of)
      await of.book(connection, `${monday}T10:00:00Z`)
      await host.sandbox.delivered()
      const trip = { scopes: of.scopes, account: 'chloe', connection: connection.id, anotherAccount: true }
      const moved = await host.connect(of.client, trip)
      assert.equal(moved.id, connection.id)
      const [before] = host.sent
      assert.ok(before)
      assert.equal((await host.post(before.url, before)).status, 404)
      await after(host, 0)
      const [replacement, ...rest] = await host.punctual.webhooks.list(connection)
      assert.ok(replacement && replacement.id !== made.id)
      assert.deepEqual([replacement.state, rest], ['active', []])
      assert.equal(
        host.events.flatMap((one) => (one.type === 'webhook.renewed' ? one.reason : []))[0],
        'another_account',
      )
      await of.book(moved, `${monday}T02:00:00Z`)
      await host.sandbox.delivered()
      assert.deepEqual(host.received(), [created, created])
      assert.equal((await host.post(before.url, before)).status, 404)
    })

    test('a refusal changes nothing, is reported, and is tried again after a reconnection', async (t) => {
      const { host, connection, made } = await subscribed(t, of)
      const [one] = await host.standing()
      await meddle(connection, `${of.hooks}/${one?.id}`, { method: 'DELETE' })
      const without = of.scopes.filter((scope) => !/webhook/i.test(scope))
      await host.connect(of.client, { scopes: without, account: 'ada', connection: connection.id })
      await after(host, 7)
      const [waiting, ...rest] = await host.punctual.webhooks.list(connection)
      assert.deepEqual([waiting?.id, rest], [made.id, []])
      assert.match(waiting?.detail ?? '', /scope/)
      const failing = host.events.flatMap((event) => (event.type === 'webhook.failing' ? event.reason : []))
      assert.deepEqual(failing, ['insufficient_scope'])
      await host.connect(of.client, { scopes: of.scopes, account: 'ada', connection: connection.id })
      await after(host, 0)
      assert.deepEqual(
        (await host.punctual.webhooks.list(connection)).map(({ state, detail }) => [state, detail]),
        [['active', null]],
      )
      assert.equal((await host.standing()).length, 1)
    })

    test('a subscription that is removed while it is being checked is not created again', async (t) => {
      const { host, connection } = await subscribed(t, of)
      const [one] = await host.standing()
      await meddle(connection, `${of.hooks}/${one?.id}`, { method: 'DELETE' })
      let asked = 0
      const keeper = host.another({
        async fetch(input, init) {
          const url = String(input)
          if (url.includes(`${of.hooks}?`) && asked++ === 0) await host.punctual.webhooks.unsubscribe(connection)
          return host.sandbox.handler(new Request(input, init))
        },
      })
      host.sandbox.clock.advance(7 * 3600)
      keeper.start()
      await host.clock.sleep(20_000)
      await keeper.stop()
      assert.ok(asked > 0)
      assert.deepEqual([await host.standing(), await host.punctual.webhooks.list(connection)], [[], []])
    })

    test('a subscription in "creating" that the provider has with other events is replaced at its address', async (t) => {
      const { host, connection, made } = await subscribed(t, of)
      const [before] = await host.standing()
      await host.store.subscriptions.update(made.id, ['active'], { state: 'creating', reference: null, checkInMs: 0 })
      await meddle(connection, `${of.hooks}/${before?.id}`, { method: 'DELETE' })
      const me = connection.account.id
      const { resource } = (await (await connection.fetch('/users/me')).json().catch(() => ({}))) as never
      const organization = (resource as { current_organization?: string } | undefined)?.current_organization
      const body =
        of.client === 'calendly'
          ? { url: before?.url, events: [of.third], organization, user: me, scope: 'user' }
          : { subscriberUrl: before?.url, triggers: [of.third], active: true }
      await meddle(connection, of.hooks, { method: 'POST', body: JSON.stringify(body) })
      await after(host, 0)
      assert.deepEqual(
        (await host.standing()).map(({ url, events }) => [url, events.toSorted()]),
        [[before?.url, made.events]],
      )
      assert.equal((await host.punctual.webhooks.list(connection))[0]?.state, 'active')
    })
  })
}

test('a subscription that Calendly has disabled after a day without an answer is created again at another address, and the old one is deleted', async (t) => {
  const [of] = cases
  assert.ok(of)
  let away = true
  const host: Listening = await startListening(
    t,
    {},
    {
      async deliver(url, { headers, body }) {
        if (away) return new Response(null, { status: 500 })
        return host.post(url, { headers, body })
      },
    },
  )
  const connection = await host.join(of)
  const made = await host.punctual.webhooks.subscribe(connection, of.events)
  await of.book(connection, `2026-11-30T10:00:00Z`)
  await host.sandbox.delivered()
  for (let hour = 0; hour < 24; hour++) {
    host.sandbox.clock.advance(3600)
    await host.sandbox.delivered()
  }
  assert.equal((await host.standing())[0]?.state, 'disabled')
  away = false
  await after(host, 0)
  const [replacement, ...rest] = await host.punctual.webhooks.list(connection)
  assert.ok(replacement && replacement.id !== made.id)
  assert.deepEqual([replacement.state, rest], ['active', []])
  assert.deepEqual(
    (await host.standing()).map(({ state, url }) => [state, url.split('/').at(-1)]),
    [['active', replacement.id]],
  )
  assert.equal(host.events.flatMap((one) => (one.type === 'webhook.renewed' ? one.reason : []))[0], 'disabled')
  await of.book(connection, `2026-11-30T13:00:00Z`)
  await host.sandbox.delivered()
  assert.deepEqual(host.received(), [of.events[0]])
})

test('a subscription that was switched off or changed at Cal.com is created again', async (t) => {
  const of = cases[1]
  assert.ok(of)
  const { host, connection } = await subscribed(t, of)
  const changes: [object, string][] = [
    [{ active: false }, 'disabled'],
    [{ triggers: [of.third] }, 'different'],
    [{ secret: 'another secret' }, 'different'],
    [{ payloadTemplate: '{"a":"{{title}}"}' }, 'different'],
  ]
  for (const [change, reason] of changes) {
    const [one] = await host.standing()
    await meddle(connection, `${of.hooks}/${one?.id}`, { method: 'PATCH', body: JSON.stringify(change) })
    await after(host, 7)
    assert.equal(host.events.flatMap((event) => (event.type === 'webhook.renewed' ? event.reason : [])).at(-1), reason)
    assert.deepEqual(
      (await host.standing()).map(({ state, events }) => [state, events.toSorted()]),
      [['active', [...of.events].sort()]],
    )
  }
  await of.book(connection, `${monday}T10:00:00Z`)
  await host.sandbox.delivered()
  assert.deepEqual(host.received(), [of.events[0]])
})
