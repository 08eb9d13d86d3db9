import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { emptyFolder, type Started, startDev } from '../cli/start.ts'
import { launchBrowser, watch } from './browser.ts'

let browser: Browser
let dev: Started

before(async () => {
  ;[browser, dev] = await Promise.all([launchBrowser(), startDev(emptyFolder())])
})

after(async () => {
  await browser?.close()
  await dev?.stop()
})

const providers = [
  { title: 'Calendly', name: 'calendly', event: 'invitee.created' },
  { title: 'Cal.com', name: 'calcom', event: 'BOOKING_CREATED' },
] as const

function card(page: Page, title: string) {
  return page.getByRole('article').filter({ has: page.getByText(title, { exact: true }) })
}

async function connect(page: Page, title: string, declined?: string): Promise<void> {
  if (declined !== undefined) await page.getByLabel(declined).uncheck()
  await page.getByLabel('Ben Carter').check()
  await page.getByRole('button', { name: 'Allow' }).click()
  await page.getByText(`${title} is connected: Ben Carter.`).waitFor()
}

/** Reloads the page until the list of events shows the event. */
async function shown(page: Page, event: string) {
  const rows = page.getByRole('listitem').filter({ hasText: event }).filter({ hasText: 'Acknowledged' })
  for (let loads = 0; loads < 40 && (await rows.count()) === 0; loads++) await page.goto(dev.page)
  return rows.first()
}

test('one button subscribes to bookings, and a booking in the sandbox appears among the events', async () => {
  const context = await browser.newContext()
  const { complaints } = watch(context)
  const page = await context.newPage()
  await page.goto(dev.page)
  await page.getByText('This page acknowledges them itself').waitFor()
  for (const { title, name, event } of providers) {
    await page.getByRole('button', { name: `Connect ${title}` }).click()
    await connect(page, title)
    await card(page, title).getByRole('button', { name: 'Subscribe to bookings' }).click()
    await page.getByText(`${title} now reports the bookings of this account.`).waitFor()
    const text = await card(page, title).innerText()
    for (const part of ['Active', event, 'scope: user']) assert.ok(text.includes(part), part)

    await page.getByRole('link', { name: 'Book a meeting in the sandbox' }).click()
    const person = page.getByRole('row').filter({ hasText: name }).filter({ hasText: 'Ben Carter' })
    await person.getByRole('button', { name: 'Book a meeting' }).click()
    await page.waitForURL(`${dev.sandbox}/bookings/**`)
    await page.goto(dev.page)
    const row = await (await shown(page, event)).innerText()
    for (const part of ['webhook.received', `Ben Carter at ${title}`]) assert.ok(row.includes(part), part)
    assert.ok(!(await page.content()).includes('gil@guests.example'))

    await card(page, title).getByRole('button', { name: 'Unsubscribe' }).click()
    await page.getByText('This account’s webhooks have ended.').waitFor()
    await card(page, title).getByRole('button', { name: 'Subscribe to bookings' }).waitFor()
  }
  await (await shown(page, 'connection.created')).waitFor()
  await page.setViewportSize({ width: 320, height: 700 })
  assert.ok(((await page.evaluate('document.documentElement.scrollWidth')) as number) <= 320)
  assert.deepEqual(complaints, [])
  await context.close()
})

test('a missing scope is named, and a button requests it', async () => {
  const page = await browser.newPage()
  await page.goto(dev.page)
  await page.getByRole('button', { name: 'Connect Calendly' }).click()
  await connect(page, 'Calendly', 'webhooks:write')
  const shown = card(page, 'Calendly')
  assert.match(await shown.innerText(), /To receive bookings, this account must also grant webhooks:write\./)
  await shown.getByRole('button', { name: 'Request permission' }).click()
  await connect(page, 'Calendly')
  await shown.getByRole('button', { name: 'Subscribe to bookings' }).click()
  await page.getByText('Calendly now reports the bookings of this account').waitFor()
  await page.close()
})
