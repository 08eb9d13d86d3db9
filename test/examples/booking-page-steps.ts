// What an owner and a visitor do on the booking page, step by step: the same at every provider.

import assert from 'node:assert/strict'
import type { Page } from 'playwright-core'
import { violations } from '../pages/visit.ts'

/** Signs in at the application, and connects the account of Eve, who has the services. */
export async function connect(page: Page, salon: string, provider: string): Promise<void> {
  await isAccessible(page)
  await page.getByLabel('Your name').fill(salon)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await isAccessible(page)
  await page.getByRole('link', { name: `Connect ${provider}` }).click()
  await consent(page)
}

/** Consents at the provider as Eve. */
export async function consent(page: Page): Promise<void> {
  await page.getByLabel('Eve Okafor').check()
  await page.getByRole('button', { name: 'Allow' }).click()
  await page.getByText('Connected: Eve Okafor').waitFor()
}

/** Chooses the first free time of the next week, and returns it as the page shows it. */
export async function chooseTime(page: Page): Promise<string> {
  await page.getByRole('link', { name: 'Later' }).click()
  const link = page.locator('.times a').first()
  const time = (await link.innerText()).slice(0, '09:00'.length)
  await link.click()
  return time
}

/** Fills in name and e-mail address. */
export async function introduce(page: Page, name: string): Promise<void> {
  await page.getByLabel('Your name').fill(name)
  await page.getByLabel('Your e-mail address').fill(`${name.replace(' ', '.').toLowerCase()}@guests.example`)
}

/** Answers the questions of the consultation. */
export async function answer(page: Page): Promise<void> {
  await page.getByLabel('Company').fill('Guests & Co.')
  await page.getByLabel('What is it about?').fill('Taxes,\nand "more"')
  await page.getByLabel('Search').check()
  await page.getByLabel('Payroll').check()
}

/** Books a service without questions, and returns the address of the booking. */
export async function book(page: Page, service: string, name: string): Promise<string> {
  await page.getByRole('link', { name: service }).click()
  await chooseTime(page)
  await introduce(page, name)
  await send(page)
  return page.url()
}

/** Sends the form and waits for the booking. */
export async function send(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Book' }).click()
  await page.getByRole('heading', { name: 'You are booked' }).waitFor()
}

/** Sends the form twice at the same time, as a double click does, and returns the addresses to which that leads. */
export function sendTwice(page: Page): Promise<string[]> {
  return page.locator('form').evaluate((form: HTMLFormElement) => {
    const body = new URLSearchParams([...new FormData(form)].map(([name, value]) => [name, String(value)]))
    const sent = () => fetch(form.action, { method: 'POST', body }).then(({ url }) => url)
    return Promise.all([sent(), sent()])
  })
}

/** Returns what the page says of the booking. */
export function factsOf(page: Page): Promise<string> {
  return page.locator('dl').innerText()
}

/** Returns the calendar file of a booking, with its long lines whole. */
export async function fileOf(page: Page): Promise<string> {
  const address = await page.getByRole('link', { name: 'Add to your calendar' }).getAttribute('href')
  const file = await page.request.get(new URL(address ?? '', page.url()).href)
  return (await file.text()).replaceAll('\r\n ', '')
}

/** axe-core finds nothing, and a small screen does not scroll sideways. */
export async function isAccessible(page: Page): Promise<void> {
  // The zones to choose from are hundreds of options, all alike.
  assert.deepEqual(await violations(page, { exclude: ['option'] }), [], page.url())
  const size = page.viewportSize() ?? { width: 1280, height: 720 }
  await page.setViewportSize({ width: 320, height: 700 })
  const width = (await page.evaluate('document.documentElement.scrollWidth')) as number
  assert.ok(width <= 320, `${page.url()} is ${width} px wide`)
  await page.setViewportSize(size)
}
