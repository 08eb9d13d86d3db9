// The sandbox's own pages in a real browser: accessible and narrow enough at both widths, in light and in dark; all their
// forms work without JavaScript; and with it, a page follows what happens without taking a form away from a person.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { createSandbox, type Sandbox } from '../../src/sandbox/index.ts'
import { launchBrowser } from '../pages/browser.ts'
import { isAccessible, visitIn } from '../pages/visit.ts'
import { clockFromStart } from '../support/dates.ts'
import {
  calcomUrl,
  calendlyUrl,
  call,
  connectCalcom,
  connectCalendly,
  control,
  refreshCalendly,
  sendJson,
} from './app.ts'

let browser: Browser
let sandbox: Sandbox

before(async () => {
  const answers = { '/good': 200, '/bad': 401 }
  ;[browser, sandbox] = await Promise.all([
    launchBrowser(),
    createSandbox({
      now: clockFromStart(),
      deliver: async (url) =>
        new Response('in_the_future', { status: answers[new URL(url).pathname as keyof typeof answers] }),
    }),
  ])
})

after(async () => {
  await browser?.close()
  await sandbox?.close()
})

/** A sandbox in which everything has happened that a page can show; returns the addresses of all pages. */
async function busy(): Promise<string[]> {
  await control(sandbox, 'POST', 'reset')
  const scope = 'users:read event_types:read scheduled_events:write webhooks:write'
  const ada = await connectCalendly(sandbox, 'ada', scope)
  await connectCalcom(sandbox, 'ben')
  for (const path of ['good', 'bad']) {
    const hook = { url: `https://app.example/${path}`, events: ['invitee.created'], scope: 'user' }
    const { organization, owner: user } = ada
    const subscriptions = `${sandbox.calendly.hosts.api}/webhook_subscriptions`
    await sendJson(sandbox, 'POST', subscriptions, ada.access_token, { ...hook, organization, user })
  }
  const book = async (wish: object): Promise<string> => (await control(sandbox, 'POST', 'bookings', wish)).body.id
  const moved = await book({ provider: 'calendly', account: 'ada' })
  const waiting = await book({ provider: 'calcom', account: 'eve', eventType: 'on-request' })
  await control(sandbox, 'POST', `bookings/${moved}/move`, {})
  await call(sandbox, `${sandbox.calendly.hosts.api}/users/me`, 'dead')
  await control(sandbox, 'POST', 'scenarios', { name: 'refresh-answer-lost', provider: 'calendly' })
  await refreshCalendly(sandbox, ada.refresh_token).catch(() => {})
  await control(sandbox, 'POST', 'scenarios', { name: 'webhooks-lost', minutes: 30 })
  await control(sandbox, 'POST', 'switches', { calcomStateRequired: false })
  await control(sandbox, 'POST', 'clock', { advance: 600 })
  await sandbox.delivered()
  const ids = ['/bookings/', '/bookings/'].map((path, at) => `${path}${[moved, waiting][at]}?done=moved`)
  const { attendee } = (await control(sandbox, 'POST', 'bookings', { provider: 'calendly', account: 'eve' })).body
  const invitee = new URL(attendee).pathname.split('/').at(-1)
  const providers = [
    calendlyUrl(sandbox),
    calendlyUrl(sandbox, { client_id: 'unknown' }),
    calcomUrl(sandbox, { show_account_selector: 'true' }),
    `${sandbox.url}/calendly/site/cancellations/${invitee}`,
    `${sandbox.url}/calendly/site/reschedulings/${invitee}`,
  ].map((address) => address.slice(sandbox.url.length))
  return [
    ...quietPages,
    ...providers,
    ...ids,
    '/people/calendly/ADALINDQVIST0001',
    '/people/calcom/105/book',
    '/requests?status=refused',
  ]
}

const quietPages = [
  '/',
  '/bookings',
  '/clock',
  '/scenarios',
  '/requests',
  '/webhooks',
  '/clients',
  '/switches',
  '/people/calcom/104',
  '/nowhere',
]

const visit = (options: BrowserContextOptions, work: (page: Page) => Promise<void>) =>
  visitIn(browser, { ...options, origins: [sandbox.url] }, work)

for (const [device, viewport] of [
  ['phone', { width: 320, height: 640 }],
  ['desktop', { width: 1200, height: 800 }],
] as const) {
  for (const colorScheme of ['light', 'dark'] as const) {
    test(`axe finds nothing on any page: ${device}, ${colorScheme}`, async () => {
      // axe runs in the page as a script, which its policy forbids to everyone else.
      const options = { viewport, colorScheme, bypassCSP: true }
      await visit(options, async (page) => {
        for (const address of await busy()) {
          await page.goto(sandbox.url + address)
          await isAccessible(page)
        }
        await page.goto(`${sandbox.url}/scenarios?open=provider-slow`)
        await page.locator('#provider-slow').getByLabel('Seconds').fill('lots')
        await page.locator('#provider-slow').getByRole('button').click()
        await page.getByText('Give a number of seconds.').waitFor()
        await isAccessible(page, 'a form with a mistake')
        // Without anything in it, a page has other parts; their colours are the same.
        if (colorScheme === 'dark') return
        await control(sandbox, 'POST', 'reset')
        for (const address of quietPages) {
          await page.goto(sandbox.url + address)
          await isAccessible(page, `${address} without anything`)
        }
      })
    })
  }
}

test('without JavaScript a person books, moves and cancels, and starts and ends a scenario', async () => {
  await control(sandbox, 'POST', 'reset')
  const { access_token } = await connectCalendly(sandbox, 'ada')
  const status = async () => (await call(sandbox, `${sandbox.calendly.hosts.api}/users/me`, access_token)).status
  await visit({ javaScriptEnabled: false, viewport: { width: 320, height: 640 } }, async (page) => {
    await page.goto(sandbox.url)
    const row = page.getByRole('row').filter({ hasText: 'Calendly' }).filter({ hasText: 'Ada Lindqvist' })
    await row.first().getByRole('button', { name: 'Book a meeting' }).click()
    await page.getByRole('heading', { level: 1, name: 'Meeting 01 with Ada Lindqvist' }).waitFor()
    await page.getByText('Booked. The guest and the host').waitFor()
    await page.getByLabel('New time').selectOption({ index: 3 })
    const chosen = await page.getByLabel('New time').inputValue()
    await page.getByRole('button', { name: 'Move it' }).click()
    await page.getByText('Moved. This is the new booking.').waitFor()
    const { bookings } = (await control(sandbox, 'GET', 'bookings')).body
    assert.equal(bookings.find((one: { state: string }) => one.state === 'booked').startsAt, chosen)
    await page.getByLabel('Reason').first().fill('Ill')
    await page.getByRole('button', { name: 'Cancel it' }).click()
    await page.getByText('Canceled. The time is open again.').waitFor()

    await page.getByRole('link', { name: 'Scenarios', exact: true }).click()
    await page.locator('#scenario-provider-down > summary').click()
    await page.locator('#provider-down').getByLabel('Minutes').fill('-3')
    await page.locator('#provider-down').getByRole('button').click()
    const minutes = page.locator('#provider-down').getByLabel('Minutes')
    assert.equal(await minutes.inputValue(), '-3')
    assert.equal(await page.locator(':focus').getAttribute('name'), 'minutes', 'the browser goes to the mistake')
    await page.getByText('Give more than 0 minutes.').waitFor()
    assert.equal(await status(), 200)
    await minutes.fill('5')
    await page.locator('#provider-down').getByRole('button').click()
    await page.getByText('The scenario is on.').waitFor()
    assert.equal(await status(), 503)
    await page.getByRole('button', { name: 'End it' }).click()
    await page.getByText('Nothing goes wrong at present').waitFor()
    assert.equal(await status(), 200)
  })
})

test('with JavaScript a page shows what happens, and keeps what a person has begun', async () => {
  await control(sandbox, 'POST', 'reset')
  await visit({}, async (page) => {
    await page.goto(`${sandbox.url}/scenarios?open=provider-slow`)
    const seconds = page.locator('#provider-slow').getByLabel('Seconds')
    await seconds.fill('12')
    await control(sandbox, 'POST', 'scenarios', { name: 'webhooks-lost' })
    await page.getByText('1 scenario on').waitFor()
    await page.getByRole('button', { name: 'End it' }).waitFor()
    assert.equal(await seconds.inputValue(), '12')
  })
})

test('a person with a keyboard skips the navigation, and a reader hears landmarks and headings', async () => {
  await control(sandbox, 'POST', 'reset')
  await visit({}, async (page) => {
    await page.goto(`${sandbox.url}/clock`)
    await page.keyboard.press('Tab')
    assert.equal(await page.locator(':focus').innerText(), 'Skip to the content')
    for (const role of ['banner', 'navigation', 'main'] as const)
      assert.equal(await page.getByRole(role).count(), 1, role)
    assert.equal(await page.getByRole('heading', { level: 1 }).count(), 1)
    assert.equal(await page.getByRole('link', { name: 'Clock' }).getAttribute('aria-current'), 'page')
  })
})
