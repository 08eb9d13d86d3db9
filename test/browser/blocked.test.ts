// A browser that opens no popup. `connect` is called while the page loads.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser } from 'playwright-core'
import { launchBrowser } from '../pages/browser.ts'
import { type Stage, setStage } from './stage.ts'

let browser: Browser
let stage: Stage

before(async () => {
  ;[browser, stage] = await Promise.all([launchBrowser({ blocksPopups: true }), setStage()])
})

after(async () => {
  await browser?.close()
  await stage?.close()
})

test('a blocked popup is an outcome', async () => {
  const page = await browser.newPage()
  await page.goto(`${stage.host}/?at=load`)
  await page.waitForFunction("document.querySelector('output').textContent !== ''")
  assert.equal(await page.locator('output').textContent(), '{"outcome":"blocked"}\n')
})

test('a blocked popup goes on in place where that is asked for', async () => {
  const page = await browser.newPage()
  await page.goto(`${stage.host}/?at=load&ifBlocked=redirect`)
  await page.waitForURL(`${stage.service}/connect/session_**`)
})
