// 410 makes Calendly delete a subscription at once. So it is the answer to a verified delivery of a subscription that is
// over for good, and to nothing else.

import { deepEqual, equal, ok } from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Connection } from '../../src/index.ts'
import { baseUrl, setFault } from '../support/host.ts'
import { type Case, cases, clearFaults, monday, signed, startListening } from './host.ts'

/** A connection that has ended while the provider was away, so that its subscription still stands there. */
async function left(t: Parameters<typeof startListening>[0], of: Case) {
  const host = await startListening(t)
  const connection = await host.join(of)
  const other = await host.join(of, { owner: 'ben' })
  const made = await host.punctual.webhooks.subscribe(connection, of.events)
  await of.book(other, `${monday}T10:00:00Z`)
  await host.sandbox.delivered()
  const [first] = host.sent
  ok(first?.status === 200)
  await disconnectWhileAway(host, connection)
  equal((await host.store.subscriptions.get(made.id))?.state, 'removed')
  return { host, other, made, first, key: await host.keyOf(of, first.url) }
}

async function disconnectWhileAway(host: Awaited<ReturnType<typeof startListening>>, connection: Connection) {
  await setFault(host, { kind: 'hang', endpoint: 'api', count: null })
  equal((await connection.disconnect()).remainingWebhooks.length, 1)
  await clearFaults(host)
}

for (const of of cases) {
  describe(`from ${of.client}`, () => {
    test('what cannot be verified never ends one, however over it is', async (t) => {
      const { host, first, key } = await left(t, of)
      const now = host.sandbox.clock.now()
      const forged: Record<string, string>[] = [{}, signed(of, first.body, 'another key', now)]
      for (const headers of forged) {
        equal((await host.post(first.url, { headers, body: first.body })).status, 401)
      }
      const unknown = `${baseUrl}/webhooks/${of.client}/hook_AAAAAAAAAAAAAAAAAAAAAA`
      equal((await host.post(unknown, first)).status, 404)
      const nameless = '{}'
      equal((await host.post(first.url, { headers: signed(of, nameless, key, now), body: nameless })).status, 404)
      equal((await host.post(first.url, { headers: signed(of, first.body, key, now), body: first.body })).status, 410)
    })

    test('one that still stands at the provider is told once that it is over', async (t) => {
      const { host, other } = await left(t, of)
      equal((await host.standing()).length, 1)
      host.sent.length = 0
      await of.book(other, `${monday}T11:00:00Z`)
      await host.sandbox.delivered()
      deepEqual(
        host.sent.map(({ status }) => status),
        [410],
      )
      // Calendly deletes it then.
      equal((await host.standing()).length, of.client === 'calendly' ? 0 : 1)
      host.sandbox.clock.advance(86_400)
      await host.sandbox.delivered()
      equal(host.sent.length, 1)
    })

    test('a subscription of a connection that is active, broken or moved is never told that it is over', async (t) => {
      const host = await startListening(t)
      const connection = await host.join(of)
      await host.punctual.webhooks.subscribe(connection, of.events)
      await of.book(connection, `${monday}T10:00:00Z`)
      await host.sandbox.delivered()
      const [first] = host.sent
      ok(first)
      const again = async () => (await host.post(first.url, first)).status
      equal(await again(), 200)
      host.sandbox.revoke({ provider: of.client, account: 'ada' })
      equal(await again(), 200)
      await host.connect(of.client, {
        ...{ scopes: of.scopes, account: 'chloe', connection: connection.id, anotherAccount: true },
      })
      equal(await again(), 404)
    })
  })
}

test('a genuine delivery for another account of the app does not end one that is over', async (t) => {
  const [of] = cases
  ok(of?.client === 'calendly')
  const { host, first, made } = await left(t, of)
  const ben = await host.join(of, { account: 'ben', owner: 'carl' })
  const his = await host.punctual.webhooks.subscribe(ben, of.events)
  host.sent.length = 0
  await of.book(ben, `${monday}T16:00:00Z`)
  await host.sandbox.delivered()
  const theirs = host.sent.find(({ url }) => url.endsWith(his.id))
  ok(theirs?.status === 200)
  equal((await host.post(`${baseUrl}/webhooks/calendly/${made.id}`, theirs)).status, 401)
  equal((await host.post(first.url, first)).status, 410)
})
