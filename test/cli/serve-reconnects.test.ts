// The reconnect link of the operator's pages of the service: its owner comes back to the application.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startOperated } from './operated.ts'
import { startCommand } from './start.ts'

const page = 'https://app.example.com/settings'

test('a reconnect link of the service brings the owner back to the application, which completes the session', async (t) => {
  const place = await startOperated(t)
  const { id, client } = await place.connect('calendly', { account: 'ada', owner: 'ada' })
  await place.punctual.stop()
  const { calendly } = place.sandbox
  const settings = {
    ...place.settings,
    ...{ PUNCTUAL_PORT: '0', PUNCTUAL_RETURN_TO: page },
    ...{ CALENDLY_CLIENT_ID: calendly.clientId, CALENDLY_CLIENT_SECRET: calendly.clientSecret },
  }
  const service = startCommand(['serve'], settings, place.folder)
  t.after(() => service.stop('SIGTERM'))
  await service.until(/Everything else is kept/)
  const output = service.output()
  const [, key = ''] = /^(pk_\S+) {2}the first API key/m.exec(output) ?? []
  const [, url = ''] = /It listens on (\S+)/.exec(output) ?? []
  const { origin } = new URL(place.settings.PUNCTUAL_URL ?? '')
  let cookie = ''
  const post = async (path: string, form: Record<string, string> = {}) => {
    const body = new URLSearchParams(form)
    const answer = await fetch(`${url}/operator${path}`, {
      ...{ method: 'POST', body, redirect: 'manual', headers: { origin, cookie } },
    })
    cookie = answer.headers.get('set-cookie')?.split(';')[0] ?? cookie
    return answer
  }
  await post('/sign-in', { key, to: '' })
  await post('/unlock')
  const shown = await (await post(`/connections/${id}/link`)).text()
  const [, session = ''] = /\/connect\/(session_[\w-]+)"/.exec(shown) ?? []
  const { returnTo, owner, connection, clients } = await place.punctual.connectSessions.get(session)
  assert.deepEqual([returnTo, owner, connection, clients], [page, 'ada', id, [client]])
  assert.equal((await service.stop('SIGTERM')).code, 0)
})
