// A person books, moves and cancels on the page: one script for both providers, in a real browser.

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

/** `moves`: whether the provider moves bookings itself. */
const providers = [
  { title: 'Calendly', moves: false },
  { title: 'Cal.com', moves: true },
] as const

function row(page: Page, who: string) {
  return page.getByRole('listitem').filter({ hasText: who })
}

/** Follows the links to a form for the slot of that number, and fills it in. */
async function fillForm(page: Page, title: string, who: string, slot: number): Promise<void> {
  await page.getByRole('link', { name: 'Show the bookings' }).click()
  await page.getByRole('link', { name: 'Book a meeting' }).click()
  await page.getByRole('link', { name: 'Consultation' }).click()
  await page.locator('.slots a').nth(slot).click()
  await page.getByLabel('Name').fill(who)
  await page.getByLabel('E-mail').fill('gil@guests.example')
  await page.getByLabel('Company').fill('Guests & Sons')
  // Where something else may be written, it is a field with proposals.
  const field = page.getByLabel('How did you find us?')
  await (title === 'Calendly' ? field.fill('By chance') : field.selectOption('Search'))
}

test('a person books, moves and cancels, and the page of the connection shows its bookings', async () => {
  const context = await browser.newContext()
  const { complaints, origins } = watch(context)
  const page = await context.newPage()
  const addresses: Record<string, string> = {}
  for (const { title } of providers) {
    await page.goto(dev.page)
    await page.getByRole('button', { name: `Connect ${title}` }).click()
    await page.getByLabel('Eve Okafor').check()
    await page.getByRole('button', { name: 'Allow' }).click()
    await page.getByText(`${title} is connected: Eve Okafor.`).waitFor()
    addresses[title] = page.url()
  }

  for (const { title } of providers) {
    const account = `Eve Okafor at ${title}`
    await page.goto(addresses[title] ?? '')
    await fillForm(page, title, `Guest of ${title}`, 9)
    await page.getByRole('button', { name: 'Book' }).click()
    await page.getByText(`It is booked at ${title}.`).waitFor()
    const text = await row(page, `Guest of ${title}`).innerText()
    for (const part of ['Consultation', 'Africa/Lagos', 'gil@guests.example'])
      assert.ok(text.includes(part), `${part}: ${text}`)
    await page.getByText(account).waitFor()
  }

  for (const { title, moves } of providers) {
    const guest = `Guest of ${title}`
    await page.goto(`${addresses[title]}/bookings`)
    const before = await row(page, guest).locator('time').getAttribute('datetime')
    await page.getByRole('link', { name: `Move the booking of ${guest}` }).click()
    const attendeesPage = page.getByRole('link', { name: 'The attendee’s page' })
    assert.equal(await attendeesPage.count(), moves ? 0 : 1)
    await page.locator('.slots a').nth(20).click()
    if (!moves) await page.getByRole('checkbox').check()
    await page.getByRole('button', { name: 'Move' }).click()
    await page.getByText(moves ? `${title} has moved the booking.` : 'The new time is booked, and the old').waitFor()
    assert.equal(await row(page, guest).count(), 1)
    assert.notEqual(await row(page, guest).locator('time').getAttribute('datetime'), before)

    await page.getByRole('link', { name: `Cancel the booking of ${guest}` }).click()
    await page.getByLabel('Reason').fill('Ill')
    await page.getByRole('button', { name: 'Cancel the booking' }).click()
    await page.getByText(`The booking at ${title} is cancelled.`).waitFor()
    assert.equal(await row(page, guest).count(), 0)
  }
  await page.setViewportSize({ width: 320, height: 700 })
  assert.ok(((await page.evaluate('document.documentElement.scrollWidth')) as number) <= 320)
  assert.deepEqual(complaints, [])
  assert.deepEqual([...origins].sort(), [new URL(dev.page).origin, dev.sandbox].sort())
  await context.close()
})
