// The pages that the library itself shows where a callback leads nowhere: the same design, in light and in dark, with landmarks
// and a way back.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser } from 'playwright-core'
import { createPunctual, type Punctual } from '../../src/index.ts'
import { calendly } from '../../src/providers/index.ts'
import { type Listening, listen } from '../../src/server/index.ts'
import { memory } from '../../src/store/memory.ts'
import { testKey } from '../support/settings.ts'
import { launchBrowser } from './browser.ts'
import { isAccessible, visitIn } from './visit.ts'

let browser: Browser
let listening: Listening
let punctual: Punctual

before(async () => {
  browser = await launchBrowser()
  listening = await listen({ port: 0, hostname: '127.0.0.1', fetch: (request) => punctual.handler(request) })
  punctual = createPunctual({
    baseUrl: listening.url,
    keys: [testKey],
    store: memory(),
    clients: [calendly({ clientId: 'id', clientSecret: 'secret', scopes: ['users:read'] })],
    currentOwner: () => 'ada',
    journal: null,
  })
})

after(async () => {
  await browser?.close()
  await punctual?.stop()
  await listening?.close(0)
})

for (const colorScheme of ['light', 'dark'] as const)
  test(`axe finds nothing on the pages of a callback that leads nowhere, and each leads back: ${colorScheme}`, async () => {
    // axe runs in the page as a script, which its policy forbids to everyone else.
    const options = { colorScheme, viewport: { width: 320, height: 640 }, bypassCSP: true }
    await visitIn(browser, options, async (page) => {
      for (const path of ['/callback/calendly', '/callback/calendly?state=x&code=y&state=z', '/callback/nobody']) {
        await page.goto(`${listening.url}${path}`)
        await isAccessible(page)
        assert.equal(await page.getByRole('main').count(), 1)
        const back = page.getByRole('link', { name: 'Open the start page' })
        assert.equal(await back.evaluate((link) => (link as unknown as { href: string }).href), `${listening.url}/`)
      }
    })
  })
