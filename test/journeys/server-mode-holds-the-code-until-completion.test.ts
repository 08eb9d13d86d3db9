import assert from 'node:assert/strict'
import { describe, type TestContext, test } from 'node:test'

import { createPunctual } from '../../src/index.ts'
import { memory } from '../../src/store/memory.ts'
import { baseUrl, cookieOf, type Host, locationOf, sandboxClients, startHost, testKey } from '../support/host.ts'
import { virtualClock } from '../support/virtual-clock.ts'

/** A Punctual that does not know who is signed in, and a browser that has opened its callback. */
async function held(
  t: TestContext,
  client = 'calendly',
): Promise<{ host: Host; punctual: Host['punctual']; session: string; repeat: () => Promise<URL> }> {
  const host = await startHost(t)
  const punctual = createPunctual({
    baseUrl,
    keys: [testKey],
    store: memory(),
    clients: sandboxClients(host.sandbox),
    clock: virtualClock(() => host.sandbox.clock.now()),
    journal: null,
  })
  t.after(() => punctual.stop())
  const { url, headers } = await punctual.begin({ client, owner: 'ada', returnTo: '/done' })
  const back = await host.sandbox.authorize({ url })
  const repeat = async () =>
    locationOf(await punctual.handler(new Request(back, { headers: { cookie: cookieOf(headers) } })))
  const session = (await repeat()).searchParams.get('punctual_session') ?? ''
  assert.ok(session)
  return { host, punctual, session, repeat }
}

describe('server mode', () => {
  for (const client of ['calendly', 'calcom', 'calcom-public']) {
    test(`exchanges the code when the host application names the signed-in owner: ${client}`, async (t) => {
      const { host, punctual, session, repeat } = await held(t, client)
      assert.equal(host.tokenRequests(), 0)
      assert.equal((await repeat()).searchParams.get('punctual_session'), session)
      const connection = await punctual.complete({ session, owner: 'ada' })
      assert.equal(connection.status, 'active')
      assert.equal((await punctual.complete({ session, owner: 'ada' })).id, connection.id)
      assert.equal((await repeat()).searchParams.get('connection'), connection.id)
      assert.equal(host.tokenRequests(), 1)
    })
  }

  test('refuses another owner, sends no code for that one, and ends nothing', async (t) => {
    const { host, punctual, session } = await held(t)
    for (let n = 0; n < 3; n++)
      await assert.rejects(punctual.complete({ session, owner: 'mallory' }), {
        code: 'attempt_refused',
        reason: 'another_person',
      })
    assert.equal(host.tokenRequests(), 0)
    const connection = await punctual.complete({ session, owner: 'ada' })
    assert.deepEqual([connection.owner, host.tokenRequests()], ['ada', 1])
    await assert.rejects(punctual.complete({ session, owner: 'mallory' }), { reason: 'another_person' })
  })

  test('completes once for concurrent callers', async (t) => {
    const { host, punctual, session } = await held(t)
    const all = await Promise.all([1, 2, 3, 4].map(() => punctual.complete({ session, owner: 'ada' })))
    assert.equal(new Set(all.map(({ id }) => id)).size, 1)
    assert.equal(host.tokenRequests(), 1)
  })

  test('rejects an invalid or expired handle', async (t) => {
    const { host, punctual, session } = await held(t)
    await assert.rejects(punctual.complete({ session: 'rubbish', owner: 'ada' }), {
      code: 'attempt_refused',
      reason: 'unknown',
    })
    await assert.rejects(punctual.complete({ session, owner: '' }), { code: 'invalid_argument' })
    host.sandbox.clock.advance(601)
    await assert.rejects(punctual.complete({ session, owner: 'ada' }), { code: 'attempt_refused', reason: 'expired' })
  })

  test('the connect address, which cannot know who is signed in, shows a page for a person', async (t) => {
    const { punctual } = await held(t)
    const response = await punctual.handler(new Request(`${baseUrl}/connect/calendly`))
    assert.equal(response.status, 404)
    const text = await response.text()
    assert.match(text, /<main[\s\S]*Go back to the application from which you came/)
    assert.doesNotMatch(text, /currentOwner|punctual\./)
  })
})
