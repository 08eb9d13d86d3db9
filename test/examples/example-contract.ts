// What every example must do for a reader who copies it: a whole connect flow over HTTP, behind a reverse proxy.
// Each example has its own test file, and so its own process: a framework that changes globals does not affect another.

import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import { calendly } from 'punctual/providers'
import { createSandbox, type Sandbox } from 'punctual/sandbox'
import { sqlite } from 'punctual/store/sqlite'
import type { Configuration, Running } from '../../examples/your-app/run.ts'
import { type Browser, createBrowser, type Page } from '../support/browser.ts'
import { startReverseProxy } from './reverse-proxy.ts'

interface Stage {
  readonly sandbox: Sandbox
  readonly app: Running
  /** The application's first page, as the public reaches it. */
  readonly home: URL
  tokenRequests(): number
}

const connectLink = '/integrations/connect/'

type Start = (configuration: Configuration) => Promise<Running>

interface HeldStage extends Stage {
  /** Performs the task before each request to the provider. */
  hold(task: () => Promise<void>): void
}

type SetUp = (t: TestContext) => Promise<HeldStage>

export function behavesAsAHost(name: string, start: Start): void {
  const setUp: SetUp = (t) => startStage(t, start)
  describe(`the ${name} example`, () => {
    testConnecting(setUp)
    testProtection(setUp)
  })
}

function testConnecting(setUp: SetUp): void {
  test('connects an account, shows it, and calls the API in its name', async (t) => {
    const stage = await setUp(t)
    const browser = createBrowser()
    const connected = await browser.open(await consent(stage, browser, await signIn(stage, browser, 'ada')))
    assert.equal(connected.url.pathname, '/')
    assert.equal(connected.url.searchParams.get('punctual'), 'connected')
    const person = await personAtCalendly(connected, browser)
    for (const shown of [person.name, person.email, person.timezone]) assert.ok(connected.text.includes(shown), shown)
    assert.equal(stage.tokenRequests(), 1)
  })

  test('refreshes the token when it has expired', async (t) => {
    const stage = await setUp(t)
    const browser = createBrowser()
    const connected = await browser.open(await consent(stage, browser, await signIn(stage, browser, 'ada')))
    stage.sandbox.clock.advance(3 * 3600)
    await personAtCalendly(connected, browser)
    assert.equal(stage.tokenRequests(), 2)
  })

  test('offers to connect again when the account has revoked access', async (t) => {
    const stage = await setUp(t)
    const browser = createBrowser()
    const connected = await browser.open(await consent(stage, browser, await signIn(stage, browser, 'ada')))
    const { email } = await personAtCalendly(connected, browser)
    stage.sandbox.revoke({ provider: 'calendly', account: email })
    const home = await browser.open(connected.link('/account'))
    assert.match(home.text, /No longer connected/)
    const again = await browser.open(await consent(stage, browser, home))
    assert.equal((await personAtCalendly(again, browser)).email, email)
  })

  test('shows that access was denied', async (t) => {
    const stage = await setUp(t)
    const browser = createBrowser()
    const back = await browser.open(await consent(stage, browser, await signIn(stage, browser, 'ada'), false))
    assert.match(back.text, /You did not give access/)
    assert.doesNotMatch(back.text, /Connected:/)
    assert.equal(stage.tokenRequests(), 0)
  })
}

function testProtection(setUp: SetUp): void {
  test('refuses another user who finishes the flow, before any token request', async (t) => {
    const stage = await setUp(t)
    const browser = createBrowser()
    const callback = await consent(stage, browser, await signIn(stage, browser, 'ada'))
    await signIn(stage, browser, 'mallory')
    const inTheSameBrowser = await browser.open(callback)
    assert.equal(inTheSameBrowser.url.searchParams.get('error'), 'attempt_refused')
    assert.equal(inTheSameBrowser.url.searchParams.get('reason'), 'another_person')
    assert.match(inTheSameBrowser.text, /Signed in as mallory.*Your account was not connected/)
    assert.equal(stage.tokenRequests(), 0)
  })

  test('refuses another browser that finishes the flow, before any token request', async (t) => {
    const stage = await setUp(t)
    const ada = createBrowser()
    const callback = await consent(stage, ada, await signIn(stage, ada, 'ada'))
    const mallory = createBrowser()
    await signIn(stage, mallory, 'mallory')
    assert.match((await mallory.open(callback)).text, /belongs to the browser/)
    assert.equal(stage.tokenRequests(), 0)
  })

  test('shows an account only to its owner', async (t) => {
    const stage = await setUp(t)
    const browser = createBrowser()
    const connected = await browser.open(await consent(stage, browser, await signIn(stage, browser, 'ada')))
    const account = connected.link('/account')
    const home = await signIn(stage, browser, 'mallory')
    assert.doesNotMatch(home.text, /Connected:/)
    assert.equal((await browser.open(account)).url.pathname, '/')
    assert.equal((await createBrowser().open(account)).url.pathname, '/')
  })

  test('refuses to connect a user who is not signed in', async (t) => {
    const { home } = await setUp(t)
    assert.equal((await createBrowser().open(new URL('/integrations/connect/calendly', home))).status, 401)
  })

  test('does not read the bodies below its mount', async (t) => {
    const { home } = await setUp(t)
    // A body parser in front would refuse this body before Punctual could say that there is no such page.
    const broken = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{' }
    assert.equal((await fetch(new URL('/integrations/nothing', home), broken)).status, 404)
  })

  test('answers requests in flight before it stops', async (t) => {
    const stage = await setUp(t)
    const browser = createBrowser()
    const callback = await consent(stage, browser, await signIn(stage, browser, 'ada'))
    const asked = Promise.withResolvers<void>()
    const held = Promise.withResolvers<void>()
    stage.hold(async () => {
      asked.resolve()
      await held.promise
    })
    const finished = browser.open(callback, (url) => url.searchParams.has('punctual'))
    await asked.promise
    const stopped = stage.app.stop()
    held.resolve()
    assert.equal((await finished).url.searchParams.get('punctual'), 'connected')
    await stopped
  })
}

async function startStage(t: TestContext, start: Start): Promise<HeldStage> {
  const sandbox = await createSandbox()
  t.after(() => sandbox.close())
  const folder = mkdtempSync(join(tmpdir(), 'punctual-example-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const front = await startReverseProxy(t)
  let beforeRequests = async () => {}
  const app = await start({
    port: 0,
    baseUrl: `${front.url}/integrations`,
    keys: [Buffer.alloc(32, 7).toString('base64url')],
    store: sqlite(join(folder, 'punctual.db')),
    journal: null,
    clients: [calendly({ ...sandbox.calendly, scopes: ['users:read'] })],
    clock: { now: () => sandbox.clock.now() },
    async fetch(input, init) {
      await beforeRequests()
      return fetch(input, init)
    },
  })
  t.after(() => app.stop())
  front.passTo(app.port)
  return {
    sandbox,
    app,
    home: new URL(front.url),
    tokenRequests: () => sandbox.requests().filter(({ path }) => path.endsWith('/oauth/token')).length,
    hold(task) {
      beforeRequests = task
    },
  }
}

async function signIn({ home }: Stage, browser: Browser, person: string): Promise<Page> {
  await browser.send(new URL('/login', home), { person })
  const page = await browser.open(home)
  assert.match(page.text, new RegExp(`Signed in as ${person}`))
  return page
}

/** Clicks the link, answers the consent page, and gives the callback's address, unopened. */
async function consent({ sandbox }: Stage, browser: Browser, page: Page, allow = true): Promise<URL> {
  return sandbox.authorize({ url: await browser.sentTo(page.link(connectLink)), allow })
}

interface CalendlyUser {
  readonly name: string
  readonly email: string
  readonly timezone: string
}

/** Clicks "Ask the provider" and reads the API's answer. */
async function personAtCalendly(page: Page, browser: Browser): Promise<CalendlyUser> {
  const answer = await browser.open(page.link('/account'))
  assert.equal(answer.url.pathname, '/account', 'the application went elsewhere')
  return (JSON.parse(answer.text) as { resource: CalendlyUser }).resource
}
