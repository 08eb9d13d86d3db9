// The operator's pages in a real browser: accessible and narrow enough at both widths, in light and in dark; whole without
// JavaScript; and with it, a page follows what happens without taking a form, a fold or the focus away from a person.

import assert from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { createDashboardWithSignIn } from '../../src/dashboard/dashboard.ts'
import { type Listening, listen } from '../../src/server/index.ts'
import { launchBrowser } from './browser.ts'
import { type Happened, letHappen, type OperatorStage, pathsOf, setOperatorStage } from './operator-stage.ts'
import { violations, visitIn } from './visit.ts'

let browser: Browser
let stage: OperatorStage
let happened: Happened
/** The same pages where nothing has happened yet. */
let empty: OperatorStage
/** The same pages where a person signs in. */
let locked: Listening

before(async () => {
  ;[browser, stage, empty] = await Promise.all([
    launchBrowser(),
    setOperatorStage({ dashboard: { owner: 'ops' } }),
    setOperatorStage({ dashboard: { owner: 'ops' } }),
  ])
  happened = await letHappen(stage)
  const sealer = {
    seal: (text: string) => Buffer.from(text).toString('base64url'),
    open: (sealed: string) => Buffer.from(sealed, 'base64url').toString(),
  }
  const { punctual } = stage
  locked = await listen({ port: 0, hostname: '127.0.0.1', fetch: (request) => pages.fetch(request) })
  const pages = createDashboardWithSignIn(
    { punctual, clients: [], baseUrl: locked.url },
    { apiKeys: punctual.apiKeys, sealer },
  )
})

after(async () => {
  await browser?.close()
  await stage?.close()
  await empty?.close()
  await locked?.close(0)
})

function visit(options: BrowserContextOptions, work: (page: Page) => Promise<void>): Promise<void> {
  return visitIn(browser, { ...options, origins: [stage.url, empty.url, locked.url], mayFail: true }, work)
}

const emptyPages = ['/', '/errors', '/connections', '/events', '/deliveries', '/attempts', '/clients', '/audit']

/** Where pictures of all pages are put, if they are wanted. */
const pictures = process.env.PUNCTUAL_TEST_PICTURES ?? ''

/** A page is loaded once, and seen in each of these. The rules that no width and no colour changes are checked in one. */
const views = [
  { name: '390-light', width: 390, colorScheme: 'light', rules: null },
  { name: '390-dark', width: 390, colorScheme: 'dark', rules: ['color-contrast'] },
  { name: '1280-dark', width: 1280, colorScheme: 'dark', rules: ['color-contrast'] },
  { name: '1280-light', width: 1280, colorScheme: 'light', rules: null },
] as const

test('axe finds nothing on any page, on a phone and on a desk, in light and in dark', () =>
  // axe runs in the page as a script, which its policy forbids to everyone else.
  visit({ bypassCSP: true, reducedMotion: 'reduce' }, async (page) => {
    const all = [
      [locked, '/sign-in'] as const,
      ...pathsOf(happened).map((path) => [stage, path] as const),
      ...emptyPages.map((path) => [empty, path] as const),
    ]
    for (const [{ url }, path] of all) {
      const address = `${url === empty.url ? 'empty' : 'full'} ${path}`
      await page.goto(`${url}${path}`)
      if (pictures !== '') await takePictures(page, address.replace(/[^a-z]+/gi, '-').slice(0, 60))
      // What is folded is looked at too.
      await page.evaluate('for (const one of document.querySelectorAll("details")) one.open = true')
      // As wide as a page is on a desk that is magnified four times.
      await page.setViewportSize({ width: 320, height: 740 })
      assert.deepEqual(await page.evaluate(tooWide), [], `${address} is too wide`)
      for (const { width, colorScheme, rules } of views) {
        await page.setViewportSize({ width, height: 800 })
        await page.emulateMedia({ colorScheme })
        assert.deepEqual(await violations(page, { rules, preload: false }), [], `${address} ${width} ${colorScheme}`)
      }
    }
  }))

/** The parts that are wider than their place. A card hides what does not fit, so that the page alone does not tell. */
const tooWide = `[document.documentElement, ...document.querySelectorAll('.card')]
  .filter((one) => one.scrollWidth > one.clientWidth).map((one) => one.outerHTML.slice(0, 100))`

async function takePictures(page: Page, name: string): Promise<void> {
  mkdirSync(pictures, { recursive: true })
  for (const { name: view, width, colorScheme } of views) {
    await page.setViewportSize({ width, height: 800 })
    await page.emulateMedia({ colorScheme })
    await page.screenshot({ path: join(pictures, `${name}-${view}.png`), fullPage: true })
  }
}

test('without JavaScript a person finds a connection, tests it, asks the provider and sees the audit', () =>
  visit({ javaScriptEnabled: false }, async (page) => {
    await page.goto(`${stage.url}/`)
    await page.getByRole('link', { name: 'Connections', exact: true }).click()
    await page.getByLabel('Owner, name, e-mail or id').fill('tenant-1')
    await page.getByRole('button', { name: 'Search' }).click()
    await page.getByRole('link', { name: 'Ada Lindqvist' }).click()
    await page.getByRole('button', { name: 'Test now' }).click()
    await page.getByText('It works: Calendly has answered for this account.').waitFor()
    await page.getByRole('link', { name: 'Ask Calendly' }).click()
    await page.getByRole('heading', { name: 'Answers', level: 1 }).waitFor()
    await page.getByText('GET /users/me').waitFor()
    await page.goBack()
    await page.getByRole('link', { name: 'Show the bookings' }).click()
    await page.getByText('gil@guests.example').first().waitFor()
    await page.getByRole('link', { name: 'Audit' }).click()
    await page.getByRole('row').filter({ hasText: 'test' }).first().waitFor()
  }))

test('with JavaScript the answer of a provider appears in its place', () =>
  visit({}, async (page) => {
    await page.goto(`${stage.url}/connections/${happened.working}`)
    await page.getByRole('link', { name: 'Show the bookings' }).click()
    await page.locator('#bookings').getByText('gil@guests.example').first().waitFor()
    assert.equal(new URL(page.url()).pathname, `/connections/${happened.working}`)
  }))

test('a page follows what happens, and keeps what a person has unfolded, typed and focused', () =>
  visit({}, async (page) => {
    await page.clock.install()
    await page.goto(`${stage.url}/`)
    await page.locator('#table-refresh summary').click()
    await page.locator('body').click({ position: { x: 1, y: 1 } })
    await page.evaluate('document.activeElement.blur()')
    const group = { id: 'news', code: 'unexpected', reason: 'fresh_reason', client: null, count: 1 }
    await stage.store.errorGroups.add([{ ...group, sentence: 'It is new.', agoMs: 0, connections: [] }])
    await stage.store.tallies.add([{ kind: 'refresh', outcome: 'renewed', client: 'calendly', count: 1 }], 0)
    await page.clock.runFor(6000)
    await page.getByText('fresh_reason').waitFor()
    assert.equal(await page.locator('#table-refresh').evaluate((fold) => (fold as { open?: boolean }).open), true)

    await page.goto(`${stage.url}/events`)
    const button = page.getByRole('button', { name: /^Try now/ }).first()
    await button.focus()
    await stage.punctual.operator.record({ actor: 'ops', action: 'test', subject: 'x', outcome: 'ok' })
    await stage.store.outbox.accept([
      {
        ...{ owner: 'tenant-1', connection: null, client: 'calendly', type: 'webhook.received', orderingKey: 'new' },
        ...{ orderAt: 1, data: { name: 'fresh.event', createdAt: 1 }, key: 'fresh', body: 'p1.a.sealed', maxWaitMs: 0 },
      },
    ])
    await page.clock.runFor(6000)
    assert.ok(await button.evaluate((element) => element === element.ownerDocument.activeElement), 'the focus stays')
    await page.evaluate('document.activeElement.blur()')
    await page.clock.runFor(6000)
    await page.getByText('fresh.event').waitFor()

    await page.goto(`${stage.url}/connections`)
    const search = page.getByLabel('Owner, name, e-mail or id')
    await search.fill('half a wor')
    await page.clock.runFor(6000)
    assert.equal(await search.inputValue(), 'half a wor')
  }))

test('a person signs in, unlocks the pages, and is told by whose key', () =>
  visit({}, async (page) => {
    const { key } = await stage.punctual.apiKeys.create({ name: 'grace', scopes: ['admin'] })
    await page.goto(`${locked.url}/connections/${happened.working}`)
    await page.getByLabel('API key with the scope admin').fill(key)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('heading', { name: 'Ada Lindqvist' }).waitFor()
    assert.equal(await page.getByRole('link', { name: 'Disconnect …' }).count(), 0)
    await page.getByRole('button', { name: 'Unlock for 10 minutes' }).click()
    await page.getByRole('link', { name: 'Disconnect …' }).waitFor()
    await page.getByText('grace (').waitFor()
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByRole('heading', { name: 'Sign in' }).waitFor()
  }))

test('a notice is told once: loading the page again does not repeat it', () =>
  visit({}, async (page) => {
    await page.goto(
      `${stage.url}/connections/${happened.working}?punctual=done&client=calendly&outcome=refresh_renewed`,
    )
    await page.getByText('The tokens are refreshed.').waitFor()
    await page.reload()
    await page.getByText('Life of the grant').waitFor()
    assert.equal(await page.getByText('The tokens are refreshed.').count(), 0)
  }))
