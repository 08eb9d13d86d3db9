// Somebody sends the address of a connect session to another person, who connects an account there. Whatever the sender has done
// before, the account does not become theirs: the first browser that comes back with a consent is the only one from then on.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Connection } from '../../src/index.ts'
import { type ConnectPage, startConnectPage } from '../support/connect-page.ts'
import { type CookieJar, cookieJar } from '../support/cookie-jar.ts'
import { baseUrl } from '../support/host.ts'

const anotherBrowser = '?punctual=failed&error=attempt_refused&reason=another_browser'
const sessionOf = ({ searchParams }: URL) => searchParams.get('punctual_session')

interface Attack {
  readonly page: ConnectPage
  /** The id that the back end has, and the part of it that the address shows. */
  readonly id: string
  readonly shown: string
  readonly mallory: CookieJar
  readonly ben: CookieJar
  complete(session: string): Promise<Connection>
}

async function attack(t: Parameters<typeof startConnectPage>[0]): Promise<Attack> {
  const page = await startConnectPage(t)
  const { id, url } = await page.punctual.connectSessions.create({ owner: 'mallory', returnTo: '/settings' })
  const shown = url.pathname.split('/').at(-1) ?? ''
  const complete = (session: string) => page.punctual.complete({ session, owner: 'mallory' })
  return { page, id, shown, mallory: cookieJar(), ben: cookieJar(), complete }
}

/** Comes back with a code that the provider has not issued. */
async function bringJunk({ page, shown, mallory }: Attack): Promise<URL> {
  const { back, browser } = await page.consent(shown, 'calendly', { browser: mallory })
  back.searchParams.set('code', 'junk')
  return page.arrive(shown, await page.callback({ back, browser }), browser)
}

describe('an owner who has learnt the whole id', () => {
  test('by a code that fails gets no account of the person whom they send there afterwards', async (t) => {
    const scene = await attack(t)
    const { page, shown, ben, complete } = scene
    const learnt = sessionOf(await bringJunk(scene)) ?? ''
    assert.equal(learnt, scene.id)
    await assert.rejects(complete(learnt), { code: 'attempt_refused', reason: 'code_refused' })
    assert.equal((await page.travel(shown, 'calendly', { account: 'ben', browser: ben })).search, anotherBrowser)
    await assert.rejects(complete(learnt), { code: 'attempt_refused', reason: 'code_refused' })
    assert.deepEqual((await page.punctual.connections.list()).connections, [])
    assert.equal(page.host.tokenRequests(), 1)
  })

  test('by an attempt that has expired gets none either', async (t) => {
    const { page, shown, mallory, ben, complete } = await attack(t)
    const learnt = sessionOf(await page.travel(shown, 'calendly', { browser: mallory })) ?? ''
    page.host.sandbox.clock.advance(601)
    assert.equal((await page.travel(shown, 'calendly', { account: 'ben', browser: ben })).search, anotherBrowser)
    await assert.rejects(complete(learnt), { code: 'attempt_refused', reason: 'expired' })
    // Their own browser is still the one.
    await page.travel(shown, 'calendly', { account: 'ada', browser: mallory })
    assert.equal((await complete(learnt)).account.name, 'Ada Lindqvist')
  })

  test('gets none while their own consent is held', async (t) => {
    const { page, shown, mallory, ben, complete } = await attack(t)
    const learnt = sessionOf(await page.travel(shown, 'calendly', { account: 'ada', browser: mallory })) ?? ''
    assert.equal((await page.travel(shown, 'calendly', { account: 'ben', browser: ben })).search, anotherBrowser)
    assert.equal((await complete(learnt)).account.name, 'Ada Lindqvist')
  })
})

describe('the whole id is not told', () => {
  test('to a browser that declined, before and after somebody else has connected', async (t) => {
    const { page, id, shown, mallory, ben } = await attack(t)
    const declined = await page.callback(await page.consent(shown, 'calendly', { allow: false, browser: mallory }))
    const reload = () => page.arrive(shown, declined, mallory)
    assert.equal((await reload()).search, '?punctual=failed&error=access_denied')
    assert.equal(sessionOf(await page.travel(shown, 'calendly', { account: 'ben', browser: ben })), id)
    assert.equal(sessionOf(await reload()), null)
    await page.punctual.complete({ session: id, owner: 'mallory' })
    for (const query of ['', '?punctual=connected', '?punctual_session=attempt_x', declined.search])
      assert.equal(sessionOf(await page.arrive(shown, query, mallory)), null, query)
    assert.equal(sessionOf(await page.arrive(shown, '', ben)), id)
  })

  test('to a browser that somebody sends there with a consent of their own', async (t) => {
    const { page, id, shown, mallory, ben } = await attack(t)
    const done = await page.callback(await page.consent(shown, 'calendly', { browser: mallory }))
    assert.equal((await page.arrive(shown, done, ben)).search, anotherBrowser)
    assert.equal((await page.punctual.connectSessions.get(id)).state, 'open')
    assert.deepEqual(ben.names, [])
  })
})

test('the first browser is still known if it never got the answer that made it the first', async (t) => {
  const { page, id, shown, mallory, complete } = await attack(t)
  const done = await page.callback(await page.consent(shown, 'calendly', { browser: mallory }))
  const lost = new Request(done, { headers: { cookie: mallory.cookie } })
  assert.equal(sessionOf((await page.punctual.connectSessions.arrive(shown, lost)).url), id)
  assert.equal(sessionOf(await page.arrive(shown, done, mallory)), id)
  assert.equal(sessionOf(await page.arrive(shown, done, mallory)), id)
  assert.equal((await complete(id)).status, 'active')
})

test('what the browser keeps is bound to the host, hidden from scripts and over in half an hour', async (t) => {
  const { page, shown } = await attack(t)
  for (const [address, prefix, secure] of [
    [baseUrl, '', ''],
    ['https://app.example.com/integrations', '__Host-', '; Secure'],
  ]) {
    const punctual = page.another({ baseUrl: address ?? '', currentOwner: () => 'mallory' })
    const { id } = await punctual.connectSessions.create({ owner: 'mallory', returnTo: '/' })
    const begun = await punctual.connectSessions.begin(id, 'calendly')
    const browser = cookieJar()
    browser.keep(begun.headers)
    const back = new URL(`${address}/callback/calendly?code=c&state=${begun.url.searchParams.get('state')}`)
    assert.ok(back)
    const called = await page
      .another({ baseUrl: address ?? '' })
      .handler(new Request(back, { headers: { cookie: browser.cookie } }))
    const done = new Request(called.headers.get('location') ?? '', { headers: { cookie: browser.cookie } })
    const [own = '', ended = ''] = (await punctual.connectSessions.arrive(id, done)).headers.getSetCookie()
    const kept = new RegExp(
      `^${prefix}punctual-${id.slice(0, shown.length)}=[\\w-]{43}; Path=/; Max-Age=1800; HttpOnly; SameSite=Lax${secure}$`,
    )
    assert.match(own, kept)
    assert.match(ended, new RegExp(`^${prefix}punctual-attempt_[\\w-]+=; Path=/; Max-Age=0`))
  }
})

describe('one connection comes of a session', () => {
  test('and none of its attempts by themselves', async (t) => {
    const { page, shown, id, mallory } = await attack(t)
    for (const account of ['dan', 'eve']) {
      const done = await page.callback(await page.consent(shown, 'calendly', { account, browser: mallory }))
      const attempt = sessionOf(done) ?? ''
      assert.match(attempt, /^attempt_/)
      await assert.rejects(page.punctual.complete({ session: attempt, owner: 'mallory' }), {
        code: 'attempt_refused',
        reason: 'unknown',
      })
    }
    assert.equal(page.host.tokenRequests(), 0)
    assert.equal((await page.punctual.connectSessions.get(id)).state, 'open')
  })

  test('and not by an address that says so, without a consent', async (t) => {
    const { page, shown, mallory } = await attack(t)
    const { punctual } = page
    const earlier = await punctual.connectSessions.create({ owner: 'mallory', returnTo: '/settings' })
    const session = await punctual.connectSessions.create({ owner: 'mallory', returnTo: '/settings' })
    await page.travel(earlier.id, 'calendly', { browser: mallory })
    const { id: connection } = await punctual.complete({ session: earlier.id, owner: 'mallory' })
    const repair = await punctual.connectSessions.create({ owner: 'mallory', returnTo: '/settings', connection })
    for (const one of [shown, session.id, repair.id]) {
      const end = await page.arrive(one, `?punctual=connected&connection=${connection}`, mallory)
      assert.equal(end.search, '?punctual=failed&error=attempt_refused&reason=unknown')
      assert.equal((await punctual.connectSessions.get(one)).state, 'open')
    }
  })
})

describe('visits of a page', () => {
  test('leave ten cookies at most in the browser', async (t) => {
    const { page, shown, mallory } = await attack(t)
    for (let visits = 0; visits < 30; visits++) {
      await page.consent(shown, 'calendly', { browser: mallory, allow: false })
      assert.ok(mallory.names.length <= 10)
    }
    for (let trips = 0; trips < 12; trips++) {
      const { id } = await page.punctual.connectSessions.create({ owner: 'mallory', returnTo: '/settings' })
      page.host.sandbox.clock.advance(30)
      await page.travel(id, 'calcom', { browser: mallory })
    }
    assert.equal(mallory.names.filter((name) => name.includes('session_')).length, 10)
  })

  test('end no attempt that the same owner has begun elsewhere', async (t) => {
    const { page, shown, mallory, ben } = await attack(t)
    const { punctual, host } = page
    const elsewhere = await punctual.begin({ client: 'calendly', owner: 'mallory', returnTo: '/done' })
    mallory.keep(elsewhere.headers)
    const other = await punctual.connectSessions.create({ owner: 'mallory', returnTo: '/settings' })
    const trip = await page.consent(other.id, 'calendly', { browser: mallory })
    for (let visits = 0; visits < 60; visits++) {
      await punctual.connectSessions.begin(shown, 'calendly')
      host.sandbox.clock.advance(1)
    }
    assert.equal(sessionOf(await page.arrive(other.id, await page.callback(trip), mallory)), other.id)
    const back = await host.sandbox.authorize({ url: elsewhere.url })
    assert.match(sessionOf(await page.callback({ back, browser: mallory })) ?? '', /^attempt_/)
    assert.deepEqual(ben.names, [])
  })
})
