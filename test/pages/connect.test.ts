import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { emptyFolder, type Started, startDev } from '../cli/start.ts'
import { launchBrowser, type Watch, watch } from './browser.ts'

let browser: Browser
let dev: Started

before(async () => {
  ;[browser, dev] = await Promise.all([launchBrowser(), startDev(emptyFolder())])
})

after(async () => {
  await browser?.close()
  await dev?.stop()
})

/** A new profile of the browser, and a page without connections. */
async function visit(work: (page: Page, context: BrowserContext, seen: Watch) => Promise<void>): Promise<void> {
  const context = await browser.newContext()
  const seen = watch(context)
  const page = await context.newPage()
  await page.goto(dev.page)
  try {
    await work(page, context, seen)
    const disconnect = page.getByRole('button', { name: 'Disconnect' })
    await page.goto(dev.page)
    while ((await disconnect.count()) > 0) await disconnect.first().click()
    assert.deepEqual(seen.complaints, [])
    assert.deepEqual([...seen.origins].sort(), [new URL(dev.page).origin, dev.sandbox].sort())
  } finally {
    await context.close()
  }
}

async function connect(page: Page, provider: string, account: string): Promise<void> {
  await page.getByRole('button', { name: `Connect ${provider}` }).click()
  await page.getByLabel(account).check()
  await page.getByRole('button', { name: 'Allow' }).click()
  await page.waitForURL((url) => url.href.startsWith(dev.page))
}

function card(page: Page, provider: string) {
  return page.getByRole('article').filter({ has: page.getByText(provider, { exact: true }) })
}

test('after "Connect Calendly" and "Allow" the page shows the connection and its calls', () =>
  visit(async (page) => {
    await connect(page, 'Calendly', 'Chloé Nguyễn-Łuczak')
    const shown = card(page, 'Calendly')
    await shown.getByRole('heading', { name: 'Chloé Nguyễn-Łuczak' }).waitFor()
    const text = await shown.innerText()
    const expected = ['chloe@calendly.example', 'Asia/Ho_Chi_Minh', 'users:read', 'event_types:read']
    for (const fact of [...expected, 'GET /users/me', 'GET /event_types', 'Meeting 02'])
      assert.ok(text.includes(fact), fact)
    assert.match(text, /Access token expires\n.* UTC \(in (2 hours|1 hour 59 minutes)\)/)
    assert.match(await page.getByRole('status').innerText(), /^Calendly is connected: Chloé Nguyễn-Łuczak\.$/)
  }))

test('after "Connect Cal.com" and "Allow" the page shows the connection and its calls', () =>
  visit(async (page) => {
    await connect(page, 'Cal.com', 'Ben Carter')
    const text = await card(page, 'Cal.com').innerText()
    const expected = [
      'Ben Carter',
      'ben@calcom.example',
      'America/New_York',
      'PROFILE_READ',
      'SCHEDULE_READ',
      'minutes',
    ]
    for (const fact of [...expected, 'GET /v2/me', 'GET /v2/schedules', 'Working hours'])
      assert.ok(text.includes(fact), fact)
    assert.match(await page.getByRole('status').innerText(), /^Cal\.com is connected: Ben Carter\.$/)
  }))

test('the page reports that the person declined at the provider, and nothing is connected', () =>
  visit(async (page) => {
    for (const [provider, button] of [
      ['Calendly', 'Deny'],
      ['Cal.com', 'Go back'],
    ] as const) {
      await page.getByRole('button', { name: `Connect ${provider}` }).click()
      await page.getByRole('button', { name: button }).click()
      const notice = page.getByRole('status')
      await notice.waitFor()
      assert.ok((await notice.innerText()).startsWith(`You declined at ${provider}. Nothing was connected.`))
    }
    assert.equal(await page.getByRole('article').count(), 0)
  }))

test('several tabs can connect at the same time, and finish in another order', () =>
  visit(async (first, context) => {
    const second = await context.newPage()
    const third = await context.newPage()
    for (const [page, provider] of [
      [first, 'Calendly'],
      [second, 'Cal.com'],
      [third, 'Calendly'],
    ] as const) {
      await page.goto(dev.page)
      await page.getByRole('button', { name: `Connect ${provider}` }).click()
    }
    for (const [page, account] of [
      [third, 'Ben Carter'],
      [second, 'Ada Lindqvist'],
      [first, 'Dan Freeman'],
    ] as const) {
      await page.getByLabel(account).check()
      await page.getByRole('button', { name: 'Allow' }).click()
      await page.getByRole('status').getByText(account).waitFor()
    }
    assert.equal(await first.getByRole('article').count(), 3)
  }))

test('after access is revoked the page reports it, refuses another account, and reconnects the same one', () =>
  visit(async (page) => {
    await connect(page, 'Calendly', 'Ada Lindqvist')
    const shown = card(page, 'Calendly')
    const id = await shown.locator('.id').innerText()
    const { grants } = (await (await fetch(`${dev.sandbox}/control/grants`)).json()) as {
      grants: { id: string; account: string; status: string }[]
    }
    const grant = grants.find(({ account, status }) => account.startsWith('ADA') && status === 'active')
    await fetch(`${dev.sandbox}/control/grants/${grant?.id}/revoke`, { method: 'POST' })
    await page.goto(dev.page)
    assert.match(
      await shown.getByRole('alert').innerText(),
      /no longer accepts this connection.*needs_reconnect · refused/,
    )

    await shown.getByRole('button', { name: 'Reconnect' }).click()
    await page.getByLabel('Ben Carter').check()
    await page.getByRole('button', { name: 'Allow' }).click()
    await page.getByText('You chose another Calendly account than the one to reconnect').waitFor()

    await shown.getByRole('button', { name: 'Reconnect' }).click()
    await page.getByLabel('Ada Lindqvist').check()
    await page.getByRole('button', { name: 'Allow' }).click()
    await page.getByRole('status').getByText('Calendly is connected: Ada Lindqvist').waitFor()
    assert.equal(await shown.getByText('Connected', { exact: true }).first().innerText(), 'Connected')
    assert.equal(await shown.locator('.id').innerText(), id)
  }))

test('after a disconnect the page reports what was revoked and what could not be revoked', () =>
  visit(async (page) => {
    await connect(page, 'Calendly', 'Ada Lindqvist')
    await card(page, 'Calendly').getByRole('button', { name: 'Disconnect' }).click()
    await page.getByText('Its tokens were revoked at Calendly and deleted here.').waitFor()
    await connect(page, 'Cal.com', 'Ada Lindqvist')
    await card(page, 'Cal.com').getByRole('button', { name: 'Disconnect' }).click()
    await page.getByText('Cal.com has no way to revoke tokens, so nothing was revoked there').waitFor()
    assert.equal(await page.getByRole('article').count(), 0)
  }))

test('the page names a scope that the person declined, and the other calls work', () =>
  visit(async (page) => {
    await page.getByRole('button', { name: 'Connect Calendly' }).click()
    await page.getByLabel('event_types:read').uncheck()
    await page.getByRole('button', { name: 'Allow' }).click()
    const shown = card(page, 'Calendly')
    await shown.getByText('This call needs a permission that was not granted: event_types:read.').waitFor()
    assert.ok((await shown.innerText()).includes('GET /users/me 200'))
  }))

test('the page fits on a small screen', () =>
  visit(async (page) => {
    await page.setViewportSize({ width: 320, height: 700 })
    await connect(page, 'Calendly', 'Ada Lindqvist')
    await page.goto(dev.page)
    assert.ok(((await page.evaluate('document.documentElement.scrollWidth')) as number) <= 320)
  }))
