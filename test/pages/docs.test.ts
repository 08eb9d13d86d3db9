// The page that shows the API's document, in a real browser.

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { operations } from '../../src/server/api/routes/all.ts'
import { startService } from '../server/service.ts'
import { launchBrowser, watch } from './browser.ts'
import { violations } from './visit.ts'

const browser = await launchBrowser()
after(() => browser.close())

const screens = [
  { name: 'phone', viewport: { width: 360, height: 740 } },
  { name: 'desktop', viewport: { width: 1280, height: 900 } },
]

for (const { name, viewport } of screens)
  for (const colorScheme of ['light', 'dark'] as const)
    test(`the document can be read on a ${name} in ${colorScheme}`, async (t) => {
      const { url } = await startService(t)
      // The page has no script of its own, and its policy allows none: axe is put in from outside.
      const context = await browser.newContext({ viewport, colorScheme, bypassCSP: true })
      t.after(() => context.close())
      const page = await context.newPage()
      await page.goto(`${url}/docs`)
      const opened = (least: number) =>
        page.evaluate((least) => {
          for (const [index, entry] of [...document.querySelectorAll('details')].entries()) entry.open = index >= least
          const { scrollWidth, clientWidth } = document.documentElement
          return { scrollWidth, clientWidth }
        }, least)
      const { scrollWidth, clientWidth } = await opened(0)
      assert.ok(scrollWidth <= clientWidth, `${scrollWidth} px wide on ${clientWidth}`)
      // All entries are made by the same lines: a few of them are enough to judge, three open and three closed.
      await opened(operations.length - 3)
      await page.evaluate((most) => {
        const closed = document.querySelectorAll('details:not([open])')
        for (const entry of [...closed].slice(0, -most)) entry.classList.add('judged-by-another')
      }, 3)
      assert.deepEqual(await violations(page, { exclude: ['.judged-by-another'] }), [])
    })

test('the page has every operation, needs no script and takes nothing from elsewhere', async (t) => {
  const { url } = await startService(t)
  const context = await browser.newContext({ javaScriptEnabled: false })
  t.after(() => context.close())
  const watched = watch(context)
  const page = await context.newPage()
  await page.goto(`${url}/docs`)
  for (const { id, summary } of operations)
    assert.ok(await page.locator(`#${id}`, { hasText: summary }).isVisible(), id)
  assert.equal(await page.locator('script, [style], [onclick]').count(), 0)
  assert.deepEqual(watched.complaints, [])
  assert.deepEqual([...watched.origins], [url])
})
