// Cal.com's webhooks: managing them, their content, signatures, templates, repeated sends.

import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { test } from 'node:test'
import type { SandboxOptions } from '../../src/sandbox/index.ts'
import type { Reply } from './app.ts'
import { box, call, connectCalcom, control, receiver, sendJson, start } from './app.ts'

const target = 'https://app.example/hooks'
const versions = { 'cal-api-version': '2026-02-25' }
const all = ['BOOKING_CREATED', 'BOOKING_CANCELLED', 'BOOKING_RESCHEDULED', 'BOOKING_REQUESTED', 'BOOKING_REJECTED']

async function app(options: SandboxOptions = {}) {
  const hooks = receiver()
  const deliver: SandboxOptions['deliver'] = (url, init) =>
    hooks.deliver(
      url,
      init.headers['content-type'] === 'application/json' ? init : { ...init, body: JSON.stringify(init.body) },
    )
  const sandbox = await box({ deliver, ...options })
  const scope = 'WEBHOOK_READ WEBHOOK_WRITE BOOKING_READ BOOKING_WRITE EVENT_TYPE_READ EVENT_TYPE_WRITE'
  const { access_token: token } = await connectCalcom(sandbox, 'ada', scope)
  const root = sandbox.calcom.hosts.api
  const send = (method: string, path: string, body?: object, by = token): Promise<Reply> =>
    sendJson(sandbox, method, root + path, by, body, versions)
  const subscribe = (more: object = {}): Promise<Reply> =>
    send('POST', '/v2/webhooks', { subscriberUrl: target, triggers: all, active: true, secret: 'hush', ...more })
  const book = async (at: string, eventTypeId = 101001) => {
    const attendee = { name: 'Gil Guest', email: 'gil@guests.example', timeZone: 'Europe/Paris' }
    return (await send('POST', '/v2/bookings', { start: at, attendee, eventTypeId })).body.data
  }
  return { sandbox, token, root, send, subscribe, book, hooks }
}

test('webhooks are created, listed, read, changed and deleted; an address can be used once per user', async () => {
  const { sandbox, subscribe, send, root, token } = await app()
  const made = await subscribe()
  assert.equal(made.status, 201)
  const { id, ...rest } = made.body.data
  assert.match(id, /^[0-9a-f]{8}-[0-9a-f-]{27}$/)
  assert.deepEqual(rest, {
    userId: 101,
    triggers: all,
    subscriberUrl: target,
    active: true,
    payloadTemplate: null,
    time: null,
    timeUnit: null,
    version: '2021-10-20',
    secret: 'hush',
  })
  const again = await subscribe()
  assert.deepEqual(
    [again.status, again.body.error.message],
    [409, 'Webhook with this subscriber url already exists for this user'],
  )
  const list = await send('GET', '/v2/webhooks')
  assert.deepEqual([list.body.data.length, 'pagination' in list.body], [1, false])
  for (const query of ['take=0', 'take=251', 'skip=-1'])
    assert.equal((await send('GET', `/v2/webhooks?${query}`)).status, 400)
  assert.deepEqual((await send('GET', `/v2/webhooks/${id}`)).body.data, made.body.data)
  const changed = await send('PATCH', `/v2/webhooks/${id}`, { active: false, triggers: ['BOOKING_PAID'] })
  assert.deepEqual(
    [changed.body.data.active, changed.body.data.triggers, changed.body.data.subscriberUrl],
    [false, ['BOOKING_PAID'], target],
  )
  const { access_token: ben } = await connectCalcom(sandbox, 'ben', 'WEBHOOK_READ')
  const foreign = await call(sandbox, `${root}/v2/webhooks/${id}`, ben)
  assert.deepEqual(
    [foreign.status, foreign.body.error.message],
    [403, `IsUserWebhookGuard - user with id=(102) is not the owner of webhook with id=(${id})`],
  )
  assert.equal((await send('POST', '/v2/webhooks', {}, ben)).status, 403)
  assert.equal((await subscribe({ subscriberUrl: 'nowhere' })).status, 400)
  assert.equal((await subscribe({ subscriberUrl: `${target}/2`, triggers: ['BOOKING_CONFIRMED'] })).status, 400)
  assert.equal((await subscribe({ subscriberUrl: `${target}/2`, active: undefined })).status, 400)
  assert.equal((await subscribe({ subscriberUrl: `${target}/2`, version: '2020-01-01' })).status, 400)
  assert.deepEqual((await send('DELETE', `/v2/webhooks/${id}`)).body.data.id, id)
  const gone = await send('GET', `/v2/webhooks/${id}`)
  assert.deepEqual([gone.status, gone.body.error.message], [404, `Webhook (${id}) not found`])
  sandbox.clock.advance(1800)
  assert.equal((await call(sandbox, `${root}/v2/webhooks`, token)).status, 401, 'a dead token is 401 here')
})

test('a booking and its cancellation arrive, signed over the body, without a time', async () => {
  const { sandbox, subscribe, book, send, hooks } = await app()
  await subscribe()
  const booking = await book('2026-11-23T09:00:00Z')
  await send('POST', `/v2/bookings/${booking.uid}/cancel`, { cancellationReason: 'Ill' })
  await sandbox.delivered()
  const [created, cancelled] = hooks.got
  assert.deepEqual(Object.keys(created?.body), ['triggerEvent', 'createdAt', 'payload'])
  assert.deepEqual(
    [created?.body.triggerEvent, created?.body.createdAt],
    ['BOOKING_CREATED', new Date(start).toISOString()],
  )
  const { payload } = created?.body ?? {}
  assert.deepEqual(
    [payload.uid, payload.bookingId, payload.startTime, payload.status],
    [booking.uid, booking.id, '2026-11-23T09:00:00Z', 'ACCEPTED'],
  )
  assert.deepEqual(
    [payload.organizer.email, payload.organizer.utcOffset, payload.attendees[0].email],
    ['ada@calcom.example', 60, 'gil@guests.example'],
  )
  assert.equal(
    created?.headers.get('x-cal-signature-256'),
    createHmac('sha256', 'hush')
      .update(created?.text ?? '')
      .digest('hex'),
  )
  assert.equal(created?.headers.get('x-cal-webhook-version'), '2021-10-20')
  assert.equal(cancelled?.body.payload.startTime, '2026-11-23T09:00:00+00:00')
  assert.deepEqual([cancelled?.body.payload.status, cancelled?.body.payload.cancellationReason], ['CANCELLED', 'Ill'])
})

test('without a secret the signature is the literal no-secret-provided', async () => {
  const { sandbox, subscribe, book, hooks } = await app()
  await subscribe({ secret: undefined })
  await book('2026-11-23T09:00:00Z')
  await sandbox.delivered()
  assert.equal(hooks.got[0]?.headers.get('x-cal-signature-256'), 'no-secret-provided')
})

test('moving, requesting, confirming and declining each have their trigger; an inactive webhook gets nothing', async () => {
  const { sandbox, subscribe, book, send, hooks } = await app()
  const { id } = (await subscribe()).body.data
  await subscribe({ subscriberUrl: `${target}/created`, triggers: ['BOOKING_CREATED'] })
  const old = await book('2026-11-23T09:00:00Z')
  const next = (await send('POST', `/v2/bookings/${old.uid}/reschedule`, { start: '2026-11-23T10:00:00Z' })).body.data
  const first = await book('2026-11-23T11:00:00Z', 101005)
  const second = await book('2026-11-23T12:00:00Z', 101005)
  await send('POST', `/v2/bookings/${first.uid}/confirm`, {})
  await send('POST', `/v2/bookings/${second.uid}/decline`, {})
  await sandbox.delivered()
  const seen = hooks.got.filter((one) => one.url === target).map((one) => one.body)
  assert.deepEqual(
    seen.map((one) => one.triggerEvent),
    [
      'BOOKING_CREATED',
      'BOOKING_RESCHEDULED',
      'BOOKING_REQUESTED',
      'BOOKING_REQUESTED',
      'BOOKING_CREATED',
      'BOOKING_REJECTED',
    ],
  )
  const { payload } = seen[1]
  assert.deepEqual(
    [payload.uid, payload.rescheduleUid, payload.rescheduleId, payload.rescheduleStartTime],
    [next.uid, old.uid, old.id, '2026-11-23T09:00:00Z'],
  )
  assert.equal(hooks.got.filter((one) => one.url !== target).length, 2)
  const before = hooks.got.length
  await send('PATCH', `/v2/webhooks/${id}`, { active: false })
  await book('2026-11-23T14:00:00Z')
  await sandbox.delivered()
  assert.equal(hooks.got.length, before + 1)
})

test('a payload template is the whole body, and sent as a form when it is not JSON', async () => {
  const { sandbox, subscribe, book, hooks } = await app()
  await subscribe({ payloadTemplate: '{"what":"{{triggerEvent}}","who":"{{organizer.name}}","gone":"{{no.such}}"}' })
  await subscribe({ subscriberUrl: `${target}/form`, payloadTemplate: 'what={{ type }}&first={{attendees.0.name}}' })
  await book('2026-11-23T09:00:00Z')
  await sandbox.delivered()
  const [json, form] = hooks.got
  assert.deepEqual(json?.body, { what: 'BOOKING_CREATED', who: 'Ada Lindqvist', gone: '' })
  assert.deepEqual(
    [form?.body, form?.headers.get('content-type')],
    ['what=meeting-01&first=Gil Guest', 'application/x-www-form-urlencoded'],
  )
})

test('a message is sent once, or by a switch three times after pauses of 30 s and a minute', async () => {
  const once = await app()
  await once.subscribe()
  once.hooks.status = 500
  await once.book('2026-11-23T09:00:00Z')
  await once.sandbox.delivered()
  once.sandbox.clock.advance(86_400)
  await once.sandbox.delivered()
  assert.deepEqual([once.hooks.got.length, once.sandbox.webhooks()[0]?.state], [1, 'given_up'])
  const thrice = await app({ switches: { calcomWebhookAttempts: 3 } })
  await thrice.subscribe()
  thrice.hooks.status = 500
  await thrice.book('2026-11-23T09:00:00Z')
  const counts: number[] = []
  for (const pause of [0, 29, 1, 59, 1, 86_400]) {
    thrice.sandbox.clock.advance(pause)
    await thrice.sandbox.delivered()
    counts.push(thrice.hooks.got.length)
  }
  assert.deepEqual(counts, [1, 1, 2, 2, 3, 3])
})

test('a webhook to this machine is accepted; the real filter is a switch', async () => {
  const subscriberUrl = 'http://127.0.0.1:4600/hooks'
  assert.equal((await (await app()).subscribe({ subscriberUrl })).status, 201)
  const refused = await (await app({ switches: { calcomWebhookUrlFilter: true } })).subscribe({ subscriberUrl })
  assert.equal(refused.status, 400)
  assert.match(refused.body.error.message, /^Webhook URL is not allowed: /)
})

test('a badly signed webhook, and one to a deleted subscription', async () => {
  const { sandbox, subscribe, book, send, hooks } = await app()
  const { id } = (await subscribe()).body.data
  await control(sandbox, 'POST', 'faults', { kind: 'webhook_badly_signed', event: 'BOOKING_CREATED', account: '101' })
  await book('2026-11-23T09:00:00Z')
  await sandbox.delivered()
  const right = createHmac('sha256', 'hush')
    .update(hooks.got[0]?.text ?? '')
    .digest('hex')
  assert.ok(hooks.got[0]?.headers.get('x-cal-signature-256') !== right)
  await control(sandbox, 'POST', 'faults', { kind: 'webhook_reordered' })
  await book('2026-11-23T10:00:00Z')
  await send('DELETE', `/v2/webhooks/${id}`)
  sandbox.clock.advance(60)
  await sandbox.delivered()
  assert.deepEqual([hooks.got.length, sandbox.webhooks()[1]?.state], [1, 'dropped'])
})

test('a webhook of one event type gets that one’s events only, and is separate from the user’s', async () => {
  const { sandbox, subscribe, send, book, hooks } = await app()
  const path = '/v2/event-types/101002/webhooks'
  const wish = { subscriberUrl: target, triggers: ['BOOKING_CREATED'], active: true }
  const made = await send('POST', path, wish)
  const { id, ...rest } = made.body.data
  const unsaid = { payloadTemplate: null, time: null, timeUnit: null, version: '2021-10-20' }
  assert.deepEqual([made.status, rest], [201, { eventTypeId: 101002, ...wish, ...unsaid }])
  const again = await send('POST', path, wish)
  assert.deepEqual(
    [again.status, again.body.error.message],
    [409, 'Webhook with this subscriber url already exists for this event type'],
  )
  const count = async (where: string) => (await send('GET', where)).body.data.length
  assert.deepEqual(
    [await count(path), await count('/v2/event-types/101001/webhooks'), await count('/v2/webhooks')],
    [1, 0, 0],
  )
  assert.deepEqual((await send('GET', `${path}/${id}`)).body.data, made.body.data)
  assert.equal((await send('GET', `/v2/webhooks/${id}`)).status, 403, 'it does not belong to the user')
  await book('2026-11-23T09:00:00Z', 101001)
  await book('2026-11-23T10:00:00Z', 101002)
  await sandbox.delivered()
  assert.deepEqual(
    hooks.got.map((one) => one.body.payload.eventTypeId),
    [101002],
  )
  assert.equal((await subscribe()).status, 201, 'the same address, for the user')
  assert.equal((await send('PATCH', `${path}/${id}`, { active: false })).body.data.active, false)
  const said = async (method: string, at: string, by?: string) => {
    const { status, body } = await send(method, at, undefined, by)
    return [status, body.error.message]
  }
  const guard = 'IsUserEventTypeWebhookGuard -'
  const elsewhere = `/v2/event-types/101001/webhooks/${id}`
  assert.deepEqual(await said('GET', elsewhere), [
    403,
    `${guard} Webhook (${id}) is not associated with event type (101001)`,
  ])
  const user = (await send('GET', '/v2/webhooks')).body.data[0].id
  assert.deepEqual(await said('GET', `${path}/${user}`), [
    400,
    `${guard} Webhook (${user}) is not associated with an event type`,
  ])
  assert.equal((await send('DELETE', `${path}/${id}`)).body.data.id, id)
  await send('POST', path, wish)
  const all = await send('DELETE', path)
  assert.deepEqual([all.status, all.body], [200, { status: 'success', data: '1 webhooks deleted' }])
  assert.deepEqual([await count(path), await count('/v2/webhooks')], [0, 1])
  const { access_token: ben } = await connectCalcom(sandbox, 'ben', 'EVENT_TYPE_WRITE WEBHOOK_READ')
  assert.deepEqual(await said('GET', path, ben), [403, `${guard} User (102) is not the owner of event type (101002)`])
  assert.equal(
    (await send('POST', '/v2/event-types/102001/webhooks', wish, ben)).status,
    403,
    'the scope is WEBHOOK_WRITE',
  )
  assert.deepEqual(await said('GET', '/v2/event-types/7/webhooks'), [404, `${guard} Event type (7) not found`])
})
