// Each scenario does what its name says: shown by what a client, or a receiver of webhooks, sees.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { test } from 'node:test'
import type { Sandbox } from '../../src/sandbox/index.ts'
import {
  box,
  calcomToken,
  calendlyToken,
  calendlyUrl,
  call,
  codeFor,
  connectCalcom,
  connectCalendly,
  control,
  type Reply,
  receiver,
  redirectUri,
  refreshCalcom,
  refreshCalendly,
  sendJson,
  start,
} from './app.ts'

type Effect = (sandbox: Sandbox, begin: (given?: object) => Promise<Reply>) => Promise<void>

const me = (sandbox: Sandbox, token?: string): Promise<Reply> =>
  call(sandbox, `${sandbox.calendly.hosts.api}/users/me`, token)
const codeOf = (error: TypeError): unknown => (error.cause as { code?: string }).code

/** A refresh token after which the scenario strikes; returns what a client sees. */
async function refreshed(sandbox: Sandbox, begin: (given?: object) => Promise<Reply>, given: object = {}) {
  const { refresh_token } = await connectCalendly(sandbox)
  await begin({ provider: 'calendly', account: 'ada', ...given })
  const answer = await refreshCalendly(sandbox, refresh_token).catch((error: TypeError) => codeOf(error))
  return { answer, refresh_token }
}

const effects: Record<string, Effect> = {
  async 'refresh-answer-lost'(sandbox, begin) {
    const { answer, refresh_token } = await refreshed(sandbox, begin)
    assert.equal(answer, 'ECONNRESET')
    assert.equal((await refreshCalendly(sandbox, refresh_token)).status, 400, 'the token is spent')
  },
  async 'refresh-not-received'(sandbox, begin) {
    const { answer, refresh_token } = await refreshed(sandbox, begin)
    assert.equal(answer, 'ECONNREFUSED')
    assert.equal((await refreshCalendly(sandbox, refresh_token)).status, 200, 'nothing is spent')
  },
  async 'refresh-answer-late'(sandbox, begin) {
    const { answer } = await refreshed(sandbox, begin, { seconds: 7 })
    assert.equal((answer as Reply).status, 200)
    assert.deepEqual(waits, [7000])
  },
  async 'refresh-without-new-token'(sandbox, begin) {
    const { answer } = await refreshed(sandbox, begin)
    const { body } = answer as Reply
    assert.ok(body.access_token && body.refresh_token === undefined)
  },
  async 'refresh-refused-with-200'(sandbox, begin) {
    const { answer } = await refreshed(sandbox, begin)
    const { status, body } = answer as Reply
    assert.deepEqual([status, body.error], [200, 'invalid_grant'])
  },
  async 'exchange-answer-lost'(sandbox, begin) {
    const code = await codeFor(sandbox, calendlyUrl(sandbox), 'ada')
    const fields = { grant_type: 'authorization_code', code, redirect_uri: redirectUri }
    await begin({ provider: 'calendly' })
    await assert.rejects(calendlyToken(sandbox, fields), (error: TypeError) => codeOf(error) === 'ECONNRESET')
    assert.equal((await calendlyToken(sandbox, fields)).status, 400, 'the code is used')
  },
  async 'access-revoked'(sandbox, begin) {
    const { refresh_token } = await connectCalendly(sandbox)
    const other = await connectCalcom(sandbox, 'ada')
    assert.deepEqual((await begin({ provider: 'calendly', account: 'ada' })).body, { revoked: 1 })
    assert.equal((await refreshCalendly(sandbox, refresh_token)).body.error, 'invalid_grant')
    assert.equal((await refreshCalcom(sandbox, other.refresh_token)).status, 200, 'the other provider goes on')
  },
  async 'secret-replaced'(sandbox, begin) {
    const { refresh_token } = await connectCalcom(sandbox)
    const { clientId } = sandbox.calcom
    const { secret } = (await begin({ provider: 'calcom', client: clientId })).body
    assert.equal((await refreshCalcom(sandbox, refresh_token)).status, 401)
    const fields = { client_id: clientId, client_secret: secret, grant_type: 'refresh_token', refresh_token }
    assert.equal((await calcomToken(sandbox, fields)).status, 200)
  },
  async 'provider-down'(sandbox, begin) {
    const { access_token } = await connectCalendly(sandbox)
    await begin({ provider: 'calendly' })
    assert.equal((await me(sandbox, access_token)).status, 503)
    assert.notEqual((await call(sandbox, `${sandbox.calcom.hosts.api}/v2/me`)).status, 503)
    sandbox.clock.advance(3599)
    assert.equal((await me(sandbox, access_token)).status, 503, 'for an hour')
    sandbox.clock.advance(1)
    assert.equal((await me(sandbox, access_token)).status, 200, 'and no longer')
  },
  async 'provider-unreachable'(sandbox, begin) {
    await begin({ provider: 'calendly' })
    await assert.rejects(me(sandbox), (error: TypeError) => codeOf(error) === 'ECONNREFUSED')
  },
  async 'provider-silent'(sandbox, begin) {
    await begin({ provider: 'calendly' })
    const giveUp = new AbortController()
    const url = `${sandbox.calendly.hosts.api}/users/me`
    const waiting = sandbox.handler(new Request(url, { signal: giveUp.signal }))
    setImmediate(() => giveUp.abort(new Error('given up')))
    await assert.rejects(waiting, { message: 'given up' })
  },
  async 'provider-slow'(sandbox, begin) {
    await begin({ provider: 'calendly', seconds: 4 })
    await me(sandbox)
    await me(sandbox)
    assert.deepEqual(waits, [4000, 4000])
  },
  async 'some-calls-fail'(sandbox, begin) {
    await begin({ provider: 'calendly', percent: 50 })
    const statuses: number[] = []
    for (let made = 0; made < 20; made += 1) statuses.push((await me(sandbox)).status)
    assert.deepEqual([...new Set(statuses)].sort(), [401, 500])
  },
  async 'too-many-requests'(sandbox, begin) {
    await begin({ provider: 'calendly', seconds: 30, times: 2 })
    const [first, second, third] = [await me(sandbox), await me(sandbox), await me(sandbox)]
    assert.deepEqual([first.status, second.status, third.status], [429, 429, 401])
    assert.equal(first.headers.get('x-ratelimit-reset'), '30')
    await begin({ provider: 'calendly', endpoint: 'token' })
    assert.equal((await refreshCalendly(sandbox, 'x')).status, 429)
  },
  async 'clock-ahead'(sandbox, begin) {
    await begin({ provider: 'calendly', seconds: 90 })
    assert.equal((await me(sandbox)).headers.get('date'), new Date(start + 90_000).toUTCString())
  },
  async 'page-instead-of-json'(sandbox, begin) {
    await begin({ provider: 'calendly' })
    const { status, headers } = await me(sandbox)
    assert.deepEqual([status, headers.get('content-type')], [200, 'text/html; charset=utf-8'])
  },
  async 'answer-cut'(sandbox, begin) {
    await begin({ provider: 'calendly' })
    await assert.rejects(me(sandbox), { message: 'terminated' })
  },
  async 'answer-endless'(sandbox, begin) {
    await begin({ provider: 'calendly' })
    const reader = (await sandbox.handler(new Request(`${sandbox.calendly.hosts.api}/users/me`))).body?.getReader()
    let bytes = 0
    while (bytes < 300_000) bytes += (await reader?.read())?.value?.length ?? Number.POSITIVE_INFINITY
    assert.ok(Number.isFinite(bytes))
    await reader?.cancel()
  },
  async 'answer-elsewhere'(sandbox, begin) {
    await begin({ provider: 'calendly' })
    const { status, headers } = await me(sandbox)
    assert.deepEqual([status, headers.get('location')], [302, 'https://elsewhere.example/'])
  },
  'webhooks-lost': (sandbox, begin) => webhooks(sandbox, begin, []),
  'webhooks-twice': (sandbox, begin) => webhooks(sandbox, begin, [1, 1, 2, 2, 3, 3, 4, 4]),
  'webhooks-out-of-order': (sandbox, begin) => webhooks(sandbox, begin, [2, 1, 4, 3]),
  'webhooks-twice-and-out-of-order': (sandbox, begin) => webhooks(sandbox, begin, [2, 2, 1, 1, 4, 4, 3, 3]),
  async 'webhooks-badly-signed'(sandbox, begin) {
    await webhooks(sandbox, begin, [1, 2, 3, 4])
    const [before, during] = [hooks.got[0], hooks.got[1]].map((one) => one?.headers.get('x-cal-signature-256'))
    assert.ok(before && during && before !== during)
  },
  async 'subscriptions-off'(sandbox, begin) {
    const book = await subscribed(sandbox)
    assert.deepEqual((await begin({ provider: 'calcom', account: 'ada' })).body, { subscriptions: 1 })
    await book()
    assert.deepEqual(hooks.got, [])
    const again = { name: 'subscriptions-off', provider: 'calcom', account: 'ada' }
    assert.equal((await control(sandbox, 'POST', 'scenarios', again)).status, 400, 'none is left')
  },
}

let waits: number[] = []
let hooks = receiver()

/** Subscribes to Ada's bookings at Cal.com; each call books one and sends the webhook. */
async function subscribed(sandbox: Sandbox): Promise<() => Promise<void>> {
  const { access_token } = await connectCalcom(sandbox, 'ada', 'WEBHOOK_WRITE BOOKING_READ')
  const wish = {
    subscriberUrl: 'https://app.example/',
    triggers: ['BOOKING_CREATED'],
    active: true,
    secret: 'a secret',
  }
  const version = { 'cal-api-version': '2026-02-25' }
  await sendJson(sandbox, 'POST', `${sandbox.calcom.hosts.api}/v2/webhooks`, access_token, wish, version)
  return async () => {
    await control(sandbox, 'POST', 'bookings', { provider: 'calcom', account: 'ada' })
    await sandbox.delivered()
  }
}

/** Books four times, and compares the order in which the webhooks come. */
async function webhooks(sandbox: Sandbox, begin: (given?: object) => Promise<Reply>, order: number[]): Promise<void> {
  const book = await subscribed(sandbox)
  await begin({ provider: 'calcom', account: 'ada' })
  for (let made = 0; made < 4; made += 1) await book()
  const firstAt = Date.parse('2026-11-23T08:00:00Z')
  const numbers = hooks.got.map((one) => (Date.parse(one.body.payload.startTime) - firstAt) / 900_000 + 1)
  assert.deepEqual(numbers, order)
}

for (const [name, effect] of Object.entries(effects)) {
  test(`scenario ${name}`, async () => {
    waits = []
    hooks = receiver()
    const sandbox = await box({
      sleep: async (milliseconds) => {
        // A receiver has 15 s, and answers at once.
        if (milliseconds === 15_000) return new Promise(() => {})
        waits.push(milliseconds)
      },
      deliver: hooks.deliver,
    })
    await effect(sandbox, async (given = {}) => {
      const reply = await control(sandbox, 'POST', 'scenarios', { name, ...given })
      assert.equal(reply.status, 201, reply.text)
      return reply
    })
  })
}

test('every scenario is listed with its fields, tried here, and in the guide', async () => {
  const sandbox = await box()
  const { scenarios, on } = (await control(sandbox, 'GET', 'scenarios')).body
  assert.deepEqual(scenarios.map((one: { name: string }) => one.name).sort(), Object.keys(effects).sort())
  assert.deepEqual(on, [])
  const guide = readFileSync(resolve(import.meta.dirname, '../../docs/guide/sandbox.md'), 'utf8')
  const [, section = ''] = guide.split('## Scenarios')
  for (const { name, fields } of scenarios) {
    const row = section
      .split('\n')
      .find((line) => line.startsWith('| `') && line.split(' | ')[0]?.includes(`\`${name}\``))
    const named = [...(row?.split(' | ')[2]?.matchAll(/`(\w+)`/g) ?? [])].map(([, field]) => field)
    assert.deepEqual(named, fields, name)
  }
  const down = scenarios.find((one: { name: string }) => one.name === 'provider-down')
  assert.deepEqual([down.fields, down.defaults, down.group], [['provider', 'minutes'], { minutes: 60 }, 'outages'])
})

test('a scenario is a fault: it is listed with its end, and removed as one', async () => {
  const sandbox = await box()
  const { fault } = (await control(sandbox, 'POST', 'scenarios', { name: 'provider-down', provider: 'calcom' })).body
  assert.deepEqual([fault.scenario, fault.endsAt], ['provider-down', new Date(start + 3_600_000).toISOString()])
  const listed = (await control(sandbox, 'GET', 'scenarios')).body.on
  assert.deepEqual(listed, [fault])
  assert.equal((await control(sandbox, 'DELETE', `faults/${fault.id}`)).status, 200)
  await control(sandbox, 'POST', 'scenarios', { name: 'provider-down', provider: 'calcom', minutes: null })
  sandbox.clock.advance(90 * 86_400)
  assert.equal((await control(sandbox, 'GET', 'faults')).body.faults.length, 1, 'until it is ended')
  assert.equal((await call(sandbox, `${sandbox.calcom.hosts.api}/v2/me`)).status, 503)
})

test('a scenario takes the fields of its kind alone, and says what is wrong', async () => {
  const sandbox = await box()
  for (const [given, sentence] of [
    [{ name: 'nothing' }, /^The scenario "name" is wrong: give one of refresh-answer-lost, /],
    [{ name: 'provider-down' }, /"provider" is wrong: choose Calendly or Cal\.com\.$/],
    [{ name: 'provider-down', provider: 'calcom', seconds: 3 }, /"seconds" does not exist/],
    [{ name: 'provider-slow', provider: 'calcom', seconds: 'long' }, /"seconds" is wrong: give a number of seconds\.$/],
    [{ name: 'refresh-answer-lost', account: 'ada' }, /^Name the provider of the account, too/],
    [{ name: 'refresh-answer-lost', provider: 'calcom', account: 'zoe' }, /^There is no account "zoe" at calcom/],
    [{ name: 'access-revoked', provider: 'calcom', account: 'ada' }, /connect the account first\.$/],
    [{ name: 'secret-replaced', provider: 'calcom', client: 'x' }, /^There is no client with this id/],
    [
      { name: 'secret-replaced', provider: 'calcom', client: sandbox.calcomPublic.clientId },
      /^This app has no secret\.$/,
    ],
  ] as const) {
    const { status, body } = await control(sandbox, 'POST', 'scenarios', given)
    assert.equal(status, 400, JSON.stringify(given))
    assert.match(body.error, sentence)
  }
})
