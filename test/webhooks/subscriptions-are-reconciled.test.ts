// What becomes of a subscription that nobody asks about: it is renewed when the provider has disabled or lost it, kept
// through a reconnect, made anew for another account, and an operator hears what cannot be had.

import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setFault } from '../support/host.ts'
import { type Case, cases, clearFaults, type Listening, monday, startListening } from './host.ts'

/** So many hours later the keeper is at work for a moment. */
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

/** Changes what stands at the provider behind our back: with the account's own means. */
async function meddle(
  connection: Awaited<ReturnType<Listening['join']>>,
  path: string,
  init: RequestInit,
): Promise<void> {
  const headers = { 'content-type': 'application/json' }
  const { ok: fine, status } = await connection.fetch(path, { headers, ...init })
  ok(fine, String(status))
}

for (const of of cases) {
  const [created] = of.events

  describe(`at ${of.client}`, () => {
    test('one that stands as wished is looked at now and then, and nothing changes', async (t) => {
      const { host, connection, made } = await subscribed(t, of)
      const asked = () => host.sandbox.requests().filter(({ path }) => path.includes(of.hooks)).length
      const before = asked()
      await after(host, 5)
      equal(asked(), before)
      await after(host, 2)
      equal(asked(), before + 1)
      await after(host, 1)
      equal(asked(), before + 1)
      deepEqual(await host.punctual.webhooks.list(connection), [made])
    })

    test('one that is gone is made anew, and the operator hears of it', async (t) => {
      const { host, connection, made } = await subscribed(t, of)
      const [one] = await host.standing()
      await meddle(connection, `${of.hooks}/${one?.id}`, { method: 'DELETE' })
      await after(host, 7)
      const [anew, ...rest] = await host.punctual.webhooks.list(connection)
      deepEqual([anew?.state, anew?.events, rest], ['active', made.events, []])
      ok(anew && anew.id !== made.id)
      deepEqual(
        (await host.standing()).map(({ url }) => url.split('/').at(-1)),
        [anew.id],
      )
      const [event] = host.events.filter(({ type }) => type === 'webhook.renewed')
      const { at: _, ...told } = event ?? { at: 0 }
      const named = { connection: connection.id, owner: 'ada', client: of.client }
      deepEqual(told, { type: 'webhook.renewed', ...named, subscription: anew.id, reason: 'gone' })
      await of.book(connection, `${monday}T10:00:00Z`)
      await host.sandbox.delivered()
      deepEqual(host.received(), [created])
    })

    test('while the provider is away it waits, and says why', async (t) => {
      const { host, connection, made } = await subscribed(t, of)
      const [one] = await host.standing()
      await meddle(connection, `${of.hooks}/${one?.id}`, { method: 'DELETE' })
      await setFault(host, { kind: 'status', status: 503, endpoint: of.hooks, count: null })
      await after(host, 7)
      const [waiting] = await host.punctual.webhooks.list(connection)
      deepEqual([waiting?.id, waiting?.state], [made.id, 'active'])
      match(waiting?.detail ?? '', /./)
      await clearFaults(host)
      await after(host, 0.2)
      equal((await host.standing()).length, 1)
      deepEqual(
        (await host.punctual.webhooks.list(connection)).map(({ state, detail }) => [state, detail]),
        [['active', null]],
      )
    })

    test('asked for while the provider is away, it is on its way, and comes to stand', async (t) => {
      const host = await startListening(t)
      const connection = await host.join(of)
      await setFault(host, { kind: 'reset_after', endpoint: of.hooks, count: 1 })
      const doubtful = await host.punctual.webhooks.subscribe(connection, of.events)
      equal(doubtful.state, 'active', 'the answer was lost, and asking showed that it stands')
      equal((await host.standing()).length, 1)
      await setFault(host, { kind: 'reset_before', endpoint: of.hooks, count: null })
      const waiting = await host.punctual.webhooks.subscribe(connection, [...of.events, of.third])
      equal(waiting.state, 'creating')
      match(waiting.detail ?? '', /./)
      await clearFaults(host)
      await after(host, 1)
      const [one, ...rest] = await host.punctual.webhooks.list(connection)
      deepEqual([one?.id, one?.state, one?.detail, rest], [waiting.id, 'active', null, []])
      equal((await host.standing()).length, 1)
    })

    test('a connection that must be reconnected keeps its own, which is looked at as soon as it can be', async (t) => {
      const { host, connection, made } = await subscribed(t, of)
      const [one] = await host.standing()
      await meddle(connection, `${of.hooks}/${one?.id}`, { method: 'DELETE' })
      host.sandbox.revoke({ provider: of.client, account: 'ada' })
      host.sandbox.clock.advance(3 * 3600)
      await connection.token().then(
        () => ok(false, 'a token'),
        ({ code }) => equal(code, 'needs_reconnect'),
      )
      await after(host, 4)
      await after(host, 7)
      const [kept] = await host.punctual.webhooks.list(connection)
      deepEqual([kept?.id, kept?.state], [made.id, 'active'])
      match(kept?.detail ?? '', /reconnected/)
      await host.connect(of.client, { scopes: of.scopes, account: 'ada', connection: connection.id })
      await after(host, 0)
      const [anew] = await host.punctual.webhooks.list(connection)
      deepEqual([anew?.state, anew?.detail, (await host.standing()).length], ['active', null, 1])
    })

    test('a connection that moves to another account gets one for that account; what the first one still sends is refused', async (t) => {
      const { host, connection, made } = await subscribed(t, of)
      await of.book(connection, `${monday}T10:00:00Z`)
      await host.sandbox.delivered()
      const trip = { scopes: of.scopes, account: 'chloe', connection: connection.id, anotherAccount: true }
      const moved = await host.connect(of.client, trip)
      equal(moved.id, connection.id)
      const [before] = host.sent
      ok(before)
      equal((await host.post(before.url, before)).status, 404)
      await after(host, 0)
      const [anew, ...rest] = await host.punctual.webhooks.list(connection)
      ok(anew && anew.id !== made.id)
      deepEqual([anew.state, rest], ['active', []])
      equal(host.events.flatMap((one) => (one.type === 'webhook.renewed' ? one.reason : []))[0], 'another_account')
      await of.book(moved, `${monday}T02:00:00Z`)
      await host.sandbox.delivered()
      deepEqual(host.received(), [created, created])
      equal((await host.post(before.url, before)).status, 404)
    })

    test('a refusal leaves what there is, is told to the operator, and is looked at again', async (t) => {
      const { host, connection, made } = await subscribed(t, of)
      const [one] = await host.standing()
      await meddle(connection, `${of.hooks}/${one?.id}`, { method: 'DELETE' })
      const without = of.scopes.filter((scope) => !/webhook/i.test(scope))
      await host.connect(of.client, { scopes: without, account: 'ada', connection: connection.id })
      await after(host, 7)
      const [waiting, ...rest] = await host.punctual.webhooks.list(connection)
      deepEqual([waiting?.id, rest], [made.id, []])
      match(waiting?.detail ?? '', /scope/)
      const failing = host.events.flatMap((event) => (event.type === 'webhook.failing' ? event.reason : []))
      deepEqual(failing, ['insufficient_scope'])
      await host.connect(of.client, { scopes: of.scopes, account: 'ada', connection: connection.id })
      await after(host, 0)
      deepEqual(
        (await host.punctual.webhooks.list(connection)).map(({ state, detail }) => [state, detail]),
        [['active', null]],
      )
      equal((await host.standing()).length, 1)
    })

    test('one that is given up while it is being looked at is not made anew', async (t) => {
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
      ok(asked > 0)
      deepEqual([await host.standing(), await host.punctual.webhooks.list(connection)], [[], []])
    })

    test('one that is begun and stands otherwise than wished is replaced at its address', async (t) => {
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
      deepEqual(
        (await host.standing()).map(({ url, events }) => [url, events.toSorted()]),
        [[before?.url, made.events]],
      )
      equal((await host.punctual.webhooks.list(connection))[0]?.state, 'active')
    })
  })
}

test('one that Calendly has disabled after a day without an answer is made anew at another address, and the old one goes', async (t) => {
  const [of] = cases
  ok(of)
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
  equal((await host.standing())[0]?.state, 'disabled')
  away = false
  await after(host, 0)
  const [anew, ...rest] = await host.punctual.webhooks.list(connection)
  ok(anew && anew.id !== made.id)
  deepEqual([anew.state, rest], ['active', []])
  deepEqual(
    (await host.standing()).map(({ state, url }) => [state, url.split('/').at(-1)]),
    [['active', anew.id]],
  )
  equal(host.events.flatMap((one) => (one.type === 'webhook.renewed' ? one.reason : []))[0], 'disabled')
  await of.book(connection, `2026-11-30T13:00:00Z`)
  await host.sandbox.delivered()
  deepEqual(host.received(), [of.events[0]])
})

test('one that was switched off or changed at Cal.com is made anew', async (t) => {
  const of = cases[1]
  ok(of)
  const { host, connection } = await subscribed(t, of)
  const changes: [object, string][] = [
    [{ active: false }, 'disabled'],
    [{ triggers: [of.third] }, 'different'],
    [{ secret: 'somebody else’s' }, 'different'],
    [{ payloadTemplate: '{"a":"{{title}}"}' }, 'different'],
  ]
  for (const [change, reason] of changes) {
    const [one] = await host.standing()
    await meddle(connection, `${of.hooks}/${one?.id}`, { method: 'PATCH', body: JSON.stringify(change) })
    await after(host, 7)
    equal(host.events.flatMap((event) => (event.type === 'webhook.renewed' ? event.reason : [])).at(-1), reason)
    deepEqual(
      (await host.standing()).map(({ state, events }) => [state, events.toSorted()]),
      [['active', [...of.events].sort()]],
    )
  }
  await of.book(connection, `${monday}T10:00:00Z`)
  await host.sandbox.delivered()
  deepEqual(host.received(), [of.events[0]])
})
