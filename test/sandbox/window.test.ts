// The pages: what a person sees of switches and webhooks, and what forms do that name no page of theirs.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Sandbox } from '../../src/sandbox/index.ts'
import { switchDefaults } from '../../src/sandbox/world/switches.ts'
import { box, calcomUrl, call, connectCalendly, control, form, receiver, send, sendJson, start } from './app.ts'

const headers = { accept: 'text/html' }

async function press(sandbox: Sandbox, action: string, fields: Record<string, string> = {}): Promise<number> {
  const { status, text } = await send(sandbox, sandbox.url + action, { method: 'POST', headers, body: form(fields) })
  assert.equal(status, 303, text)
  return status
}

async function page(sandbox: Sandbox, path: string): Promise<string> {
  const { status, text, headers } = await send(sandbox, sandbox.url + path)
  assert.equal(status, 200)
  assert.equal(headers.get('referrer-policy'), 'same-origin', 'older browsers tell the origin of a form only so')
  assert.ok(!/<script>|<style| style=| on\w+=/.test(text))
  return text.replaceAll('&#39;', "'").replaceAll('&quot;', '"')
}

test('a fault is set from the page: empty fields are ignored, numbers and lists are read', async () => {
  const sandbox = await box()
  const empty = { endpoint: '', event: '', seed: '', body: '' }
  await press(sandbox, '/control/faults', { kind: 'status', provider: 'calendly', status: '503', count: '2', ...empty })
  await press(sandbox, '/control/faults', { kind: 'missing', fields: 'name, email', endpoint: '/users', count: 'null' })
  await press(sandbox, '/control/faults', { kind: 'set', fields: '{"name":"Eve"}', account: '101', after: 'true' })
  const { faults } = (await control(sandbox, 'GET', 'faults')).body
  assert.deepEqual(
    faults.map((one: Record<string, unknown>) => [
      one.kind,
      one.status,
      one.remaining,
      one.fields,
      one.account,
      one.after,
    ]),
    [
      ['status', 503, 2, undefined, undefined, undefined],
      ['missing', undefined, null, ['name', 'email'], undefined, undefined],
      ['set', undefined, 1, { name: 'Eve' }, '101', true],
    ],
  )
  assert.equal((await call(sandbox, `${sandbox.calendly.hosts.api}/users/me`)).status, 503)
  const wrong = await send(sandbox, `${sandbox.url}/control/faults`, {
    method: 'POST',
    headers,
    body: form({ kind: 'delay' }),
  })
  assert.equal(wrong.status, 400)
  assert.match(wrong.text, /role="alert">The fault &quot;ms&quot; is wrong: give the milliseconds\.</)
  assert.match(wrong.text, /<a href="\/">Back to the sandbox<\/a>/)
  const gone = await send(sandbox, `${sandbox.url}/control/faults/none/remove`, {
    method: 'POST',
    headers,
    body: form({}),
  })
  assert.equal(gone.status, 404)
  assert.match(gone.text, /There is no fault with this id: look at/)
})

test('switches are shown with their values, and set from the page', async () => {
  const sandbox = await box()
  assert.ok((await page(sandbox, '/switches')).includes('All switches are at their defaults'))
  await press(sandbox, '/control/switches', { calendlyRevokeEndsPair: 'false' })
  await press(sandbox, '/control/switches', { calendlyTokensPerMinute: 'null' })
  await press(sandbox, '/control/switches', { calcomWebhookAttempts: '3' })
  await press(sandbox, '/control/switches', { calendlyTakenSlot: 'not_found' })
  const { switches } = (await control(sandbox, 'GET', 'switches')).body
  assert.deepEqual(
    [switches.calendlyRevokeEndsPair, switches.calendlyTokensPerMinute, switches.calcomWebhookAttempts],
    [false, null, 3],
  )
  const text = await page(sandbox, '/switches')
  const [, moved = ''] = /Not at their defaults<\/h2>([\s\S]*?)<\/section>/.exec(text) ?? []
  assert.equal(moved.match(/<details/g)?.length, 4)
  assert.equal(text.match(/<details/g)?.length, Object.keys(switchDefaults).length)
  assert.ok(moved.includes('Default: already_filled.') && moved.includes('<option value="not_found" selected>'))
  assert.ok(
    moved.includes('<p><code>not_found</code>: a start that is taken or closed is 404'),
    'what a switch decides',
  )
  assert.ok(text.includes('the source they cannot') && text.includes('It is not among the documented headers'))
  assert.ok(text.includes('docs/providers/calendly.md'), 'where it comes from')
})

test('the clock is set from the page', async () => {
  const sandbox = await box()
  await press(sandbox, '/control/clock', { set: '2027-01-01T09:00:00Z' })
  assert.equal(sandbox.clock.now(), Date.UTC(2027, 0, 1, 9))
  await press(sandbox, '/control/clock', { advance: '1m' })
  assert.equal(sandbox.clock.now(), Date.UTC(2027, 0, 1, 9, 1))
  assert.ok((await page(sandbox, '/clock')).includes('Fri 1 Jan 2027, 09:01:00 UTC'))
})

test('the page shows subscriptions and webhooks with the reason of a failure, and sends one again', async () => {
  const hooks = receiver()
  const sandbox = await box({ deliver: hooks.deliver })
  const scope = 'event_types:read scheduled_events:write webhooks:write'
  const { access_token: token, owner = '', organization } = await connectCalendly(sandbox, 'ada', scope)
  const { api } = sandbox.calendly.hosts
  const url = 'https://app.example/hooks'
  const body = {
    url,
    events: ['invitee.created'],
    organization,
    user: owner,
    scope: 'user',
    signing_key: 'canary-key-1',
  }
  await sendJson(sandbox, 'POST', `${api}/webhook_subscriptions`, token, body)
  hooks.status = 500
  const types = await call(sandbox, `${api}/event_types?user=${owner}&sort=position:asc`, token)
  const invitee = { name: 'Gil', email: 'gil@guests.example', timezone: 'UTC' }
  const wish = { event_type: types.body.collection[0].uri, start_time: '2026-11-23T09:00:00Z', invitee }
  await sendJson(sandbox, 'POST', `${api}/invitees`, token, wish)
  await sandbox.delivered()
  const text = await page(sandbox, '/webhooks')
  const parts = [url, 'invitee.created', 'active, retrying', 'The receiver answered 500', 'sent again in 1 min']
  for (const part of parts) {
    assert.ok(text.includes(part), part)
  }
  hooks.status = 200
  await press(sandbox, `/control/webhooks/${sandbox.webhooks()[0]?.id}/redeliver`)
  await sandbox.delivered()
  const after = await page(sandbox, '/webhooks')
  assert.ok(after.includes('<span class="tag good">delivered</span>'))
  assert.ok(after.includes('12:00:00: the receiver answered 200'))
  const written = [
    after,
    await page(sandbox, '/clients'),
    JSON.stringify(sandbox.requests()),
    (await control(sandbox, 'GET', 'webhooks')).text,
  ]
  for (const one of [...written, (await control(sandbox, 'GET', 'clients')).text]) {
    assert.ok(!one.includes('canary-key-1') && !one.includes(sandbox.calendlyWebhookKey))
  }
})

test('a generated webhook key is shown once, with the client', async () => {
  const sandbox = await box()
  const made = await control(sandbox, 'POST', 'clients', {
    provider: 'calendly',
    kind: 'web',
    redirectUris: 'loopback',
  })
  assert.ok(made.body.webhookKey.length > 20)
  assert.ok(!(await control(sandbox, 'GET', 'clients')).text.includes(made.body.webhookKey))
})

test('a trusted client at Cal.com needs no consent, only a sign-in', async () => {
  const sandbox = await box()
  const { clientId: id } = sandbox.calcom
  await control(sandbox, 'POST', 'clients', { provider: 'calcom', id, trusted: true })
  const { text } = await send(sandbox, calcomUrl(sandbox))
  assert.ok(text.includes('Sign in to Cal.com') && !text.includes('PROFILE_READ') && !text.includes('value="deny"'))
  const target = await sandbox.authorize({ url: calcomUrl(sandbox), account: 'ben' })
  assert.ok(target.searchParams.has('code'))
})

test('waiting webhooks survive the process, and are sent after it', async (t) => {
  const { mkdtempSync, rmSync } = await import('node:fs')
  const folder = mkdtempSync(`${(await import('node:os')).tmpdir()}/sandbox-`)
  t.after(() => rmSync(folder, { recursive: true }))
  const hooks = receiver()
  hooks.status = 500
  const options = {
    file: `${folder}/state.json`,
    deliver: hooks.deliver,
    random: (bytes: number) => new Uint8Array(bytes).fill(7),
  }
  const first = await box(options)
  const scope = 'event_types:read scheduled_events:write webhooks:write'
  const { access_token: token, owner = '', organization } = await connectCalendly(first, 'ada', scope)
  const { api } = first.calendly.hosts
  const body = { url: 'https://app.example/', events: ['invitee.created'], organization, user: owner, scope: 'user' }
  assert.equal((await sendJson(first, 'POST', `${api}/webhook_subscriptions`, token, body)).status, 201)
  const types = await call(first, `${api}/event_types?user=${owner}&sort=position:asc`, token)
  const invitee = { name: 'Gil', email: 'gil@guests.example', timezone: 'UTC' }
  const wish = { event_type: types.body.collection[0].uri, start_time: '2026-11-23T09:00:00Z', invitee }
  assert.equal((await sendJson(first, 'POST', `${api}/invitees`, token, wish)).status, 201)
  await first.delivered()
  await first.close()
  hooks.status = 200
  const second = await box({ ...options, now: () => start + 60_000 })
  await second.delivered()
  assert.deepEqual([hooks.got.length, second.webhooks()[0]?.state], [2, 'delivered'])
})
