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

async function connect(page: Page, title: string, declined?: string): Promise<void> {
  if (declined !== undefined) await page.getByLabel(declined).uncheck()
  await page.getByLabel('Ben Carter').check()
  await page.getByRole('button', { name: 'Allow' }).click()
  await page.getByText(`${title} is connected: Ben Carter.`).waitFor()
}

/** The page follows what happens: waits until the list of events shows the event as acknowledged. */
async function shown(page: Page, event: string) {
  await page.goto(`${dev.page}events`)
  const row = page.getByRole('listitem').filter({ hasText: event }).filter({ hasText: 'Acknowledged' }).first()
  await row.waitFor()
  return row
}

test('one button subscribes to bookings, and a booking in the sandbox appears among the events', async () => {
  const context = await browser.newContext()
  const { complaints } = watch(context)
  const page = await context.newPage()
  await page.goto(`${dev.page}events`)
  await page.getByText('This page acknowledges them itself').waitFor()
  for (const { title, name, event } of providers) {
    await page.goto(dev.page)
    await page.getByRole('button', { name: `Connect ${title}` }).click()
    await connect(page, title)
    const address = page.url()
    const webhooks = page.locator('#webhooks')
    await webhooks.getByRole('button', { name: 'Subscribe to bookings' }).click()
    await page.getByText(`${title} now reports the bookings of this account.`).waitFor()
    const text = await webhooks.innerText()
    for (const part of ['Active', event, 'For user']) assert.ok(text.includes(part), part)

    await page.goto(`${dev.page}events`)
    await page.getByRole('link', { name: 'Book a meeting in the sandbox' }).click()
    const person = page.getByRole('row').filter({ hasText: name }).filter({ hasText: 'Ben Carter' })
    await person.getByRole('button', { name: 'Book a meeting' }).click()
    await page.waitForURL(`${dev.sandbox}/bookings/**`)
    const row = await (await shown(page, event)).innerText()
    for (const part of ['webhook.received', title, 'owner you']) assert.ok(row.includes(part), part)
    assert.ok(!(await page.content()).includes('gil@guests.example'))

    await page.goto(address)
    await webhooks.getByRole('button', { name: 'Unsubscribe' }).click()
    await page.getByText('This account’s webhooks have ended.').waitFor()
    await webhooks.getByRole('button', { name: 'Subscribe to bookings' }).waitFor()
  }
  await shown(page, 'connection.created')
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
  const webhooks = page.locator('#webhooks')
  assert.match(await webhooks.innerText(), /To receive bookings, this account must also grant webhooks:write\./)
  await webhooks.getByRole('button', { name: 'Ask for it' }).click()
  await connect(page, 'Calendly')
  await webhooks.getByRole('button', { name: 'Subscribe to bookings' }).click()
  await page.getByText('Calendly now reports the bookings of this account').waitFor()
  await page.close()
})
