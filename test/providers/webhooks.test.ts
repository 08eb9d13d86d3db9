// What the definitions say of webhooks, asked directly: lists that are long, strange or endless, and messages of every kind.

import { deepEqual, equal, match, ok, rejects } from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { DesiredWebhook, ProviderWebhooks, WebhookAnswer, WebhookCall } from '../../src/core/webhooks.ts'
import { webhooks as calcom } from '../../src/providers/calcom/webhooks.ts'
import { webhooks as calendly } from '../../src/providers/calendly/webhooks.ts'
import { defineProvider } from '../../src/providers/index.ts'

const wish: DesiredWebhook = {
  address: 'https://app.example/webhooks/x/hook_1',
  events: ['a', 'b'],
  scope: 'user',
  account: 'https://api.calendly.com/users/A',
  secret: null,
}

/** Answers by the beginning of "METHOD path"; each list is used up from its front, its last answer stays. */
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

const me = (organization: string) => ({ resource: { uri: wish.account, current_organization: organization } })
const hook = (address: string, more = {}) => ({
  ...{ uri: 'https://api.calendly.com/webhook_subscriptions/ID-1', callback_url: address, state: 'active' },
  ...{ events: ['b', 'a'], ...more },
})

describe('Calendly', () => {
  test('names the organization of the moment, whatever it was before', async () => {
    const call = api({ 'GET /users/me': [me('org/1'), me('org/2')], 'POST ': [{ resource: hook(wish.address) }] })
    equal(await calendly.create(call, wish), 'ID-1')
    equal(await calendly.create(call, { ...wish, scope: 'organization' }), 'ID-1')
    const [, first = '', , second = ''] = call.asked.map((line) => line.replace('POST /webhook_subscriptions ', ''))
    const { address: url, events, account: user } = wish
    deepEqual(JSON.parse(first), { url, events, organization: 'org/1', scope: 'user', user })
    deepEqual(JSON.parse(second), { url, events, organization: 'org/2', scope: 'organization' })
  })

  test('is followed through its pages as it names them', async () => {
    const next = 'https://api.calendly.com/webhook_subscriptions?page_token=t&x=1'
    const other = hook('https://app.example/webhooks/x/hook_10')
    const call = api({
      'GET /users/me': [me('org/1')],
      'GET /webhook': [{ collection: [other], pagination: { next_page: next } }],
      'GET https': [{ collection: [hook(wish.address)], pagination: { next_page: null } }],
    })
    deepEqual(await calendly.find(call, wish), { reference: 'ID-1', state: 'as_wished' })
    equal(call.asked[2], `GET ${next}`)
    match(call.asked[1] ?? '', /organization=org%2F1&scope=user&count=100&user=https%3A%2F%2Fapi/)
  })

  test('tells what is disabled, different or missing', async () => {
    const found = (collection: unknown[]) =>
      calendly.find(api({ 'GET /users/me': [me('o')], 'GET ': [{ collection }] }), wish)
    equal((await found([hook(wish.address, { state: 'disabled' })]))?.state, 'disabled')
    equal((await found([hook(wish.address, { events: ['a'] })]))?.state, 'different')
    equal((await found([hook(wish.address, { events: ['a', 'b', 'c'] })]))?.state, 'different')
    equal(await found([hook(`${wish.address}/`), hook(wish.address.toUpperCase())]), null)
  })

  test('a list that does not end, and answers that are not as documented', async () => {
    const page = (next_page: string) => ({ collection: [], pagination: { next_page } })
    const strange: unknown[][] = [
      [page('/webhook_subscriptions?again')],
      [{}],
      [null],
      [{ collection: [{ callback_url: wish.address }] }],
    ]
    for (const answers of strange) {
      const call = api({ 'GET /users/me': [me('o')], 'GET ': answers })
      await rejects(calendly.find(call, wish), { code: 'provider_unavailable', reason: 'unexpected_answer' })
    }
    await rejects(calendly.create(api({ 'GET ': [{}] }), wish), { reason: 'unexpected_answer' })
    // Created, by its status, and nobody knows as what: whoever asked looks for it.
    equal(await calendly.create(api({ 'GET ': [me('o')], 'POST ': [{}] }), wish), null)
  })
})

describe('Cal.com', () => {
  const own = (more = {}) => ({ id: 7, subscriberUrl: wish.address, triggers: ['b', 'a'], active: true, ...more })

  test('is asked page by page, until one is not full', async () => {
    const full = Array.from({ length: 250 }, () => own({ subscriberUrl: 'https://app.example/other' }))
    const call = api({ 'GET ': [{ data: full }, { data: [...full.slice(1), own()] }] })
    deepEqual(await calcom.find(call, wish), { reference: '7', state: 'as_wished' })
    deepEqual(call.asked, ['GET /v2/webhooks?take=250&skip=0', 'GET /v2/webhooks?take=250&skip=250'])
    equal(await calcom.find(api({ 'GET ': [{ data: full }, { data: [] }] }), wish), null)
    await rejects(calcom.find(api({ 'GET ': [{ data: full }] }), wish), { reason: 'unexpected_answer' })
    await rejects(calcom.find(api({ 'GET ': [{}] }), wish), { reason: 'unexpected_answer' })
  })

  test('a message without a booking stands alone, and one without a time is none', () => {
    const at = '2026-11-21T12:00:00.000Z'
    const flat = calcom.read({ triggerEvent: 'MEETING_ENDED', createdAt: at, title: 'flat' })
    deepEqual([flat?.name, flat?.subject, flat?.identity], ['MEETING_ENDED', null, null])
    equal(calcom.read({ triggerEvent: 'MEETING_ENDED', title: 'flat' }), null)
    deepEqual(calcom.missingScopes(['READ_BOOKING', 'READ_PROFILE'], []), [])
  })
})

describe('the moment of a message', () => {
  const [began, ended] = ['2026-11-21T12:00:00.000Z', '2026-11-21T12:30:00.000Z']
  const booking = { uid: 'u', startTime: began, endTime: ended }
  const moment = (message: object) => {
    const read = calcom.read(message)
    return read && [read.subject, new Date(read.createdAt).toISOString()]
  }

  test('a meeting that begins or ends is told of by the booking itself, which may be weeks old', () => {
    for (const createdAt of ['2026-10-01T09:00:00Z', undefined]) {
      deepEqual(moment({ triggerEvent: 'MEETING_STARTED', createdAt, ...booking }), ['u', began])
      deepEqual(moment({ triggerEvent: 'MEETING_ENDED', createdAt, ...booking }), ['u', ended])
      deepEqual(moment({ triggerEvent: 'MEETING_ENDED', createdAt, payload: booking }), ['u', ended])
    }
    equal(moment({ triggerEvent: 'MEETING_STARTED', uid: 'u' }), null)
  })

  test('in an envelope of its own time, that time counts, also when a meeting ends early', () => {
    const createdAt = '2026-11-21T12:10:00.000Z'
    deepEqual(moment({ triggerEvent: 'MEETING_ENDED', createdAt, payload: booking }), ['u', createdAt])
    deepEqual(moment({ triggerEvent: 'BOOKING_CREATED', createdAt, payload: booking }), ['u', createdAt])
  })

  test('written with Z or with +00:00, it is the same message', () => {
    const written = [began, began.replace('Z', '+00:00'), began.replace('.000Z', 'Z')]
    const names = written.flatMap((time) => [
      calcom.read({ triggerEvent: 'BOOKING_CREATED', createdAt: time, payload: booking })?.identity,
      calendly.read({ event: 'BOOKING_CREATED', created_at: time, created_by: 'a', payload: { uri: 'u' } })?.identity,
    ])
    deepEqual([new Set(names).size, names[0]], [1, `BOOKING_CREATED\nu\n${Date.parse(began)}`])
  })
})

describe('a definition of one’s own', () => {
  const facts = {
    ...{ name: 'acme', issuer: 'https://acme.example', apiBase: 'https://acme.example' },
    ...{ authorizationEndpoint: 'https://acme.example/a', tokenEndpoint: 'https://acme.example/t' },
    identify: async () => ({ id: '1', name: null, email: null, timeZone: null }),
  }

  test('may have webhooks, and they are checked', () => {
    const made = defineProvider({ ...facts, webhooks: calcom })({ clientId: 'id', scopes: [] })
    deepEqual(made.provider.webhooks?.scopes, ['user'])
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
        ok(false, 'it was taken')
      } catch (error) {
        match((error as Error).message, sentence)
      }
    }
  })

  test('takes no keys where the provider does not sign with them', () => {
    const acme = defineProvider({ ...facts, webhooks: calcom })
    try {
      acme({ clientId: 'id', scopes: [], webhookKeys: ['hush'] })
      ok(false, 'they were taken')
    } catch (error) {
      match((error as Error).message, /webhookKeys.*does not sign with a key of the app/)
    }
  })
})
