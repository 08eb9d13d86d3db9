// The booking page in a real browser, at each provider, by the same script.

import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import axe from 'axe-core'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { calcom, calendly } from 'punctual/providers'
import { createSandbox, type Sandbox } from 'punctual/sandbox'
import { memory } from 'punctual/store/memory'
import { scopes } from '../../examples/booking-page/clients.ts'
import { start } from '../../examples/booking-page/server.ts'
import type { Running } from '../../examples/your-app/run.ts'
import { launchBrowser, watch } from '../pages/browser.ts'
import { startReverseProxy } from './reverse-proxy.ts'

let browser: Browser
let sandbox: Sandbox
let app: Running
let home: string
const closing: (() => void)[] = []

before(async () => {
  const front = await startReverseProxy({ after: (close) => void closing.push(close as () => void) })
  home = front.url
  ;[browser, sandbox] = await Promise.all([launchBrowser(), createSandbox()])
  app = await start({
    port: 0,
    baseUrl: `${home}/integrations`,
    keys: [Buffer.alloc(32, 7).toString('base64url')],
    store: memory(),
    journal: null,
    clock: { now: () => sandbox.clock.now() },
    clients: [
      calendly({ ...sandbox.calendly, scopes: scopes.calendly }),
      calcom({ ...sandbox.calcom, scopes: scopes.calcom }),
    ],
  })
  front.passTo(app.port)
})

after(async () => {
  await browser?.close()
  await app?.stop()
  for (const close of closing) close()
  await sandbox?.close()
})

for (const { provider, name, colorScheme } of [
  { provider: 'calendly', name: 'Calendly', colorScheme: 'light' },
  { provider: 'calcom', name: 'Cal.com', colorScheme: 'dark' },
] as const) {
  describe(`the booking page at ${name}, in ${colorScheme}`, () => {
    const salon = `Salon ${name}`
    let owner: Page

    before(async () => {
      owner = await (await browser.newContext({ colorScheme })).newPage()
      await connect(owner, salon, name)
    })

    test('shows the services in the visitor’s time zone, and books with answers, once for a double click', () =>
      visit(salon, { colorScheme, timezoneId: 'America/New_York' }, async (page) => {
        await isAccessible(page)
        await page.getByRole('link', { name: 'Consultation' }).click()
        assert.equal(await page.getByLabel('Time zone').inputValue(), 'America/New_York')
        await isAccessible(page)
        const time = await chooseTime(page)
        await isAccessible(page)
        await answer(page, 'Gil Guest')
        const sent = bookingsSent()
        await page.getByRole('button', { name: 'Book' }).dblclick()
        await page.getByRole('heading', { name: 'You are booked' }).waitFor()
        assert.equal(bookingsSent() - sent, 1)
        assert.ok((await page.locator('dl').innerText()).includes(time))
        await isAccessible(page)
        const link = page.getByRole('link', { name: 'Add to your calendar' })
        const file = await page.request.get(new URL((await link.getAttribute('href')) ?? '', page.url()).href)
        const unfolded = (await file.text()).replaceAll('\r\n ', '')
        assert.match(unfolded, /^BEGIN:VCALENDAR\r\n.*ATTENDEE.*gil\.guest@guests\.example/s)
      }))

    test('says what is missing beside it, and keeps what was typed', () =>
      visit(salon, { colorScheme }, async (page) => {
        await page.getByRole('link', { name: 'Consultation' }).click()
        await chooseTime(page)
        await page.getByLabel('Your name').fill('Hana Guest')
        await page.getByLabel('What is it about?').fill('Two things')
        await page.locator('form.booking').evaluate((form) => form.setAttribute('novalidate', ''))
        await page.getByRole('button', { name: 'Book' }).click()
        await page.getByRole('alert').getByText('Something is missing').waitFor()
        assert.equal(await page.getByLabel('Your name').inputValue(), 'Hana Guest')
        assert.equal(await page.getByLabel('What is it about?').inputValue(), 'Two things')
        const email = page.getByLabel('Your e-mail address')
        assert.equal(await email.evaluate((field) => field === field.ownerDocument.activeElement), true)
        assert.match(await page.locator('.problem').first().innerText(), /Please enter your e-mail address/)
        assert.equal(await page.locator('.problem').count(), 3)
        await isAccessible(page)
      }))

    test('offers another time when somebody else has taken the slot, and keeps what was typed', () =>
      visit(salon, { colorScheme }, async (page) => {
        await page.getByRole('link', { name: 'Consultation' }).click()
        await chooseTime(page)
        await answer(page, 'Ines Guest')
        const taken = new URL(page.url()).searchParams.get('start') ?? ''
        await takeSlot(provider, 'Consultation', taken)
        await page.getByRole('button', { name: 'Book' }).click()
        await page.getByRole('alert').getByText('Somebody else has just taken this time').waitFor()
        assert.equal(await page.getByLabel('Company').inputValue(), 'Guests & Co.')
        await isAccessible(page)
        const another = await page.getByLabel('Another time').inputValue()
        assert.notEqual(another, taken)
        await page.getByRole('button', { name: 'Book' }).click()
        await page.getByRole('heading', { name: 'You are booked' }).waitFor()
      }))

    test('moves and cancels a booking, here or where the provider leaves it to the visitor', () =>
      visit(salon, { colorScheme }, async (page) => {
        const booking = await book(page, 'Jo Guest')
        const before = await page.locator('dl').innerText()
        await page.getByRole('link', { name: 'Move' }).click()
        if (page.url().startsWith(home)) {
          await chooseTime(page)
          await isAccessible(page)
          await page.getByRole('button', { name: 'Move the booking' }).click()
        } else await page.getByRole('button').nth(20).click()
        await page.waitForLoadState()
        await page.goto(booking)
        const moved = await page.locator('dl').innerText()
        assert.notEqual(moved, before)
        await page.getByRole('link', { name: 'Cancel' }).click()
        await isAccessible(page)
        await page.getByLabel('Reason').fill('A cold')
        await page.getByRole('button', { name: 'Cancel the booking' }).click()
        await page.getByRole('heading', { name: 'Your booking is cancelled' }).waitFor()
        assert.equal(await page.locator('dl').innerText(), moved)
      }))

    test('moves every booking here, if the owner lets it be booked again and cancelled', () =>
      visit(salon, { colorScheme }, async (page) => {
        await owner.getByLabel('Book again and cancel').check()
        await owner.getByRole('button', { name: 'Save' }).click()
        await isAccessible(owner)
        const booking = await book(page, 'Kim Guest')
        await page.getByRole('link', { name: 'Move', exact: true }).click()
        const time = await chooseTime(page)
        await page.getByRole('button', { name: 'Move the booking' }).click()
        await page.getByRole('status').getByText('Your booking was moved').waitFor()
        assert.equal(new URL(page.url()).pathname, new URL(booking).pathname)
        assert.ok((await page.locator('dl').innerText()).includes(time))
      }))

    test('asks the owner to connect again, and tells the visitor that it cannot be booked online', () =>
      visit(salon, { colorScheme }, async (page) => {
        sandbox.revoke({ provider, account: 'eve' })
        // Until the access token has ended, it may still work.
        sandbox.clock.advance(3 * 3600)
        await page.reload()
        await page.getByRole('alert').getByText('cannot be done online at the moment').waitFor()
        await isAccessible(page)
        await owner.reload()
        await isAccessible(owner)
        await owner
          .getByRole('alert')
          .getByRole('link', { name: /^Connect .* again$/ })
          .click()
        await consent(owner)
        await page.reload()
        await page.getByRole('link', { name: 'Consultation' }).waitFor()
      }))
  })
}

/** A new visitor on the page of the salon. Nothing is loaded from elsewhere, and the browser complains of nothing. */
async function visit(
  salon: string,
  options: BrowserContextOptions,
  work: (page: Page) => Promise<void>,
): Promise<void> {
  const context = await browser.newContext(options)
  const seen = watch(context)
  const page = await context.newPage()
  try {
    await page.goto(`${home}/salons/${encodeURIComponent(salon)}`)
    await work(page)
    // A page with the status 409 or 422 is among the complaints too.
    assert.deepEqual(
      seen.complaints.filter((text) => !text.startsWith('Failed to load resource')),
      [],
    )
    assert.deepEqual(
      [...seen.origins].filter((origin) => ![home, sandbox.url].includes(origin)),
      [],
    )
  } finally {
    await context.close()
  }
}

/** Signs in at the application, and connects the account of Eve, who has the services. */
async function connect(page: Page, salon: string, provider: string): Promise<void> {
  await page.goto(home)
  await isAccessible(page)
  await page.getByLabel('Your name').fill(salon)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await isAccessible(page)
  await page.getByRole('link', { name: `Connect ${provider}` }).click()
  await consent(page)
  await page.getByText('Connected: Eve Okafor').waitFor()
}

async function consent(page: Page): Promise<void> {
  await page.getByLabel('Eve Okafor').check()
  await page.getByRole('button', { name: 'Allow' }).click()
  await page.waitForURL((url) => url.href.startsWith(home))
}

/** Chooses the first free time of the next week, and returns it as the page shows it. */
async function chooseTime(page: Page): Promise<string> {
  await page.getByRole('link', { name: 'Later' }).click()
  const link = page.locator('.times a').first()
  const time = (await link.innerText()).trim()
  await link.click()
  return time
}

async function answer(page: Page, name: string): Promise<void> {
  await page.getByLabel('Your name').fill(name)
  await page.getByLabel('Your e-mail address').fill(`${name.replace(' ', '.').toLowerCase()}@guests.example`)
  await page.getByLabel('Company').fill('Guests & Co.')
  await page.getByLabel('What is it about?').fill('Taxes,\nand "more"')
  await page.getByLabel('Search').check()
  await page.getByLabel('Payroll').check()
}

/** Books a service without questions, and returns the address of the booking. */
async function book(page: Page, name: string): Promise<string> {
  await page.getByRole('link', { name: 'Intro call' }).click()
  await chooseTime(page)
  await page.getByLabel('Your name').fill(name)
  await page.getByLabel('Your e-mail address').fill(`${name.replace(' ', '.').toLowerCase()}@guests.example`)
  await page.getByRole('button', { name: 'Book' }).click()
  await page.getByRole('heading', { name: 'You are booked' }).waitFor()
  return page.url()
}

/** Somebody else books this slot on the provider's own page. */
async function takeSlot(provider: string, eventType: string, at: string): Promise<void> {
  const response = await fetch(`${sandbox.url}/control/bookings`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ provider, account: 'eve', eventType, start: at }),
  })
  assert.equal(response.status, 201, await response.text())
}

/** How many bookings the providers have been asked for. */
function bookingsSent(): number {
  return sandbox.requests().filter(({ method, path }) => method === 'POST' && /\/(invitees|bookings)$/.test(path))
    .length
}

/** axe-core finds nothing, and a small screen does not scroll sideways. */
async function isAccessible(page: Page): Promise<void> {
  await page.evaluate(axe.source)
  // The zones to choose from are hundreds of options, all alike.
  const { violations } = (await page.evaluate("axe.run({ exclude: ['option'] })")) as axe.AxeResults
  const found = violations.map(({ id, nodes }) => `${page.url()} ${id}: ${nodes.map(({ html }) => html).join(' ')}`)
  assert.deepEqual(found, [])
  const size = page.viewportSize() ?? { width: 1280, height: 720 }
  await page.setViewportSize({ width: 320, height: 700 })
  assert.ok(
    ((await page.evaluate('document.documentElement.scrollWidth')) as number) <= 320,
    `${page.url()} is too wide`,
  )
  await page.setViewportSize(size)
}
