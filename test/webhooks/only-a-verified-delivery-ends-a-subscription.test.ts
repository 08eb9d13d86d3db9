// A 410 makes Calendly delete a subscription at once. So only a verified delivery of a subscription that has ended for
// good gets this status.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Connection } from '../../src/index.ts'
import { baseUrl, setFault } from '../support/host.ts'
import { type Case, cases, clearFaults, monday, signed, startListening } from './host.ts'

/** A connection that was disconnected while the provider was unavailable, so that its subscription is still there. */
async function endedWhileAway(t: Parameters<typeof startListening>[0], of: Case) {
  const host = await startListening(t)
  const connection = await host.join(of)
  const other = await host.join(of, { owner: 'ben' })
  const made = await host.punctual.webhooks.subscribe(connection, of.events)
  await of.book(other, `${monday}T10:00:00Z`)
  await host.sandbox.delivered()
  const [first] = host.sent
  assert.ok(first?.status === 200)
  await disconnectWhileAway(host, connection)
  assert.equal((await host.store.subscriptions.get(made.id))?.state, 'removed')
  return { host, other, made, first, key: await host.keyOf(of, first.url) }
}

async function disconnectWhileAway(host: Awaited<ReturnType<typeof startListening>>, connection: Connection) {
  await setFault(host, { kind: 'hang', endpoint: 'api', count: null })
  assert.equal((await connection.disconnect()).remainingWebhooks.length, 1)
  await clearFaults(host)
}

for (const of of cases) {
  describe(`from ${of.client}`, () => {
    test('a delivery that cannot be verified never gets a 410, even for a subscription that has ended', async (t) => {
      const { host, first, key } = await endedWhileAway(t, of)
      const now = host.sandbox.clock.now()
      const forged: Record<string, string>[] = [{}, signed(of, first.body, 'another key', now)]
      for (const headers of forged) {
        assert.equal((await host.post(first.url, { headers, body: first.body })).status, 401)
      }
      const unknown = `${baseUrl}/webhooks/${of.client}/hook_AAAAAAAAAAAAAAAAAAAAAA`
      assert.equal((await host.post(unknown, first)).status, 404)
      const nameless = '{}'
      assert.equal(
        (await host.post(first.url, { headers: signed(of, nameless, key, now), body: nameless })).status,
        404,
      )
      assert.equal(
        (await host.post(first.url, { headers: signed(of, first.body, key, now), body: first.body })).status,
        410,
      )
    })

    test('a subscription that has ended here and is still at the provider gets a 410 once', async (t) => {
      const { host, other } = await endedWhileAway(t, of)
      assert.equal((await host.standing()).length, 1)
      host.sent.length = 0
      await of.book(other, `${monday}T11:00:00Z`)
      await host.sandbox.delivered()
      assert.deepEqual(
        host.sent.map(({ status }) => status),
        [410],
      )
      // Calendly then deletes it.
      assert.equal((await host.standing()).length, of.client === 'calendly' ? 0 : 1)
      host.sandbox.clock.advance(86_400)
      await host.sandbox.delivered()
      assert.equal(host.sent.length, 1)
    })

    test('a subscription of a connection that is active, broken or moved never gets a 410', async (t) => {
      const host = await startListening(t)
      const connection = await host.join(of)
      await host.punctual.webhooks.subscribe(connection, of.events)
      await of.book(connection, `${monday}T10:00:00Z`)
      await host.sandbox.delivered()
      const [first] = host.sent
      assert.ok(first)
      const again = async () => (await host.post(first.url, first)).status
      assert.equal(await again(), 200)
      host.sandbox.revoke({ provider: of.client, account: 'ada' })
      assert.equal(await again(), 200)
      await host.connect(of.client, {
        ...{ scopes: of.scopes, account: 'chloe', connection: connection.id, anotherAccount: true },
      })
      assert.equal(await again(), 404)
    })
  })
}

test('a genuine delivery for another account of the app does not get the 410 of a subscription that has ended', async (t) => {
  const [of] = cases
  assert.ok(of?.client === 'calendly')
  const { host, first, made } = await endedWhileAway(t, of)
  const ben = await host.join(of, { account: 'ben', owner: 'carl' })
  const his = await host.punctual.webhooks.subscribe(ben, of.events)
  host.sent.length = 0
  await of.book(ben, `${monday}T16:00:00Z`)
  await host.sandbox.delivered()
  const theirs = host.sent.find(({ url }) => url.endsWith(his.id))
  assert.ok(theirs?.status === 200)
  assert.equal((await host.post(`${baseUrl}/webhooks/calendly/${made.id}`, theirs)).status, 401)
  assert.equal((await host.post(first.url, first)).status, 410)
})
