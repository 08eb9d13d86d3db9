// With `ownAddresses` the sandbox uses Calendly's own hosts in its answers, for clients with a fixed host.

import assert from 'node:assert/strict'
import { request } from 'node:http'
import { test } from 'node:test'
import type { Sandbox } from '../../src/sandbox/index.ts'
import { createSandbox } from '../../src/sandbox/index.ts'
import type { Reply } from './app.ts'
import { box, call, connectCalendly, form, receiver, send, sendJson } from './app.ts'

const api = 'https://api.calendly.com'
const scope =
  'users:read event_types:read availability:read scheduled_events:write scheduling_links:write shares:write ' +
  'organizations:write groups:read routing_forms:read webhooks:write'

/** Asserts that no address in an answer belongs to the sandbox. */
function speaksOfNobodyElse(sandbox: Sandbox, { text, status }: Pick<Reply, 'text' | 'status'>): void {
  assert.ok(status < 300, text)
  assert.ok(!text.includes(sandbox.url), text)
}

test('answers and webhooks hold only the provider’s own addresses, and parameters accept them', async () => {
  const hooks = receiver()
  const sandbox = await box({ ownAddresses: true, deliver: hooks.deliver })
  const tokens = await connectCalendly(sandbox, 'ada', scope)
  const { access_token: token, owner: user, organization } = tokens
  assert.deepEqual([user, organization], [`${api}/users/ADALINDQVIST0001`, `${api}/organizations/NORTHWINDSTUDIO1`])
  const claims = JSON.parse(Buffer.from(token?.split('.')[1] ?? '', 'base64url').toString())
  assert.equal(claims.iss, 'https://auth.calendly.com')
  const get = async (path: string) => {
    const reply = await call(sandbox, path.replace(/^(?=\/)/, sandbox.calendly.hosts.api), token)
    speaksOfNobodyElse(sandbox, reply)
    return reply.body
  }
  const post = async (path: string, body: object) => {
    const reply = await sendJson(sandbox, 'POST', sandbox.calendly.hosts.api + path, token, body)
    speaksOfNobodyElse(sandbox, reply)
    return reply.body.resource
  }
  for (const path of [
    '/users/me',
    '/organizations/NORTHWINDSTUDIO1',
    '/organization_memberships',
    '/teams',
    '/group_relationships',
    `/groups?organization=${organization}`,
    `/routing_forms?organization=${organization}`,
    `/user_availability_schedules?user=${user}`,
  ]) {
    await get(path)
  }
  const types = await get(`/event_types?user=${user}&count=5&sort=position:asc`)
  const next = await get(types.pagination.next_page)
  assert.equal(next.collection.length, 5)
  const [{ uri: eventType }] = types.collection
  const day = 'start_time=2026-11-23T00:00:00Z&end_time=2026-11-24T00:00:00Z'
  await get(`/event_type_available_times?event_type=${eventType}&${day}`)
  await post('/scheduling_links', { max_event_count: 1, owner: eventType, owner_type: 'EventType' })
  await post('/shares', { event_type: eventType })
  const hook = { url: 'https://app.example/hooks', events: ['invitee.created', 'invitee.canceled'], organization }
  await post('/webhook_subscriptions', { ...hook, scope: 'user', user })
  const invitee = { name: 'Gil', email: 'gil@guests.example', timezone: 'UTC' }
  const booked = await post('/invitees', { event_type: eventType, start_time: '2026-11-23T09:00:00Z', invitee })
  assert.ok(booked.uri.startsWith(`${api}/scheduled_events/`))
  assert.ok(booked.cancel_url.startsWith('https://calendly.com/cancellations/'))
  await post('/invitee_no_shows', { invitee: booked.uri })
  await get(`/scheduled_events?user=${user}`)
  await get(`/user_busy_times?user=${user}&${day}`)
  // The pages of the invitee are at Calendly's own host too.
  await send(sandbox, booked.reschedule_url, { method: 'POST', body: form({ start_time: '2026-11-23T13:00:00Z' }) })
  await sandbox.delivered()
  assert.deepEqual(
    hooks.got.map(({ body }) => body.event),
    ['invitee.created', 'invitee.canceled', 'invitee.created'],
  )
  for (const { text } of hooks.got) speaksOfNobodyElse(sandbox, { text, status: 200 })
  const foreign = `${sandbox.calendly.hosts.api}/users/ADALINDQVIST0001`
  const refused = await call(sandbox, `${sandbox.calendly.hosts.api}/event_types?user=${foreign}`, token)
  assert.equal(refused.status, 400)
})

test('without the option, addresses are the sandbox’s, and Calendly’s own are refused', async () => {
  const sandbox = await box()
  const { access_token: token } = await connectCalendly(sandbox, 'ada')
  const url = `${sandbox.calendly.hosts.api}/event_types?user=${api}/users/ADALINDQVIST0001`
  assert.equal((await call(sandbox, url, token)).status, 400)
  assert.equal((await send(sandbox, `${api}/users/me`)).status, 421)
})

test('requests to the provider’s hosts that reach the sandbox are served, by handler and over a socket', async () => {
  const sandbox = await box({ ownAddresses: true })
  const { access_token: token } = await connectCalendly(sandbox, 'ada')
  assert.equal((await call(sandbox, `${api}/users/me`, token)).body.resource.uri, `${api}/users/ADALINDQVIST0001`)
  assert.equal((await send(sandbox, 'https://api.cal.com/v2/me')).status, 401)
  await using open = await createSandbox({ ownAddresses: true })
  const { port } = new URL(open.url)
  const status = await new Promise((resolve, reject) => {
    const headers = { host: 'api.calendly.com' }
    const asked = request({ port, path: '/users/me', headers }, (answer) => resolve(answer.resume().statusCode))
    asked.on('error', reject).end()
  })
  assert.equal(status, 401)
})
