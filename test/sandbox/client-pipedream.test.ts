// Pipedream's Calendly components as they are on npm, against the sandbox. They bring their own signing key, and
// refuse a webhook that is signed with another.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { type TestContext, test } from 'node:test'
import { createSandbox, type Sandbox } from '../../src/sandbox/index.ts'
import { connectCalendly, control, refreshCalendly } from './app.ts'
import { leadProvidersTo } from './provider-hosts.ts'

// biome-ignore lint/suspicious/noExplicitAny: the components have no types
type Any = any

const scopes =
  'users:read event_types:read organizations:read availability:read scheduled_events:write webhooks:read webhooks:write'

const components = import.meta.resolve('@pipedream/calendly_v2')

/** A component, such as `actions/list-events`. */
async function load(path: string): Promise<Any> {
  const name = path.split('/').at(-1)
  return (await import(new URL(`${path}/${name}.mjs`, components).href)).default
}

/** What Pipedream's platform passes to a component: its app with the account's token, its properties, and a store. */
function host(component: Any, token: string | undefined, properties: object): Any {
  const app = component.props.app ?? component.props.calendly
  const connected = { ...app.methods, $auth: { oauth_access_token: token } }
  const stored = new Map<string, unknown>()
  const db = { get: (name: string) => stored.get(name), set: (name: string, value: unknown) => stored.set(name, value) }
  return { ...component.methods, app: connected, calendly: connected, db, ...properties }
}

async function act(path: string, token: string | undefined, properties: object = {}): Promise<Any> {
  const component = await load(`actions/${path}`)
  return component.run.call(host(component, token, properties), { $: { export() {} } })
}

async function start(t: TestContext): Promise<Sandbox> {
  t.mock.method(console, 'log', () => {})
  const sandbox = await createSandbox({ ownAddresses: true })
  t.after(() => sandbox.close())
  t.after(leadProvidersTo(sandbox.url))
  return sandbox
}

test('its actions list, read and cancel, and continue after a refresh', async (t) => {
  const sandbox = await start(t)
  const { access_token: token, refresh_token, organization } = await connectCalendly(sandbox, 'ada', scopes)
  const types = await act('list-event-types', token, { paginate: true, maxResults: 1000 })
  assert.equal(types.collection.length, 23)
  const members = await act('list-organization-members', token, { organization, paginate: true })
  assert.deepEqual(members.collection.map((one: Any) => one.user.name).sort(), ['Ada Lindqvist', 'Ben Carter'])
  const hours = await act('list-user-availability-schedules', token, { user: 'ADALINDQVIST0001' })
  assert.equal(hours.collection[0].timezone, 'Europe/Stockholm')

  await control(sandbox, 'POST', 'bookings', { provider: 'calendly', account: 'ada' })
  const { collection: meetings } = await act('list-events', token, { status: 'active', paginate: true })
  assert.equal(meetings.length, 1)
  const eventId = meetings[0].uri.split('/').at(-1)
  assert.equal((await act('get-event', token, { eventId })).resource.status, 'active')
  const { collection: invitees } = await act('list-event-invitees', token, { eventId })
  const invitee = await act('get-invitee', token, {
    eventUuid: eventId,
    inviteeUuid: invitees[0].uri.split('/').at(-1),
  })
  assert.deepEqual([invitee.resource.email, invitee.resource.status], ['gil@guests.example', 'active'])
  await act('cancel-event', token, { eventUuid: eventId, reason: 'Ill' })
  assert.equal((await act('list-events', token, { status: 'canceled' })).collection.length, 1)

  sandbox.clock.advance(3 * 3600)
  await assert.rejects(act('list-events', token), /401/)
  const refreshed = await refreshCalendly(sandbox, refresh_token)
  assert.equal((await act('list-events', refreshed.body.access_token, { status: 'canceled' })).collection.length, 1)
})

test('its source subscribes, accepts what is signed with its key, and unsubscribes', async (t) => {
  const sandbox = await start(t)
  const { access_token: token, owner, organization } = await connectCalendly(sandbox, 'ada', scopes)
  const source = await load('sources/invitee-created')
  const emitted: Any[] = []
  const refused: string[] = []
  const receiver = createServer(async (request, response) => {
    let bodyRaw = ''
    for await (const part of request.setEncoding('utf8')) bodyRaw += part
    const event = { headers: request.headers, bodyRaw, body: JSON.parse(bodyRaw) }
    await source.run.call(component, event).catch((error: Error) => refused.push(error.message))
    response.writeHead(refused.length > 0 ? 500 : 200).end()
  })
  await once(receiver.listen(0, '127.0.0.1'), 'listening')
  t.after(() => receiver.close())
  const { port } = receiver.address() as { port: number }
  const http = { endpoint: `http://127.0.0.1:${port}/` }
  const component = host(source, token, { http, scope: 'user', $emit: (...args: Any[]) => emitted.push(args) })

  await source.hooks.activate.call(component)
  const listed = () =>
    act('list-webhook-subscriptions', token, { scope: 'user', userUri: owner, organizationUri: organization })
  assert.equal((await listed()).collection[0].callback_url, http.endpoint)
  await control(sandbox, 'POST', 'bookings', { provider: 'calendly', account: 'ada' })
  await sandbox.delivered()
  assert.deepEqual(refused, [])
  const [[body, meta]] = emitted
  assert.deepEqual([body.event, body.payload.email], ['invitee.created', 'gil@guests.example'])
  assert.match(meta.summary, /^Gil Guest - invitee\.created$/)

  await control(sandbox, 'POST', 'faults', { kind: 'webhook_badly_signed' })
  await control(sandbox, 'POST', 'bookings', { provider: 'calendly', account: 'ada' })
  await sandbox.delivered()
  assert.deepEqual([refused, emitted.length], [['Invalid HMAC Signature, connection aborted.'], 1])
  assert.ok(sandbox.webhooks().at(-1)?.state === 'waiting')

  await source.hooks.deactivate.call(component)
  assert.deepEqual((await listed()).collection, [])
})
