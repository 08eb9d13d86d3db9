// What strangers, second tabs and crashes can do to a connect session: nothing.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Connection, Store } from '../../src/index.ts'
import { memory } from '../../src/store/memory.ts'
import { type ConnectPage, startConnectPage } from '../support/connect-page.ts'
import { cookieJar } from '../support/cookie-jar.ts'
import { baseUrl, cookieOf, locationOf } from '../support/host.ts'

const request = { owner: 'ada', returnTo: '/settings' }
const unknown = '?punctual=failed&error=attempt_refused&reason=unknown'

const stateOf = async ({ punctual }: ConnectPage, id: string) => (await punctual.connectSessions.get(id)).state

/** An attempt that `begin` has made, and the callback has held: its id. */
async function heldAttempt(
  { host, punctual }: ConnectPage,
  { owner, returnTo, connection }: { owner: string; returnTo: string; connection?: string },
): Promise<string> {
  const client = 'calendly'
  const { url, headers } = await punctual.begin({ client, owner, returnTo, ...(connection && { connection }) })
  const back = await host.sandbox.authorize({ url })
  const request = new Request(back, { headers: { cookie: cookieOf(headers) } })
  return locationOf(await punctual.handler(request)).searchParams.get('punctual_session') ?? ''
}

describe('an attempt that the session has not begun is not noted', () => {
  test('one of a stranger, who sends it to the page of the session', async (t) => {
    const page = await startConnectPage(t)
    const { connectSessions } = page.punctual
    const { id } = await connectSessions.create(request)
    const done = `${baseUrl}/connect/${id}/done`
    const mine = await connectSessions.create({ ...request, owner: 'mallory' })
    await page.travel(mine.id, 'calendly')
    const strange = [
      await heldAttempt(page, { owner: 'mallory', returnTo: done }),
      // Of the same owner, but begun for another page.
      await heldAttempt(page, { owner: 'ada', returnTo: '/settings' }),
      await heldAttempt(page, { owner: 'ada', returnTo: `${done}?x` }),
      mine.id,
      'attempt_unknown',
      '',
      '%00',
      'x'.repeat(5000),
    ]
    for (const attempt of strange) {
      for (const member of ['punctual_session', 'attempt', 'punctual=connected&attempt'])
        assert.equal((await page.arrive(id, `?${member}=${attempt}`)).search, unknown, attempt)
    }
    assert.equal((await page.arrive(id, '')).search, unknown)
    assert.equal(await stateOf(page, id), 'open')
    await assert.rejects(page.punctual.complete({ session: id, owner: 'ada' }), { reason: 'open' })
    assert.equal(page.host.tokenRequests(), 0)
  })

  test('one of another session of the same owner', async (t) => {
    const page = await startConnectPage(t)
    const { connectSessions } = page.punctual
    const [one, other] = [await connectSessions.create(request), await connectSessions.create(request)]
    const done = await page.callback(await page.consent(other.id, 'calendly'))
    assert.equal((await page.arrive(one.id, done)).search, unknown)
    assert.deepEqual([await stateOf(page, one.id), await stateOf(page, other.id)], ['open', 'open'])
  })

  test('one that is still at the provider', async (t) => {
    const store = memory()
    const page = await startConnectPage(t, { store })
    const ids: string[] = []
    const { insert } = store.attempts
    t.mock.method(store.attempts, 'insert', (...values: Parameters<Store['attempts']['insert']>) => {
      ids.push(values[0].id)
      return insert(...values)
    })
    const { id } = await page.punctual.connectSessions.create(request)
    await page.punctual.connectSessions.begin(id, 'calendly')
    assert.equal((await page.arrive(id, `?punctual_session=${ids[0]}`)).search, unknown)
    assert.equal(await stateOf(page, id), 'open')
  })

  test('one that the session holds is not replaced by what a stranger brings', async (t) => {
    const page = await startConnectPage(t)
    const { connectSessions } = page.punctual
    const { id } = await connectSessions.create(request)
    await page.travel(id, 'calcom')
    const attempt = await heldAttempt(page, { owner: 'mallory', returnTo: `${baseUrl}/connect/${id}/done` })
    await page.arrive(id, `?punctual_session=${attempt}`)
    for (const query of ['punctual=failed&error=access_denied', 'punctual=connected&connection=connection_x', 'x=y'])
      await page.arrive(id, `?${query}`)
    assert.equal((await page.punctual.complete({ session: id, owner: 'ada' })).client, 'calcom')
  })
})

test('a stranger chooses neither the words nor the address at the end', async (t) => {
  const { punctual, arrive } = await startConnectPage(t)
  const { id } = await punctual.connectSessions.create(request)
  const end = async (query: string) => (await arrive(id, `?${query}`)).href
  const failed = 'http://localhost:3000/settings?punctual=failed&error='
  assert.equal(await end('punctual=failed&error=account_mismatch'), `${failed}account_mismatch`)
  assert.equal(
    await end('punctual=failed&error=attempt_refused&reason=no_code'),
    `${failed}attempt_refused&reason=no_code`,
  )
  for (const error of ['your_account_is_closed', '<b>', '', 'toString'])
    assert.equal(await end(`punctual=failed&error=${error}`), `${failed}attempt_refused&reason=unknown`)
  assert.equal(await end('punctual=failed&error=server_error&reason=call+us'), `${failed}server_error`)
  await assert.rejects(punctual.connectSessions.arrive(id, 'punctual=failed' as never), { code: 'invalid_argument' })
  const evil = { ...request, returnTo: 'https://evil.example/' }
  await assert.rejects(punctual.connectSessions.create(evil), { code: 'invalid_argument', message: /returnTo must be/ })
})

describe('a link that its owner gives to somebody else', () => {
  test('does not show the id, so that the owner cannot complete what the other one has consented to', async (t) => {
    const page = await startConnectPage(t)
    const { punctual } = page
    const { id, url } = await punctual.connectSessions.create(request)
    const shown = url.pathname.split('/').at(-1) ?? ''
    assert.ok(id.startsWith(shown) && id.length === shown.length + 22)
    assert.equal((await punctual.connectSessions.get(shown)).id, shown)
    await page.travel(shown, 'calendly')
    await assert.rejects(punctual.complete({ session: shown, owner: 'ada' }), { code: 'connect_session_not_found' })
    await assert.rejects(punctual.complete({ session: `${shown}${'A'.repeat(22)}`, owner: 'ada' }), {
      code: 'connect_session_not_found',
    })
    assert.equal(page.host.tokenRequests(), 0)
  })

  test('is of no use to the one who connects second: neither gets the connection of the other', async (t) => {
    const page = await startConnectPage(t)
    const { punctual } = page
    const { id, url } = await punctual.connectSessions.create(request)
    const shown = url.pathname.split('/').at(-1) ?? ''
    assert.equal((await page.travel(shown, 'calendly')).searchParams.get('punctual_session'), id)
    const second = await page.travel(shown, 'calcom', { browser: cookieJar() })
    assert.equal(second.search, '?punctual=failed&error=attempt_refused&reason=another_browser')
    assert.equal((await punctual.complete({ session: id, owner: 'ada' })).client, 'calendly')
  })
})

describe('two tabs of one browser', () => {
  test('what comes back last counts, and only its code is sent', async (t) => {
    const { host, punctual, consent, callback, arrive } = await startConnectPage(t)
    const { connectSessions } = punctual
    const { id } = await connectSessions.create(request)
    const [first, second] = [await consent(id, 'calendly'), await consent(id, 'calcom')]
    const done = await callback(first)
    const ends = [await arrive(id, done)]
    host.sandbox.clock.advance(1)
    ends.push(await arrive(id, await callback(second)))
    // The person goes back to the first tab, which loads its page again.
    ends.push(await arrive(id, done))
    assert.deepEqual(
      ends.map(({ searchParams }) => searchParams.get('punctual_session')),
      [id, id, id],
    )
    assert.equal((await punctual.complete({ session: id, owner: 'ada' })).client, 'calcom')
    assert.equal(host.tokenRequests(), 1)
    // After the end, nothing changes it any more.
    assert.equal((await arrive(id, done)).searchParams.get('punctual_session'), id)
    await assert.rejects(connectSessions.begin(id, 'calendly'), { code: 'attempt_refused', reason: 'completed' })
    assert.equal((await punctual.complete({ session: id, owner: 'ada' })).client, 'calcom')
    assert.equal(host.tokenRequests(), 1)
  })

  test('a person who has chosen the wrong account goes back, and the other one is connected', async (t) => {
    const { punctual, travel } = await startConnectPage(t)
    const { id } = await punctual.connectSessions.create(request)
    await travel(id, 'calendly', { account: 'ada' })
    await travel(id, 'calendly', { account: 'eve' })
    assert.equal((await punctual.complete({ session: id, owner: 'ada' })).account.name, 'Eve Okafor')
    assert.equal((await punctual.connections.list()).connections.length, 1)
  })

  test('that come back at the same moment are both of the browser that came back first', async (t) => {
    const { punctual, consent, callback, arrive } = await startConnectPage(t)
    const { id } = await punctual.connectSessions.create(request)
    const tabs = [await callback(await consent(id, 'calendly')), await callback(await consent(id, 'calcom'))]
    for (const end of await Promise.all(tabs.map((tab) => arrive(id, tab))))
      assert.equal(end.searchParams.get('punctual_session'), id)
    assert.equal((await punctual.complete({ session: id, owner: 'ada' })).status, 'active')
  })

  test('one that comes back right before the code of the other leaves takes its place, also in that call', async (t) => {
    const store = memory()
    const page = await startConnectPage(t, { store })
    const { host, punctual } = page
    const { id } = await punctual.connectSessions.create(request)
    await page.travel(id, 'calendly')
    const late = await page.consent(id, 'calcom')
    host.sandbox.clock.advance(1)
    const complete = () => punctual.complete({ session: id, owner: 'ada' })
    const calls: Promise<Connection>[] = []
    const { advance } = store.attempts
    t.mock.method(store.attempts, 'advance', async (...values: Parameters<typeof advance>) => {
      // Right before the code leaves, the other tab comes back, and the back end hears of it.
      if (values[2] === 'exchanging') {
        t.mock.restoreAll()
        await page.arrive(id, await page.callback(late))
        calls.push(complete())
      }
      return advance(...values)
    })
    calls.push(complete())
    await calls[0]
    const connections = await Promise.all(calls)
    assert.deepEqual(
      connections.map(({ client }) => client),
      ['calcom', 'calcom'],
    )
    assert.equal((await punctual.connections.list()).connections.length, 1)
    assert.equal(host.tokenRequests(), 1)
  })

  test('one that comes back when the time of the other is over ends it, also if it is being completed', async (t) => {
    const store = memory()
    const page = await startConnectPage(t, { store })
    const { host, punctual } = page
    const { id } = await punctual.connectSessions.create(request)
    await page.travel(id, 'calendly')
    const complete = () => punctual.complete({ session: id, owner: 'ada' })
    const { advance } = store.attempts
    t.mock.method(store.attempts, 'advance', async (...values: Parameters<typeof advance>) => {
      // The process stands still before the code leaves.
      if (values[2] === 'exchanging') {
        t.mock.restoreAll()
        host.sandbox.clock.advance(601)
        await page.travel(id, 'calcom')
      }
      return advance(...values)
    })
    await assert.rejects(complete(), { code: 'attempt_refused', reason: 'expired' })
    assert.equal(host.tokenRequests(), 0)
    assert.equal((await complete()).client, 'calcom')
    assert.equal((await punctual.connections.list()).connections.length, 1)
  })

  test('one that comes back once the code of the other has left does not take its place, though the time is over', async (t) => {
    const store = memory()
    const page = await startConnectPage(t, { store })
    const { host, punctual } = page
    const { id } = await punctual.connectSessions.create(request)
    await page.travel(id, 'calendly')
    const ends: URL[] = []
    const { advance } = store.attempts
    t.mock.method(store.attempts, 'advance', async (...values: Parameters<typeof advance>) => {
      const hasMoved = await advance(...values)
      if (values[2] === 'exchanging') {
        t.mock.restoreAll()
        host.sandbox.clock.advance(601)
        ends.push(await page.travel(id, 'calcom'))
      }
      return hasMoved
    })
    // The code is as old as the attempt: the provider refuses it.
    await assert.rejects(punctual.complete({ session: id, owner: 'ada' }), { reason: 'code_refused' })
    assert.match(ends[0]?.search ?? '', /error=attempt_refused&reason=held$/)
    assert.equal(await stateOf(page, id), 'open')
  })
})

describe('a crash', () => {
  test('after the connection was made, and before the session says so, is mended by the next look', async (t) => {
    const store = memory()
    const { host, punctual, travel, another } = await startConnectPage(t, { store })
    const { id } = await punctual.connectSessions.create(request)
    await travel(id, 'calendly')
    t.mock.method(store.connectSessions, 'update', () => Promise.reject(new Error('the process has ended')))
    await assert.rejects(punctual.complete({ session: id, owner: 'ada' }), /the process has ended/)
    t.mock.restoreAll()
    const next = another()
    const [connection] = (await next.connections.list()).connections
    assert.ok(connection)
    assert.equal((await next.connectSessions.get(id)).state, 'completed')
    // The second one believes the clock, which has run for an hour.
    await store.attempts.sweep(600_000, 10)
    host.sandbox.clock.advance(3600)
    assert.equal(await store.attempts.sweep(600_000, 10), 1)
    assert.equal((await next.complete({ session: id, owner: 'ada' })).id, connection.id)
    await assert.rejects(next.complete({ session: id, owner: 'mallory' }), { reason: 'another_person' })
    assert.equal(host.tokenRequests(), 1)
  })

  test('before the code leaves, leaves it for the next call', async (t) => {
    const store = memory()
    const page = await startConnectPage(t, { store })
    const { id } = await page.punctual.connectSessions.create(request)
    await page.travel(id, 'calendly')
    t.mock.method(store.attempts, 'advance', () => Promise.reject(new Error('the process has ended')))
    await assert.rejects(page.punctual.complete({ session: id, owner: 'ada' }), /the process has ended/)
    t.mock.restoreAll()
    assert.equal((await page.another().complete({ session: id, owner: 'ada' })).status, 'active')
    assert.equal(page.host.tokenRequests(), 1)
  })
})
