// A delivery that is on its way while its subscription is replaced is accepted, for as long as a provider retries. After
// that its address is not found (404). The address of a subscription that was removed is gone (410).

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type Case, cases, type Listening, monday, signed, startListening } from './host.ts'

const hour = 3_600_000

/** A delivery that is on its way while the subscription it belongs to is replaced. */
async function replaced(t: Parameters<typeof startListening>[0], of: Case) {
  const host: Listening = await startListening(
    t,
    {},
    {
      async deliver(url, { headers, body }) {
        host.sent.push({ url, headers, body, status: 0 })
        return new Response()
      },
    },
  )
  const connection = await host.join(of)
  const old = await host.punctual.webhooks.subscribe(connection, of.events)
  await of.book(connection, `${monday}T10:00:00Z`)
  await host.sandbox.delivered()
  const [late] = host.sent
  assert.ok(late)
  const key = await host.keyOf(of, late.url)
  await host.punctual.webhooks.subscribe(connection, [...of.events, of.third])
  assert.equal((await host.store.subscriptions.get(old.id))?.state, 'removed')
  /** Sends it as a provider does that signs each retry with the time of the retry. */
  const send = async () => {
    const iso = new Date(host.sandbox.clock.now()).toISOString()
    const body = JSON.stringify({ ...JSON.parse(late.body), createdAt: iso, created_at: iso })
    return (await host.post(late.url, { body, headers: signed(of, body, key, Date.parse(iso)) })).status
  }
  return { host, connection, late, send }
}

for (const of of cases) {
  describe(`from ${of.client}`, () => {
    test('a delivery that was on its way is accepted, and so is its last retry', async (t) => {
      const { host, late, send } = await replaced(t, of)
      assert.equal((await host.post(late.url, late)).status, 200)
      assert.deepEqual(host.received(), [of.events[0]])
      host.sandbox.clock.advance((24.9 * hour) / 1000)
      assert.equal(await send(), 200)
      host.sandbox.clock.advance((0.2 * hour) / 1000)
      assert.equal(await send(), 404)
    })

    test('a delivery gets a 410 once the new subscription is removed too, or the connection is disconnected', async (t) => {
      const { host, connection, send } = await replaced(t, of)
      await host.punctual.webhooks.unsubscribe(connection)
      assert.equal(await send(), 410)
      await host.punctual.webhooks.subscribe(connection, of.events)
      await connection.disconnect()
      assert.equal(await send(), 410)
      assert.deepEqual(host.received(), [])
    })
  })
}

test('a delivery for an organization about another member is not accepted at a member’s own address', async (t) => {
  const [of] = cases
  assert.ok(of)
  const host = await startListening(t)
  const whole = await host.join(of, { owner: 'one' })
  const own = await host.join(of, { owner: 'two' })
  const ben = await host.join(of, { owner: 'three', account: 'ben' })
  await host.punctual.webhooks.subscribe(whole, of.events, { scope: 'organization' })
  const { id } = await host.punctual.webhooks.subscribe(own, of.events)
  await of.book(ben, `${monday}T17:00:00Z`)
  await host.sandbox.delivered()
  const [theirs, ...more] = host.sent
  assert.ok(theirs && more.length === 0)
  const answer = await host.post(theirs.url.replace(/[^/]+$/, id), theirs)
  const reasons = host.events.flatMap((event) => (event.type === 'webhook.refused' ? event.reason : []))
  assert.deepEqual([answer.status, reasons, host.received()], [200, ['another_account'], [of.events[0]]])
})
