import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { type Stage, setStage } from '../browser/stage.ts'
import { launchBrowser } from './browser.ts'
import { isAccessible, visitIn } from './visit.ts'

let browser: Browser
let stage: Stage

// A pixel.
const logoUrl =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='

before(async () => {
  // Yellow is unreadable on white, and white on it.
  const branding = { name: 'Acme Bookings', colour: '#ffd400', logoUrl }
  ;[browser, stage] = await Promise.all([launchBrowser(), setStage({ branding })])
})

after(async () => {
  await browser?.close()
  await stage?.close()
})

const visit = (options: BrowserContextOptions, work: (page: Page) => Promise<void>) => visitIn(browser, options, work)

/** Connects from the page to the host application, and returns the connection's id. */
async function connect(page: Page, address: string, account: string): Promise<string> {
  await page.goto(address)
  await page.getByRole('button', { name: 'Calendly' }).click()
  await page.getByLabel(account).check()
  await page.getByRole('button', { name: 'Allow' }).click()
  await page.waitForURL(`${stage.host}/connected**`)
  const session = new URL(page.url()).searchParams.get('punctual_session') ?? ''
  return (await stage.punctual.complete({ session, owner: 'ada' })).id
}

test('a person connects without JavaScript, and reconnects by the one button of a repair page', () =>
  visit({ javaScriptEnabled: false, locale: 'en' }, async (page) => {
    const id = await connect(page, await stage.session(), 'Ada Lindqvist')
    await page.goto(await stage.session({ connection: id }))
    await page.getByRole('heading', { name: 'Reconnect Ada Lindqvist' }).waitFor()
    assert.equal(await page.getByRole('button').count(), 1)
    assert.equal(await connect(page, page.url(), 'Ada Lindqvist'), id)
  }))

test('`?client=` skips the page', () =>
  visit({}, async (page) => {
    await page.goto(`${await stage.session()}?client=calcom`)
    assert.equal(new URL(page.url()).origin, stage.sandbox.url)
  }))

for (const [device, viewport] of [
  ['phone', { width: 320, height: 640 }],
  ['desktop', { width: 1200, height: 800 }],
] as const) {
  for (const colorScheme of ['light', 'dark'] as const) {
    test(`axe finds nothing on any page: ${device}, ${colorScheme}`, async () => {
      // Calendly takes few token requests a minute of one person.
      stage.sandbox.clock.advance(60)
      const id = await stage.connection()
      const ended = await stage.session({ clients: ['calendly'] })
      await visit({ locale: 'en' }, async (page) => void (await connect(page, ended, 'Ben Carter')))
      const narrow = { clients: ['calendly'], scopes: ['users:read', 'contacts:read'] }
      // Long words are in the way on a phone alone, and their colours are the same.
      for (const locale of device === 'phone' && colorScheme === 'light' ? ['en', 'de', 'es'] : ['en']) {
        // axe runs in the page as a script, which its policy forbids to everyone else.
        await visit({ viewport, colorScheme, locale, bypassCSP: true }, async (page) => {
          for (const address of [
            await stage.session(),
            await stage.session(narrow),
            await stage.session({ connection: id }),
            ended,
            `${stage.service}/connect/session_unknown`,
            `${stage.service}/callback/calendly?state=x&code=y`,
          ]) {
            await page.goto(address)
            await isAccessible(page)
          }
        })
      }
      await stage.outage()
      await visit({ viewport, colorScheme, bypassCSP: true }, async (page) => {
        await page.goto(await stage.session())
        assert.equal(await page.locator('.notice').count(), 1)
        await isAccessible(page, 'the page of a provider that is away')
      })
      await stage.connection()
    })
  }
}

test('a person with a keyboard reaches each button in the order of the page, and sees where they are', () =>
  visit({ locale: 'en' }, async (page) => {
    await page.goto(await stage.session())
    const reached: string[] = []
    const list = 'With this account, Acme Bookings can:'
    const expected = ['Continue to Calendly', list, 'Continue to Cal.com', list]
    for (const _ of expected) {
      await page.keyboard.press('Tab')
      const focused = page.locator(':focus')
      // The mark of a button is not read out.
      reached.push(await focused.locator(':scope:not(:has([aria-hidden])), :not([aria-hidden])').innerText())
      const outline = await focused.evaluate((element) => getComputedStyle(element).outlineStyle)
      assert.equal(outline, 'solid')
    }
    assert.deepEqual(reached, expected)
    await page.keyboard.press('Enter')
    await page.getByText('see your bookings, and who booked').last().waitFor()
    await page.keyboard.press('Shift+Tab')
    await page.keyboard.press('Enter')
    await page.waitForURL(`${stage.sandbox.url}/**`)
  }))

test('on a phone the first button is in sight', () =>
  visit({ viewport: { width: 360, height: 640 } }, async (page) => {
    await page.goto(await stage.session())
    const box = await page.getByRole('button').first().boundingBox()
    assert.ok(box && box.y + box.height < 640, JSON.stringify(box))
  }))

test('a reader of the page hears its landmarks and headings', () =>
  visit({ locale: 'en' }, async (page) => {
    await page.goto(await stage.session())
    for (const landmark of ['banner', 'main', 'contentinfo'] as const)
      assert.equal(await page.getByRole(landmark).count(), 1)
    assert.deepEqual(await page.getByRole('heading').allInnerTexts(), ['Connect your account', 'Calendly', 'Cal.com'])
    assert.equal(await page.getByRole('region', { name: 'Calendly' }).count(), 1)
  }))

test('nothing is loaded but the page itself, and its policy lets the logo in', () =>
  visit({}, async (page) => {
    const urls: string[] = []
    page.on('request', (request) => urls.push(request.url()))
    const address = await stage.session()
    await page.goto(address)
    assert.deepEqual(urls, [address])
    assert.equal(await page.evaluate("document.querySelector('img').naturalWidth"), 1)
  }))
