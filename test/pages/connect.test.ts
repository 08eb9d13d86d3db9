// A person connects accounts on the pages, sees them at work, reconnects and disconnects them, in a real browser.

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

/** A new profile of the browser. What other tests have connected is still there. */
async function visit(work: (page: Page, context: BrowserContext, seen: Watch) => Promise<void>): Promise<void> {
  const context = await browser.newContext()
  const seen = watch(context)
  const page = await context.newPage()
  await page.goto(dev.page)
  try {
    await work(page, context, seen)
    assert.deepEqual(seen.complaints, [])
    assert.deepEqual([...seen.origins].sort(), [new URL(dev.page).origin, dev.sandbox].sort())
  } finally {
    await context.close()
  }
}

/** The ids of all connections. */
async function connections(page: Page): Promise<string[]> {
  await page.goto(`${dev.page}connections`)
  const rows = await page.locator('tr[data-row]').all()
  return Promise.all(rows.map(async (row) => (await row.getAttribute('data-row')) ?? ''))
}

async function disconnect(page: Page, id: string): Promise<void> {
  await page.goto(`${dev.page}connections/${id}`)
  await page.getByRole('link', { name: 'Disconnect …' }).click()
  await page.getByRole('button', { name: 'Disconnect' }).click()
  await page.getByText('is disconnected.').waitFor()
}

/** Connects an account, and returns the id of its connection, whose page is then open. */
async function connect(page: Page, provider: string, account: string): Promise<string> {
  await page.goto(dev.page)
  await page.getByRole('button', { name: `Connect ${provider}` }).click()
  await page.getByLabel(account).check()
  await page.getByRole('button', { name: 'Allow' }).click()
  await page.waitForURL(`${dev.page}connections/**`)
  return new URL(page.url()).pathname.split('/').at(-1) ?? ''
}

test('after "Connect Calendly" and "Allow" the page of the connection is open, and its calls are a button away', () =>
  visit(async (page) => {
    await connect(page, 'Calendly', 'Chloé Nguyễn-Łuczak')
    await page.getByRole('heading', { name: 'Chloé Nguyễn-Łuczak' }).waitFor()
    assert.match(await page.getByRole('status').innerText(), /^Calendly is connected: Chloé Nguyễn-Łuczak\.$/)
    const text = await page.getByRole('main').innerText()
    for (const fact of ['chloe@calendly.example', 'Asia/Ho_Chi_Minh', 'users:read', 'event_types:read'])
      assert.ok(text.includes(fact), fact)
    await page.getByRole('link', { name: 'Ask Calendly' }).click()
    await page.getByRole('cell', { name: 'Meeting 02' }).waitFor()
    const answers = await page.locator('#answers').innerText()
    for (const fact of ['GET /users/me', 'GET /event_types']) assert.ok(answers.includes(fact), fact)
    assert.match(answers, /The access token expires .* UTC \(in (2 hours|1 hour 59 minutes)\)/)
  }))

test('after "Connect Cal.com" and "Allow" the page of the connection is open, and its calls are a button away', () =>
  visit(async (page) => {
    await connect(page, 'Cal.com', 'Ben Carter')
    assert.match(await page.getByRole('status').innerText(), /^Cal\.com is connected: Ben Carter\.$/)
    const text = await page.getByRole('main').innerText()
    for (const fact of ['Ben Carter', 'ben@calcom.example', 'America/New_York', 'PROFILE_READ', 'SCHEDULE_READ'])
      assert.ok(text.includes(fact), fact)
    await page.getByRole('link', { name: 'Ask Cal.com' }).click()
    await page.getByRole('cell', { name: 'Working hours' }).waitFor()
    const answers = await page.locator('#answers').innerText()
    for (const fact of ['GET /v2/me', 'GET /v2/schedules', 'minutes']) assert.ok(answers.includes(fact), fact)
  }))

test('the page reports that the person declined at the provider, and nothing is connected', () =>
  visit(async (page) => {
    const before = await connections(page)
    for (const [provider, button] of [
      ['Calendly', 'Deny'],
      ['Cal.com', 'Go back'],
    ] as const) {
      await page.goto(dev.page)
      await page.getByRole('button', { name: `Connect ${provider}` }).click()
      await page.getByRole('button', { name: button }).click()
      const notice = page.getByRole('status')
      await notice.waitFor()
      assert.ok((await notice.innerText()).startsWith(`You declined at ${provider}. Nothing was connected.`))
    }
    assert.deepEqual(await connections(page), before)
  }))

test('several tabs can connect at the same time, and finish in another order', () =>
  visit(async (first, context) => {
    const before = await connections(first)
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
    assert.equal((await connections(first)).length, before.length + 3)
  }))

test('after access is revoked a test finds it, another account is refused, and the same one is reconnected', () =>
  visit(async (page) => {
    const id = await connect(page, 'Calendly', 'Ada Lindqvist')
    const { grants } = (await (await fetch(`${dev.sandbox}/control/grants`)).json()) as {
      grants: { id: string; account: string; status: string }[]
    }
    const grant = grants.find(({ account, status }) => account.startsWith('ADA') && status === 'active')
    await fetch(`${dev.sandbox}/control/grants/${grant?.id}/revoke`, { method: 'POST' })
    await page.getByRole('button', { name: 'Test now' }).click()
    await page.getByText('Calendly no longer accepts this connection. Its owner must reconnect.').waitFor()
    assert.match(
      await page.locator('#state').innerText(),
      /no longer accepts this connection:.*needs_reconnect · refused/,
    )

    for (const [account, notice] of [
      ['Ben Carter', 'You chose another Calendly account than the one to reconnect'],
      ['Ada Lindqvist', 'Calendly is connected: Ada Lindqvist'],
    ] as const) {
      await page.getByRole('button', { name: 'Reconnect', exact: true }).click()
      await page.getByLabel(account).check()
      await page.getByRole('button', { name: 'Allow' }).click()
      await page.getByText(notice).waitFor()
      assert.ok(page.url().includes(id))
    }
    assert.match(await page.locator('#state').innerText(), /State\s+Connected/)
    const life = await page.locator('#life').innerText()
    for (const sentence of [
      'The account was connected again.',
      'The grant is over: the provider refused its refresh token.',
    ])
      assert.ok(life.includes(sentence), life)
  }))

test('a disconnect asks first, and reports what was revoked and what could not be revoked', () =>
  visit(async (page) => {
    const first = await connect(page, 'Calendly', 'Ada Lindqvist')
    await page.getByRole('link', { name: 'Disconnect …' }).click()
    await page.getByText('are revoked at Calendly').waitFor()
    await page.getByRole('link', { name: 'Keep it' }).click()
    assert.ok((await connections(page)).includes(first))
    await disconnect(page, first)
    await page.getByText('Its tokens were revoked at Calendly and deleted here.').waitFor()
    const second = await connect(page, 'Cal.com', 'Ada Lindqvist')
    await disconnect(page, second)
    await page.getByText('Cal.com has no way to revoke tokens, so nothing is revoked there').waitFor()
    const left = await connections(page)
    assert.ok(!left.includes(first) && !left.includes(second))
  }))

test('the page names a scope that the person declined, and one button asks for it', () =>
  visit(async (page) => {
    await page.getByRole('button', { name: 'Connect Calendly' }).click()
    await page.getByLabel('event_types:read').uncheck()
    await page.getByRole('button', { name: 'Allow' }).click()
    assert.match(await page.locator('#scopes').innerText(), /Not granted:\s+event_types:read/)
    await page.getByRole('link', { name: 'Ask Calendly' }).click()
    await page.getByText('This call needs a permission that was not granted: event_types:read.').waitFor()
    assert.match(await page.locator('#answers').innerText(), /GET \/users\/me 200/)
    await page.getByRole('button', { name: 'Ask for the rest' }).click()
    await page.getByRole('button', { name: 'Allow' }).click()
    await page.getByText('Calendly is connected').waitFor()
    assert.doesNotMatch(await page.locator('#scopes').innerText(), /Not granted/)
  }))

test('the page fits on a small screen', () =>
  visit(async (page) => {
    await page.setViewportSize({ width: 320, height: 700 })
    await connect(page, 'Calendly', 'Ada Lindqvist')
    await page.getByRole('link', { name: 'Ask Calendly' }).click()
    await page.getByText('GET /users/me').waitFor()
    assert.ok(((await page.evaluate('document.documentElement.scrollWidth')) as number) <= 320)
  }))
