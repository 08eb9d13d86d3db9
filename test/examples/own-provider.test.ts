// The example with a provider of its own, against an authorization server that is not ours.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { memory } from 'punctual/store/memory'
import { acme, acmeScopes } from '../../examples/own-provider/acme.ts'
import { confidential, startAcme } from '../../examples/own-provider/acme-server.ts'
import { start } from '../../examples/own-provider/server.ts'
import { createBrowser } from '../support/browser.ts'
import { startReverseProxy } from './reverse-proxy.ts'

test('the own-provider example connects an account, shows it, and calls the API in its name', async (t) => {
  const front = await startReverseProxy(t)
  const baseUrl = `${front.url}/integrations`
  const { url, close } = await startAcme({ port: 0, redirectUris: [`${baseUrl}/callback/acme`] })
  t.after(close)
  const app = await start({
    port: 0,
    baseUrl,
    keys: [Buffer.alloc(32, 7).toString('base64url')],
    store: memory(),
    journal: null,
    clients: [acme({ ...confidential, url, scopes: acmeScopes })],
  })
  t.after(() => app.stop())
  front.passTo(app.port)

  const browser = createBrowser()
  const home = await browser.send(`${front.url}/login`, { person: 'ada' })
  const logIn = await browser.open(home.link('/integrations/connect/acme'))
  const consent = await browser.submit(logIn, { login: 'ada.l', password: 'any' })
  const back = await browser.submit(consent)
  assert.equal(back.url.searchParams.get('punctual'), 'connected')
  assert.match(back.text, /Connected: ada\.l at Acme, ada\.l@acme\.example, Europe\/Lisbon/)
  const answer = await browser.open(back.link('/account'))
  assert.equal(JSON.parse(answer.text).of, 'ada.l')
})
