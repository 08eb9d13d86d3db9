// Webhooks over a real socket, to a plain server.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { test } from 'node:test'
import { createSandbox } from '../../src/sandbox/index.ts'
import { redirectUri } from './app.ts'

test('a receiver on this machine gets webhooks without any option', async () => {
  const got: [string, string][] = []
  const server = createServer((request, response) => {
    let text = ''
    request.setEncoding('utf8').on('data', (part: string) => {
      text += part
    })
    request.on('end', () => {
      got.push([text, String(request.headers['x-cal-signature-256'])])
      response.end()
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  await using sandbox = await createSandbox()
  const { hosts, clientId, clientSecret } = sandbox.calcom
  const query = new URLSearchParams({
    client_id: clientId,
    redirect_uri: redirectUri,
    scope: 'WEBHOOK_WRITE',
    state: 's',
  })
  const target = await sandbox.authorize({ url: `${hosts.app}/auth/oauth2/authorize?${query}` })
  const fields = {
    client_id: clientId,
    client_secret: clientSecret,
    grant_type: 'authorization_code',
    redirect_uri: redirectUri,
  }
  const body = new URLSearchParams({ ...fields, code: target.searchParams.get('code') ?? '' })
  const tokens = (await (await fetch(`${hosts.api}/v2/auth/oauth2/token`, { method: 'POST', body })).json()) as {
    access_token: string
  }
  const post = (path: string, value: object, headers: Record<string, string>) =>
    fetch(hosts.api + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(value),
    })
  const hook = { subscriberUrl: `http://127.0.0.1:${port}/`, triggers: ['BOOKING_CREATED'], active: true }
  assert.equal((await post('/v2/webhooks', hook, { authorization: `Bearer ${tokens.access_token}` })).status, 201)
  const day = (ahead: number) => new Date(sandbox.clock.now() + ahead * 86_400_000).toISOString().slice(0, 10)
  const slots = await fetch(`${hosts.api}/v2/slots?eventTypeId=101001&start=${day(1)}&end=${day(8)}`, {
    headers: { 'cal-api-version': '2024-09-04' },
  })
  const { data } = (await slots.json()) as { data: Record<string, { start: string }[]> }
  const attendee = { name: 'Gil', email: 'gil@guests.example', timeZone: 'UTC' }
  const [slot] = Object.values(data).flat()
  const wish = { start: slot?.start, attendee, eventTypeId: 101001 }
  assert.equal((await post('/v2/bookings', wish, { 'cal-api-version': '2026-02-25' })).status, 201)
  await sandbox.delivered()
  const [text, signature] = got[0] ?? []
  assert.deepEqual([JSON.parse(text ?? '').triggerEvent, signature], ['BOOKING_CREATED', 'no-secret-provided'])
  server.closeAllConnections()
  server.close()
})
