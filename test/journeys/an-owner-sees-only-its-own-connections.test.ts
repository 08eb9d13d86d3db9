import assert from 'node:assert/strict'
import { describe, test } from 'node:test'

import type { Punctual } from '../../src/index.ts'
import { stores } from '../outbox/consumer.ts'
import { baseUrl, startHost } from '../support/host.ts'

/** Owners that a host application in JavaScript may pass by mistake. */
type Loose = (...values: unknown[]) => Promise<unknown>

const named =
  /: owner must be the host application's id of the user or tenant: well-formed text of 1 to 255 characters, not of white space alone, without NUL\.$/

/** Values that look like an unknown owner. */
const invalidOwners = [undefined, null, '', 42, 'x'.repeat(256), 'ada\ud800', '\udc00ada', 'ada\0'].map((owner) => ({
  owner,
}))

for (const store of stores) {
  describe(`the owner of the requested connections: ${store.name}`, () => {
    test('limits the list if it is valid, and never opens the list to all if it is not', async (t) => {
      const host = await startHost(t, { store: await store.open(t) })
      const ada = await host.connect('calendly', { owner: 'ada' })
      host.person = 'ben'
      const ben = await host.connect('calcom', { owner: 'ben' })
      const { get, list } = host.punctual.connections
      assert.deepEqual(await idsOf(list({ owner: 'ada' })), [ada.id])
      assert.deepEqual(await idsOf(list({ owner: 'nobody' })), [])
      assert.deepEqual((await idsOf(list())).sort(), [ada.id, ben.id].sort())
      assert.equal((await get(ada.id, { owner: 'ada' })).id, ada.id)
      assert.equal((await get(ada.id)).id, ada.id)
      await assert.rejects(get(ada.id, { owner: 'ben' }), { code: 'connection_not_found' })
      for (const invalidOwner of invalidOwners) {
        await refused((get as Loose)(ada.id, invalidOwner), named)
        await refused((list as Loose)(invalidOwner), named)
      }
    })

    test('is given with known options only', async (t) => {
      const host = await startHost(t, { store: await store.open(t) })
      const { id } = await host.connect('calendly')
      const { get, list } = host.punctual.connections as Record<'get' | 'list', Loose>
      await refused(get(id, { ownr: 'ben' }), /^connections\.get: ownr is not an option\. The options are owner\.$/)
      for (const whose of [null, 'ada', 42])
        await refused(get(id, whose), /^connections\.get: the argument must be an object/)
      for (const unknown of [undefined, null, 42, {}, '', `${id} `, '\u0000', 'x'.repeat(1e5)])
        await assert.rejects(get(unknown), { code: 'connection_not_found' })
      await refused(list(null), /^connections\.list: the argument must be an object/)
      await refused(list({ ownr: 'ada' }), /ownr is not an option\. The options are owner, client, status/)
      await refused(list({ status: 'zz' }), /: status must be "active", "needs_reconnect" or "disconnected"\.$/)
      for (const client of [null, '', 42, 'calendly\0', '\ud800'])
        await refused(list({ client }), /: client must be the id of a client\.$/)
      for (const cursor of ['x', 42, {}])
        await refused(list({ cursor }), /: cursor must be the cursor of an earlier page/)
      assert.deepEqual(await idsOf(list({ status: 'active', client: 'calendly', cursor: null, limit: 1 })), [id])
    })

    test('is checked by every function that takes an id', async (t) => {
      const host = await startHost(t, { store: await store.open(t), deliverTo: () => {} })
      const { id } = await host.connect('calcom')
      const [event] = (await host.punctual.events.list({ owner: 'ada' })).events
      const { webhooks, events } = host.punctual as unknown as Record<'webhooks' | 'events', Record<string, Loose>>
      const asks: Record<string, (whose: unknown) => Promise<unknown>> = {
        'webhooks.list': (whose) => webhooks.list?.(id, whose) ?? assert.fail(),
        'webhooks.subscribe': (whose) => webhooks.subscribe?.(id, ['BOOKING_CREATED'], whose) ?? assert.fail(),
        'webhooks.unsubscribe': (whose) => webhooks.unsubscribe?.(id, whose) ?? assert.fail(),
        'webhooks.rotateSecret': (whose) => webhooks.rotateSecret?.(id, whose) ?? assert.fail(),
        'events.get': (whose) => events.get?.(event?.id, whose) ?? assert.fail(),
        'events.replay': (whose) => events.replay?.(event?.id, whose) ?? assert.fail(),
      }
      for (const [name, ask] of Object.entries(asks)) {
        for (const invalidOwner of invalidOwners) await refused(ask(invalidOwner), named)
        await refused(ask(null), new RegExp(`^${name}: the argument must be an object`))
        await refused(ask({ ownr: 'ben' }), new RegExp(`^${name}: ownr is not an option`))
        const stranger = await ask({ owner: 'ben' }).then(
          () => assert.fail(name),
          (error) => [error.code, error.message],
        )
        assert.match(stranger.join(), /^connection_not_found|^event_not_found,.*no event has that id/, name)
      }
      assert.deepEqual(await asks['webhooks.list']?.({ owner: 'ada' }), [])
      assert.equal((await host.punctual.events.get(event?.id ?? '', { owner: 'ada' })).owner, 'ada')
    })

    test('counts as signed out where the application returns an invalid owner', async (t) => {
      const host = await startHost(t, { store: await store.open(t) })
      for (const person of ['ada\ud800', 'ada\0', 'x'.repeat(256)]) {
        host.person = person
        const response = await host.punctual.handler(new Request(`${baseUrl}/connect/calendly`))
        assert.deepEqual([response.status, response.headers.get('set-cookie')], [400, null])
      }
    })

    test('must be a whole id to begin a connection', async (t) => {
      const host = await startHost(t, { store: await store.open(t) })
      const { begin, complete } = host.punctual as unknown as Record<'begin' | 'complete', Loose>
      const good = { client: 'calendly', owner: 'ada', returnTo: '/done' }
      await begin(good)
      for (const request of [null, undefined, 42]) {
        await refused(begin(request), /^begin: the argument must be an object with client, owner, returnTo/)
        await refused(complete(request), /^complete: the argument must be an object with session, owner\.$/)
      }
      for (const invalidOwner of invalidOwners) await refused(begin({ ...good, ...invalidOwner }), named)
      for (const client of [undefined, 42, 10n, 'nobody']) await refused(begin({ ...good, client }), /^begin: client/)
      for (const returnTo of [undefined, null, 42]) await refused(begin({ ...good, returnTo }), /^begin: returnTo/)
      await refused(begin({ ...good, anotherAccount: 'no' }), /^begin: anotherAccount must be true or false\.$/)
      await refused(begin({ ...good, reconnect: 'x' }), /^begin: reconnect is not an option/)
      for (const connection of [null, 42, 'x'])
        await assert.rejects(begin({ ...good, connection }), { code: 'connection_not_found' })
      for (const session of [undefined, 42, 'x', 'x\0'])
        await assert.rejects(complete({ owner: 'ada', session }), { code: 'attempt_refused', reason: 'unknown' })
    })
  })
}

test('a listener must be a function', async (t) => {
  const { punctual } = await startHost(t)
  for (const listener of [null, undefined, 42] as never[])
    assert.throws(() => punctual.on(listener), {
      code: 'invalid_argument',
      message: 'on: listener must be a function.',
    })
})

async function idsOf(page: ReturnType<Punctual['connections']['list']> | Promise<unknown>): Promise<string[]> {
  return ((await page) as Awaited<ReturnType<Punctual['connections']['list']>>).connections.map(({ id }) => id)
}

async function refused(asked: Promise<unknown>, message: RegExp): Promise<void> {
  await assert.rejects(asked, { code: 'invalid_argument', message })
}
