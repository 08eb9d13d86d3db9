// The webhooks of the definitions, called directly: with long, wrong and endless lists, and with messages of every kind.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { DesiredWebhook, ProviderWebhooks, WebhookAnswer, WebhookCall } from '../../src/core/webhooks.ts'
import { webhooks as calcom } from '../../src/providers/calcom/webhooks.ts'
import { webhooks as calendly } from '../../src/providers/calendly/webhooks.ts'
import { defineProvider } from '../../src/providers/index.ts'

const desired: DesiredWebhook = {
  address: 'https://app.example/webhooks/x/hook_1',
  events: ['a', 'b'],
  scope: 'user',
  account: 'https://api.calendly.com/users/A',
  secret: null,
}

/** Responds by the beginning of "METHOD path". Each list is used in order, and its last response is repeated. */
function api(answers: Record<string, unknown[]>): WebhookCall & { readonly asked: string[] } {
  const asked: string[] = []
  const call = async (method: string, path: string, body?: object): Promise<WebhookAnswer> => {
    asked.push(`${method} ${path}${body ? ` ${JSON.stringify(body)}` : ''}`)
    const [, left] = Object.entries(answers).find(([start]) => `${method} ${path}`.startsWith(start)) ?? []
    const json = left && left.length > 1 ? left.shift() : left?.[0]
    return { status: 200, json: json ?? null, failure: null }
  }
  return Object.assign(call, { asked })
}

const me = (organization: string) => ({ resource: { uri: desired.account, current_organization: organization } })
const hook = (address: string, more = {}) => ({
  ...{ uri: 'https://api.calendly.com/webhook_subscriptions/ID-1', callback_url: address, state: 'active' },
  ...{ events: ['b', 'a'], ...more },
})

describe('Calendly', () => {
  test('a new subscription names the current organization, even if it was another before', async () => {
    const call = api({ 'GET /users/me': [me('org/1'), me('org/2')], 'POST ': [{ resource: hook(desired.address) }] })
    assert.equal(await calendly.create(call, desired), 'ID-1')
    assert.equal(await calendly.create(call, { ...desired, scope: 'organization' }), 'ID-1')
    const [, first = '', , second = ''] = call.asked.map((line) => line.replace('POST /webhook_subscriptions ', ''))
    const { address: url, events, account: user } = desired
    assert.deepEqual(JSON.parse(first), { url, events, organization: 'org/1', scope: 'user', user })
    assert.deepEqual(JSON.parse(second), { url, events, organization: 'org/2', scope: 'organization' })
  })

  test('a list of subscriptions is read page by page, at the addresses that it returns', async () => {
    const next = 'https://api.calendly.com/webhook_subscriptions?page_token=t&x=1'
    const other = hook('https://app.example/webhooks/x/hook_10')
    const call = api({
      'GET /users/me': [me('org/1')],
      'GET /webhook': [{ collection: [other], pagination: { next_page: next } }],
      'GET https': [{ collection: [hook(desired.address)], pagination: { next_page: null } }],
    })
    assert.deepEqual(await calendly.find(call, desired), { reference: 'ID-1', state: 'as_desired' })
    assert.equal(call.asked[2], `GET ${next}`)
    assert.match(call.asked[1] ?? '', /organization=org%2F1&scope=user&count=100&user=https%3A%2F%2Fapi/)
  })

  test('a subscription that is disabled, different or missing is reported as such', async () => {
    const found = (collection: unknown[]) =>
      calendly.find(api({ 'GET /users/me': [me('o')], 'GET ': [{ collection }] }), desired)
    assert.equal((await found([hook(desired.address, { state: 'disabled' })]))?.state, 'disabled')
    assert.equal((await found([hook(desired.address, { events: ['a'] })]))?.state, 'different')
    assert.equal((await found([hook(desired.address, { events: ['a', 'b', 'c'] })]))?.state, 'different')
    assert.equal(await found([hook(`${desired.address}/`), hook(desired.address.toUpperCase())]), null)
  })

  test('an endless list, and responses of an undocumented shape, are errors', async () => {
    const page = (next_page: string) => ({ collection: [], pagination: { next_page } })
    const strange: unknown[][] = [
      [page('/webhook_subscriptions?again')],
      [{}],
      [null],
      [{ collection: [{ callback_url: desired.address }] }],
    ]
    for (const answers of strange) {
      const call = api({ 'GET /users/me': [me('o')], 'GET ': answers })
      await assert.rejects(calendly.find(call, desired), { code: 'provider_unavailable', reason: 'unexpected_answer' })
    }
    await assert.rejects(calendly.create(api({ 'GET ': [{}] }), desired), { reason: 'unexpected_answer' })
    // The status says that it was created, but the response has no reference, so the caller must find it.
    assert.equal(await calendly.create(api({ 'GET ': [me('o')], 'POST ': [{}] }), desired), null)
  })
})

describe('Cal.com', () => {
  const own = (more = {}) => ({ id: 7, subscriberUrl: desired.address, triggers: ['b', 'a'], active: true, ...more })

  test('a list of subscriptions is read page by page, until a page is not full', async () => {
    const full = Array.from({ length: 250 }, () => own({ subscriberUrl: 'https://app.example/other' }))
    const call = api({ 'GET ': [{ data: full }, { data: [...full.slice(1), own()] }] })
    assert.deepEqual(await calcom.find(call, desired), { reference: '7', state: 'as_desired' })
    assert.deepEqual(call.asked, ['GET /v2/webhooks?take=250&skip=0', 'GET /v2/webhooks?take=250&skip=250'])
    assert.equal(await calcom.find(api({ 'GET ': [{ data: full }, { data: [] }] }), desired), null)
    await assert.rejects(calcom.find(api({ 'GET ': [{ data: full }] }), desired), { reason: 'unexpected_answer' })
    await assert.rejects(calcom.find(api({ 'GET ': [{}] }), desired), { reason: 'unexpected_answer' })
  })

  test('a message without a booking has no ordering key, and one without a time is refused', () => {
    const at = '2026-11-21T12:00:00.000Z'
    const flat = calcom.read({ triggerEvent: 'MEETING_ENDED', createdAt: at, title: 'flat' })
    assert.deepEqual([flat?.name, flat?.orderingKey, flat?.identity], ['MEETING_ENDED', null, null])
    assert.equal(calcom.read({ triggerEvent: 'MEETING_ENDED', title: 'flat' }), null)
    assert.deepEqual(calcom.missingScopes(['READ_BOOKING', 'READ_PROFILE'], []), [])
  })
})

describe('the moment of a message', () => {
  const [began, ended] = ['2026-11-21T12:00:00.000Z', '2026-11-21T12:30:00.000Z']
  const booking = { uid: 'u', startTime: began, endTime: ended }
  const moment = (message: object) => {
    const read = calcom.read(message)
    return read && [read.orderingKey, new Date(read.createdAt).toISOString()]
  }

  test('of a meeting that begins or ends is the time in the booking’s own field', () => {
    for (const createdAt of ['2026-10-01T09:00:00Z', undefined]) {
      assert.deepEqual(moment({ triggerEvent: 'MEETING_STARTED', createdAt, ...booking }), ['u', began])
      assert.deepEqual(moment({ triggerEvent: 'MEETING_ENDED', createdAt, ...booking }), ['u', ended])
      assert.deepEqual(moment({ triggerEvent: 'MEETING_ENDED', createdAt, payload: booking }), ['u', ended])
    }
    assert.equal(moment({ triggerEvent: 'MEETING_STARTED', uid: 'u' }), null)
  })

  test('is the time of the envelope if it has one, also when a meeting ends early', () => {
    const createdAt = '2026-11-21T12:10:00.000Z'
    assert.deepEqual(moment({ triggerEvent: 'MEETING_ENDED', createdAt, payload: booking }), ['u', createdAt])
    assert.deepEqual(moment({ triggerEvent: 'BOOKING_CREATED', createdAt, payload: booking }), ['u', createdAt])
  })

  test('is the same with Z and with +00:00', () => {
    const written = [began, began.replace('Z', '+00:00'), began.replace('.000Z', 'Z')]
    const names = written.flatMap((time) => [
      calcom.read({ triggerEvent: 'BOOKING_CREATED', createdAt: time, payload: booking })?.identity,
      calendly.read({ event: 'BOOKING_CREATED', created_at: time, created_by: 'a', payload: { uri: 'u' } })?.identity,
    ])
    assert.deepEqual([new Set(names).size, names[0]], [1, `BOOKING_CREATED\nu\n${Date.parse(began)}`])
  })
})

describe('a definition of your own', () => {
  const facts = {
    ...{ name: 'acme', issuer: 'https://acme.example', apiBase: 'https://acme.example' },
    ...{ authorizationEndpoint: 'https://acme.example/a', tokenEndpoint: 'https://acme.example/t' },
    identify: async () => ({ id: '1', name: null, email: null, timeZone: null }),
  }

  test('can have webhooks, and a wrong definition of them is refused', () => {
    const made = defineProvider({ ...facts, webhooks: calcom })({ clientId: 'id', scopes: [] })
    assert.deepEqual(made.provider.webhooks?.scopes, ['user'])
    const wrong: [object, RegExp][] = [
      [{ scopes: [] }, /webhooks\.scopes is empty\. List at least one/],
      [{ scopes: 'user' }, /webhooks\.scopes must be a list/],
      [{ bookings: undefined }, /webhooks\.bookings must be a list of the events about bookings/],
      [{ bookings: ['invitee.created'] }, /bookings.*the provider has no trigger "invitee\.created"/],
      [{ signedBy: 'nobody' }, /signedBy.*"client".*"subscription"/],
      [{ toleranceMs: 0 }, /toleranceMs.*60000 to 172800000/],
      [{ read: undefined }, /read.*must be a function/],
      [{ more: 1 }, /webhooks\.more is not an option/],
    ]
    for (const [change, sentence] of wrong) {
      const webhooks = { ...calcom, ...change } as ProviderWebhooks
      try {
        defineProvider({ ...facts, webhooks })
        assert.ok(false, 'it was accepted')
      } catch (error) {
        assert.match((error as Error).message, sentence)
      }
    }
  })

  test('accepts no webhook keys if the provider does not sign with them', () => {
    const acme = defineProvider({ ...facts, webhooks: calcom })
    try {
      acme({ clientId: 'id', scopes: [], webhookKeys: ['hush'] })
      assert.ok(false, 'they were accepted')
    } catch (error) {
      assert.match((error as Error).message, /webhookKeys.*does not sign with a key of the app/)
    }
  })
})
