// The booking page, both providers and a browser, as the tests of the booking page need them.

import assert from 'node:assert/strict'
import type { BrowserContextOptions, Page } from 'playwright-core'
import { calcom, calendly } from 'punctual/providers'
import { createSandbox } from 'punctual/sandbox'
import { memory } from 'punctual/store/memory'
import { scopes } from '../../examples/booking-page/clients.ts'
import { start } from '../../examples/booking-page/server.ts'
import { launchBrowser, watch } from '../pages/browser.ts'
import { startReverseProxy } from './reverse-proxy.ts'

export interface BookingPageStage {
  /** The origin of the application. */
  readonly home: string
  /** Opens the application in a new profile of the browser. */
  openHome(options: BrowserContextOptions): Promise<Page>
  /** A new visitor on the page of the salon. Nothing is loaded from elsewhere, and the browser complains of nothing. */
  visit(salon: string, options: BrowserContextOptions, work: (page: Page) => Promise<void>): Promise<void>
  /** How many bookings the providers have been asked for. */
  bookingsSent(): number
  /** Eve withdraws her consent, and the tokens that were issued before expire. */
  endConsent(provider: 'calendly' | 'calcom'): void
  /** Calls a control endpoint of the sandbox. */
  control(method: string, path: string, body?: object): Promise<void>
  stop(): Promise<void>
}

export async function startBookingPage(): Promise<BookingPageStage> {
  const closing: (() => void)[] = []
  const front = await startReverseProxy({ after: (close) => void closing.push(close as () => void) })
  const [browser, sandbox] = await Promise.all([launchBrowser(), createSandbox()])
  const app = await start({
    port: 0,
    baseUrl: `${front.url}/integrations`,
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

  async function openHome(options: BrowserContextOptions): Promise<Page> {
    const page = await (await browser.newContext(options)).newPage()
    await page.goto(front.url)
    return page
  }

  async function visit(salon: string, options: BrowserContextOptions, work: (page: Page) => Promise<void>) {
    const context = await browser.newContext(options)
    const { complaints, origins } = watch(context)
    const page = await context.newPage()
    await page.goto(`${front.url}/salons/${encodeURIComponent(salon)}`)
    await work(page)
    // A page with the status 409 or 422 is among the complaints too.
    const unexpected = complaints.filter((text) => !text.startsWith('Failed to load resource'))
    const foreign = [...origins].filter((origin) => ![front.url, sandbox.url].includes(origin))
    assert.deepEqual({ unexpected, foreign }, { unexpected: [], foreign: [] })
    await context.close()
  }

  async function control(method: string, path: string, body?: object): Promise<void> {
    const response = await fetch(`${sandbox.url}/control/${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    })
    assert.ok(response.ok, await response.text())
  }

  return {
    home: front.url,
    openHome,
    visit,
    control,
    bookingsSent() {
      const isBooking = /\/(invitees|bookings)$/
      return sandbox.requests().filter(({ method, path }) => method === 'POST' && isBooking.test(path)).length
    },
    endConsent(provider) {
      sandbox.revoke({ provider, account: 'eve' })
      sandbox.clock.advance(3 * 3600)
    },
    async stop() {
      await browser.close()
      await app.stop()
      for (const close of closing) close()
      await sandbox.close()
    },
  }
}
