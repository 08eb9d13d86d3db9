// The page of a connect session in `punctual dev`: a link that the command makes, or the pages, repairs a connection there.

import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { browse, connect, type Page } from './browse.ts'
import { emptyFolder, run, startDev } from './start.ts'

function actionOf({ url, text }: Page): URL {
  const [, query = ''] = /<form method="get">\s*<input type="hidden" name="client" value="([^"]+)">/.exec(text) ?? []
  const to = new URL(url)
  to.searchParams.set('client', query)
  return to
}

test('a reconnect link of the command leads to a page of punctual dev, which completes what comes back', async () => {
  const folder = emptyFolder()
  const dev = await startDev(folder)
  const browser = browse()
  const { url: page } = await connect(browser, dev.page, 'calendly')
  const id = page.pathname.split('/').at(-1) ?? ''
  const headers = { 'content-type': 'application/json' }
  const body = JSON.stringify({ name: 'access-revoked', provider: 'calendly', account: 'ada' })
  await fetch(`${dev.sandbox}/control/scenarios`, { method: 'POST', headers, body })
  const refreshed = await browser.submit(page, `${page.pathname}/refresh`, {})
  assert.match(refreshed.text, /The owner must reconnect/)

  const settings = { PUNCTUAL_DATA: join(folder, 'data'), PUNCTUAL_URL: new URL(dev.page).origin }
  const made = await run(['connections', 'reconnect-link', id, '--json'], settings, folder)
  assert.equal(made.code, 0, made.stderr)
  const offered = await browser.open(JSON.parse(made.stdout).url)
  assert.equal(offered.status, 200)
  assert.match(offered.text, /punctual dev/)
  const consent = await browser.open(actionOf(offered))
  const back = await browser.submit(consent.url, consent.url.href, { decision: 'allow' })
  assert.equal(back.url.pathname, `/connections/${id}`)
  assert.match(back.text, /is connected: Ada Lindqvist/)
  assert.doesNotMatch(back.text, /no longer accepts this connection/)

  const unknown = await browser.open(`${dev.page}?punctual_session=session_nobody`)
  assert.match(unknown.text, /Nothing was connected/)
  for (const path of ['connect/session_nobody', 'callback/calendly']) {
    const lost = await browser.open(`${dev.page}${path}`)
    assert.ok(lost.status >= 400)
    assert.match(lost.text, /<main.*href="http:\/\/localhost:\d+\/"/s, `${path} has a way back`)
  }
  assert.equal((await dev.stop()).code, 0)
})
