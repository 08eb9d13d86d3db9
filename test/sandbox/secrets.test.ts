// The record of requests, the lists, the overview and the file hold no secret.

import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { createSandbox } from '../../src/sandbox/index.ts'
import {
  basic,
  box,
  calcomToken,
  calendlyToken,
  calendlyUrl,
  call,
  codeFor,
  connectCalcom,
  connectCalendly,
  control,
  receiver,
  redirectUri,
  refreshCalcom,
  refreshCalendly,
  send,
  sendJson,
} from './app.ts'

test('codes, tokens, verifiers and secrets appear as four characters at most', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sandbox-'))
  const file = join(folder, 'state.json')
  const sandbox = await box({ file })
  const secrets: string[] = [sandbox.calendly.clientSecret, sandbox.calcom.clientSecret]
  const code = await codeFor(sandbox, calendlyUrl(sandbox))
  const verifier = 'canary-verifier-0123456789'
  await calendlyToken(sandbox, {
    grant_type: 'authorization_code',
    code,
    redirect_uri: redirectUri,
    code_verifier: verifier,
  })
  secrets.push(code, verifier)
  for (const tokens of [await connectCalendly(sandbox), await connectCalcom(sandbox)]) {
    secrets.push(tokens.access_token ?? '', tokens.refresh_token ?? '')
  }
  const [, , , , refreshAtCalendly, accessAtCalcom, refreshAtCalcom] = secrets
  await refreshCalendly(sandbox, refreshAtCalendly)
  await refreshCalcom(sandbox, refreshAtCalcom)
  await call(sandbox, `${sandbox.calcom.hosts.api}/v2/event-types`, accessAtCalcom, { 'cal-api-version': '2024-06-14' })
  await call(sandbox, `${sandbox.calcom.hosts.api}/v2/${refreshAtCalcom}`, accessAtCalcom)
  const odd = { some_other_name: refreshAtCalendly, grant_type: refreshAtCalendly, client_id: refreshAtCalendly }
  await calcomToken(sandbox, odd)
  const headers = { 'content-type': 'application/json', ...basic('canary-user-in-basic', 'canary-password-in-basic') }
  const body = JSON.stringify({ grant_type: 'refresh_token', refresh_token: { nested: refreshAtCalendly } })
  await send(sandbox, `${sandbox.calendly.hosts.auth}/oauth/token`, { method: 'POST', headers, body })
  secrets.push('canary-user-in-basic', 'canary-password-in-basic')
  const personal = (await control(sandbox, 'POST', 'personal-tokens', { account: 'ada' })).body.token
  await call(sandbox, `${sandbox.calendly.hosts.api}/users/me`, personal)
  secrets.push(personal)
  const written = [
    (await control(sandbox, 'GET', 'requests')).text,
    (await control(sandbox, 'GET', 'grants')).text,
    (await control(sandbox, 'GET', 'clients')).text,
    (await control(sandbox, 'GET', 'personal-tokens')).text,
    (await send(sandbox, `${sandbox.url}/`)).text,
    JSON.stringify(sandbox.requests()),
    readFileSync(file, 'utf8'),
  ]
  for (const text of written) {
    for (const secret of secrets) {
      assert.ok(secret.length > 8)
      assert.ok(!text.includes(secret), `${secret.slice(0, 6)} is written down`)
      assert.ok(!text.includes(secret.slice(0, 60)))
    }
  }
  assert.match(written[0] ?? '', new RegExp(`"refresh_token":"${refreshAtCalendly?.slice(0, 4)}…"`))
  rmSync(folder, { recursive: true })
})

test('tokens, clock and clients outlive the process; the file is the owner alone', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sandbox-'))
  const file = join(folder, 'deep', 'state.json')
  const first = await createSandbox({ file })
  await control(first, 'POST', 'clients', { provider: 'calendly', id: 'kept', secret: 's', redirectUris: 'loopback' })
  first.clock.advance(3600)
  const tokens = await connectCalendly(first, 'ben')
  const calcom = await connectCalcom(first, 'ben')
  // No close: the state was on disk before the answer.
  assert.equal(statSync(file).mode & 0o777, 0o600)
  const second = await createSandbox({ file })
  assert.ok(Math.abs(second.clock.now() - Date.now() - 3_600_000) < 60_000)
  assert.equal((await call(second, `${second.calendly.hosts.api}/users/me`, tokens.access_token)).status, 200)
  assert.equal((await refreshCalendly(second, tokens.refresh_token)).status, 200)
  assert.equal((await refreshCalendly(second, tokens.refresh_token)).status, 400)
  assert.equal((await refreshCalcom(second, calcom.refresh_token)).status, 200)
  assert.ok((await control(second, 'GET', 'clients')).text.includes('"kept"'))
  second.reset()
  await second.close()
  await first.close()
  rmSync(folder, { recursive: true })
})

test('a file of an older sandbox gets the defaults of newer fields', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sandbox-'))
  const file = join(folder, 'state.json')
  const first = await box({ file })
  const tokens = await connectCalendly(first, 'ada', 'event_types:read scheduled_events:write')
  await first.close()
  const { deliveries: _, calendly, calcom, clients, accounts, ...rest } = JSON.parse(readFileSync(file, 'utf8'))
  const { codes, tokens: rows, byToken } = calendly
  const { codes: older, refresh, endedBefore } = calcom
  const without = (name: string) => (one: Record<string, unknown>) => ({ ...one, [name]: undefined })
  const old = {
    ...rest,
    calendly: { codes, tokens: rows, byToken },
    calcom: { codes: older, refresh, endedBefore },
    clients: clients.map(without('webhookKey')),
    accounts: accounts.map(without('teams')),
  }
  writeFileSync(file, JSON.stringify(old))
  const second = await box({ file })
  const { hosts } = second.calendly
  const events = await call(second, `${hosts.api}/scheduled_events?user=${tokens.owner}`, tokens.access_token)
  assert.equal(events.status, 200)
  assert.equal((await control(second, 'GET', 'webhooks')).status, 200)
  assert.equal((await send(second, `${second.url}/`)).status, 200)
  rmSync(folder, { recursive: true })
})

test('bookings of an older sandbox, with one invitee or one attendee, are read', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sandbox-'))
  const file = join(folder, 'state.json')
  const first = await box({ file })
  const { access_token: token, owner } = await connectCalendly(first, 'ada', 'scheduled_events:write')
  const book = async (provider: string) =>
    (await control(first, 'POST', 'bookings', { provider, account: 'ada' })).body.booking
  const [event, uid] = [await book('calendly'), await book('calcom')]
  await first.close()
  const state = JSON.parse(readFileSync(file, 'utf8'))
  for (const row of Object.values<Record<string, unknown>>(state.calendly.events)) {
    const [{ cancellation: _, createdAt: _c, updatedAt: _u, ...invitee }] = row.invitees as [Record<string, unknown>]
    Object.assign(row, { invitee, invitees: undefined, limit: undefined })
  }
  for (const row of Object.values<Record<string, unknown>>(state.calcom.bookings)) {
    const [{ seat: _, ...attendee }] = row.attendees as [Record<string, unknown>]
    Object.assign(row, { attendee, added: [], attendees: undefined, recurringUid: undefined })
  }
  writeFileSync(file, JSON.stringify(state))
  const second = await box({ file })
  const listed = await call(second, `${second.calendly.hosts.api}/scheduled_events?user=${owner}`, token)
  assert.deepEqual(
    listed.body.collection.map((one: { uri: string; invitees_counter: object }) => [one.uri, one.invitees_counter]),
    [[event, { total: 1, active: 1, limit: 1 }]],
  )
  const invitees = await call(second, `${event}/invitees`, token)
  assert.deepEqual(
    [invitees.body.collection[0].email, invitees.body.collection[0].status],
    ['gil@guests.example', 'active'],
  )
  const versions = { 'cal-api-version': '2026-02-25' }
  const booking = await call(second, `${second.calcom.hosts.api}/v2/bookings/${uid}`, undefined, versions)
  assert.equal(booking.body.data.attendees[0].email, 'gil@guests.example')
  rmSync(folder, { recursive: true })
})

test('a subscription of an older sandbox, without a group, still gets bookings', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sandbox-'))
  const file = join(folder, 'state.json')
  const first = await box({ file })
  const scope = 'event_types:read scheduled_events:write webhooks:write'
  const { access_token: token, owner: user, organization } = await connectCalendly(first, 'ada', scope)
  const body = { url: 'https://app.example/', events: ['invitee.created'], organization, user, scope: 'user' }
  const url = `${first.calendly.hosts.api}/webhook_subscriptions`
  assert.equal((await sendJson(first, 'POST', url, token, body)).status, 201)
  await first.close()
  const state = JSON.parse(readFileSync(file, 'utf8'))
  for (const hook of Object.values<Record<string, unknown>>(state.calendly.hooks)) delete hook.group
  writeFileSync(file, JSON.stringify(state))
  const hooks = receiver()
  const second = await box({ file, deliver: hooks.deliver })
  await control(second, 'POST', 'bookings', { provider: 'calendly', account: 'ada' })
  await second.delivered()
  assert.equal(hooks.got.length, 1)
  rmSync(folder, { recursive: true })
})

test('a file that is not a state, or cannot be written, is refused', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sandbox-'))
  const file = join(folder, 'notes.txt')
  writeFileSync(file, 'my notes')
  const error = await createSandbox({ file }).catch((one: Error) => one)
  assert.match(String(error), /option "file" names .*notes\.txt/)
  assert.equal(readFileSync(file, 'utf8'), 'my notes')
  const below = await createSandbox({ file: join(file, 'below') }).catch((one: Error) => one)
  assert.match(String(below), /option "file" cannot be (read|written): choose another path/)
  rmSync(folder, { recursive: true })
})
