import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { launchBrowser } from '../pages/browser.ts'
import { type Stage, setStage } from './stage.ts'

let browser: Browser
let stage: Stage
/** The same with a provider whose pages cut a popup off from its opener. */
let cuttingOff: Stage

before(async () => {
  ;[browser, stage, cuttingOff] = await Promise.all([
    launchBrowser(),
    setStage(),
    setStage({ providerHeaders: { 'cross-origin-opener-policy': 'same-origin' } }),
  ])
})

after(async () => {
  await browser?.close()
  await Promise.all([stage?.close(), cuttingOff?.close()])
})

async function visit(
  work: (page: Page, context: BrowserContext) => Promise<void>,
  at = '/',
  on = stage,
): Promise<void> {
  const context = await browser.newContext({ locale: 'en' })
  const page = await context.newPage()
  await page.goto(`${on.host}${at}`)
  try {
    await work(page, context)
  } finally {
    await context.close()
  }
}

/** Presses the button of the host application, and returns the popup at the provider. */
async function openPopup(page: Page, provider = 'Calendly'): Promise<Page> {
  const [popup] = await Promise.all([page.waitForEvent('popup'), page.getByRole('button').click()])
  await popup.getByRole('button', { name: provider }).click()
  return popup
}

async function allow(popup: Page, account: string): Promise<void> {
  await popup.getByLabel(account).check()
  await popup.getByRole('button', { name: 'Allow' }).click()
}

/** A page behind another one draws no frames, so it is looked at by the clock and not with each frame. */
const seen = { polling: 50 }

/** Waits for so many lines in the output of the page. */
async function outcomes(page: Page, count = 1): Promise<unknown[]> {
  await page.waitForFunction(
    `document.querySelector('output').textContent.split('\\n').length > ${count}`,
    undefined,
    seen,
  )
  const text = (await page.locator('output').textContent()) ?? ''
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown)
}

test('a popup connects, sends the session to the page that opened it, and closes', () =>
  visit(async (page) => {
    const popup = await openPopup(page)
    await Promise.all([popup.waitForEvent('close'), allow(popup, 'Ada Lindqvist')])
    assert.deepEqual(await outcomes(page), [{ outcome: 'connected', account: 'Ada Lindqvist' }])
  }))

test('the connect page and what follows it leave the opener to the popup', () =>
  visit(async (page) => {
    const popup = await openPopup(page)
    assert.equal(await popup.evaluate('opener !== null'), true)
    // Without the channel the outcome goes to the opener alone.
    await popup.context().addInitScript('BroadcastChannel.prototype.postMessage = () => {}')
    await Promise.all([popup.waitForEvent('close'), allow(popup, 'Ben Carter')])
    assert.deepEqual(await outcomes(page), [{ outcome: 'connected', account: 'Ben Carter' }])
  }))

test('a popup that a provider has cut off is not taken for closed, and its outcome arrives', () =>
  visit(
    async (page) => {
      // Behind a popup that is open, the page that opened it has no focus. Said before: two looks with the focus would end it.
      await page.evaluate('document.hasFocus = () => { window.looks = (window.looks ?? 0) + 1; return false }')
      const popup = await openPopup(page)
      await popup.waitForURL(`${cuttingOff.sandbox.url}/**`)
      assert.equal(await popup.evaluate('opener'), null)
      await page.waitForFunction('window.looks > 3', undefined, seen)
      assert.equal(await page.locator('output').textContent(), '')
      await Promise.all([popup.waitForEvent('close'), allow(popup, 'Ada Lindqvist')])
      assert.deepEqual(await outcomes(page), [{ outcome: 'connected', account: 'Ada Lindqvist' }])
    },
    '/',
    cuttingOff,
  ))

test('what the person declines is a failure with its code', () =>
  visit(async (page) => {
    const popup = await openPopup(page, 'Cal.com')
    await Promise.all([popup.waitForEvent('close'), popup.getByRole('button', { name: 'Go back' }).click()])
    assert.deepEqual(await outcomes(page), [{ outcome: 'failed', error: 'access_denied' }])
  }))

test('a popup that the person closes is an outcome', () =>
  visit(async (page) => {
    const popup = await openPopup(page)
    await popup.close()
    assert.deepEqual(await outcomes(page), [{ outcome: 'closed' }])
  }))

test('several popups at once each have their own outcome', () =>
  visit(async (page) => {
    const first = await openPopup(page)
    const second = await openPopup(page, 'Cal.com')
    const third = await openPopup(page)
    await Promise.all([second.waitForEvent('close'), second.getByRole('button', { name: 'Go back' }).click()])
    assert.deepEqual(await outcomes(page), [{ outcome: 'failed', error: 'access_denied' }])
    await Promise.all([third.waitForEvent('close'), allow(third, 'Ben Carter')])
    assert.deepEqual((await outcomes(page, 2))[1], { outcome: 'connected', account: 'Ben Carter' })
    await Promise.all([first.waitForEvent('close'), allow(first, 'Ada Lindqvist')])
    assert.deepEqual((await outcomes(page, 3))[2], { outcome: 'connected', account: 'Ada Lindqvist' })
  }))

test('where the page that opened the popup is gone, the outcome is for the page in the popup', () =>
  visit(async (page) => {
    const popup = await openPopup(page)
    await page.reload()
    await allow(popup, 'Ada Lindqvist')
    await popup.waitForFunction("document.querySelector('output').textContent !== ''", undefined, seen)
    const { outcome } = JSON.parse((await popup.locator('output').textContent()) ?? '') as { outcome: string }
    assert.equal(outcome, 'connected')
    assert.equal(popup.isClosed(), false)
  }))

test('in place the person comes back to a page that reads the outcome', () =>
  visit(async (page) => {
    await page.getByRole('button').click()
    await page.getByRole('button', { name: 'Calendly' }).click()
    await allow(page, 'Ada Lindqvist')
    await page.waitForFunction(
      "location.pathname === '/connected' && document.querySelector('output').textContent !== ''",
    )
    assert.match((await page.locator('output').textContent()) ?? '', /^\{"outcome":"connected","session":"session_/)
  }, '/?mode=redirect'))

test('the signal ends the waiting and closes the popup', () =>
  visit(async (page) => {
    const popup = await openPopup(page)
    await Promise.all([popup.waitForEvent('close'), page.evaluate('stopping.abort()')])
    assert.deepEqual(await outcomes(page), [{ outcome: 'threw', error: 'AbortError' }])
  }))

test('an address that is not http is not opened', () =>
  visit(async (page) => {
    const [popup] = await Promise.all([page.waitForEvent('popup'), page.getByRole('button').click()])
    if (!popup.isClosed()) await popup.waitForEvent('close')
    assert.deepEqual(await outcomes(page), [{ outcome: 'threw', error: 'TypeError' }])
  }, '/?url=javascript:alert(1)'))

test('a message of another origin does not count, even with the right id', () =>
  visit(async (page) => {
    await page.evaluate("crypto.getRandomValues = () => 'known'")
    const popup = await openPopup(page)
    await popup.waitForURL(`${stage.sandbox.url}/**`)
    await page.evaluate(
      "void (window.heard = new Promise((resolve) => addEventListener('message', resolve, { once: true })))",
    )
    const forged = "{ punctual: 'known', result: { outcome: 'failed', error: 'forged' } }"
    await popup.evaluate(`opener.postMessage(${forged}, '*')`)
    await page.evaluate('heard.then(() => {})')
    await Promise.all([popup.waitForEvent('close'), allow(popup, 'Ada Lindqvist')])
    assert.deepEqual(await outcomes(page), [{ outcome: 'connected', account: 'Ada Lindqvist' }])
  }))
