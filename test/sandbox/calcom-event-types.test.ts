// Cal.com's event types: their fields, creating, changing and deleting them, and that slots and bookings follow them.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SandboxOptions } from '../../src/sandbox/index.ts'
import type { Reply } from './app.ts'
import { box, connectCalcom, sendJson } from './app.ts'

const wish = { lengthInMinutes: 20, title: 'Short', slug: 'short' }

async function app(options: SandboxOptions = {}) {
  const sandbox = await box(options)
  const scope = 'EVENT_TYPE_READ EVENT_TYPE_WRITE WEBHOOK_READ WEBHOOK_WRITE BOOKING_READ'
  const { access_token: token } = await connectCalcom(sandbox, 'ada', scope)
  const root = sandbox.calcom.hosts.api
  const ask = (method: string, path: string, body?: object, by = token, version = '2024-06-14'): Promise<Reply> =>
    sendJson(sandbox, method, `${root}/v2${path}`, by, body, { 'cal-api-version': version })
  const anyone = (method: string, path: string, body: object | undefined, version: string): Promise<Reply> =>
    sendJson(sandbox, method, `${root}/v2${path}`, undefined, body, { 'cal-api-version': version })
  const attendee = { name: 'Gil', email: 'gil@guests.example', timeZone: 'UTC' }
  const book = (eventTypeId: number, start: string, more: object = {}) =>
    anyone('POST', '/bookings', { eventTypeId, start, attendee, ...more }, '2026-02-25')
  const slots = async (id: number) =>
    (await anyone('GET', `/slots?eventTypeId=${id}&start=2026-11-23&end=2026-11-23`, undefined, '2024-09-04')).body
      .data['2026-11-23']
  return { sandbox, ask, anyone, book, slots }
}

const said = ({ status, body }: Reply) => [status, body.error.message]

test('an event type has the fields of the hosted API, in both versions', async () => {
  const { ask, sandbox } = await app()
  const { data } = (await ask('GET', '/event-types/101001')).body
  const required = [
    'id',
    'lengthInMinutes',
    'title',
    'slug',
    'description',
    'locations',
    'bookingFields',
    'disableGuests',
    'recurrence',
    'metadata',
    'price',
    'currency',
    'lockTimeZoneToggleOnBookingPage',
    'forwardParamsSuccessRedirect',
    'successRedirectUrl',
    'isInstantEvent',
    'scheduleId',
    'hidden',
    'bookingRequiresAuthentication',
    'ownerId',
    'users',
    'bookingUrl',
  ]
  assert.deepEqual(
    required.filter((name) => !(name in data)),
    [],
  )
  assert.deepEqual(
    [data.ownerId, data.users[0].id, data.users[0].username, data.isInstantEvent, data.successRedirectUrl],
    [101, 101, 'ada', false, null],
  )
  assert.equal(data.bookingUrl, `${sandbox.calcom.hosts.app}/ada/meeting-01`)
  assert.deepEqual((await ask('GET', '/event-types/101001', undefined, undefined, '2026-06-12')).body.data, data)
  assert.equal((await ask('GET', '/event-types', undefined, undefined, '2026-06-12')).body.data.length, 5)
  assert.equal((await ask('GET', '/event-types', undefined, undefined, '2026-05-01')).status, 404)
  const real = await app({ ownAddresses: true })
  assert.equal(
    (await real.ask('GET', '/event-types/101001')).body.data.bookingUrl,
    'https://app.cal.com/ada/meeting-01',
  )
})

test('event types are created, changed and deleted; unknown fields are ignored', async () => {
  const { ask, anyone, book, slots } = await app()
  const made = await ask('POST', '/event-types', { ...wish, description: 'Quick', surprise: 1, ownerId: 7 })
  assert.equal(made.status, 201)
  const { id } = made.body.data
  assert.deepEqual(
    [made.body.data.description, made.body.data.ownerId, 'surprise' in made.body.data],
    ['Quick', 101, false],
  )
  assert.deepEqual((await ask('GET', `/event-types/${id}`)).body.data, made.body.data)
  const slugs = async () => (await ask('GET', '/event-types')).body.data.map((one: { slug: string }) => one.slug)
  assert.deepEqual((await slugs()).at(-1), 'short')
  assert.equal((await ask('GET', '/event-types?sortCreatedAt=desc')).body.data[0].slug, 'short')
  assert.equal((await slots(id)).length, 24)
  const booked = (await book(id, '2026-11-23T08:20:00Z')).body.data
  assert.deepEqual([booked.duration, booked.eventType], [20, { id, slug: 'short' }])
  const changed = await ask('PATCH', `/event-types/${id}`, { title: 'Shorter', lengthInMinutes: 10, hidden: true })
  assert.deepEqual(
    [changed.status, changed.body.data.title, changed.body.data.lengthInMinutes, changed.body.data.description],
    [200, 'Shorter', 10, 'Quick'],
  )
  const seen = (await anyone('GET', '/event-types?username=ada', undefined, '2024-06-14')).body.data
  assert.equal(seen.length, 5, 'a hidden one is for its owner')
  await ask('POST', `/event-types/${id}/webhooks`, {
    subscriberUrl: 'https://app.example/hooks',
    triggers: ['BOOKING_CREATED'],
    active: true,
  })
  const gone = await ask('DELETE', `/event-types/${id}`)
  assert.deepEqual([gone.status, gone.body.data], [200, { id, lengthInMinutes: 10, title: 'Shorter', slug: 'short' }])
  assert.deepEqual(said(await ask('GET', `/event-types/${id}`)), [404, `Event type with id ${id} not found.`])
  const left = (await anyone('GET', `/bookings/${booked.uid}`, undefined, '2026-02-25')).body.data
  assert.deepEqual([left.eventType, left.eventTypeId, left.status], [null, null, 'accepted'])
  assert.ok((await ask('POST', '/event-types', wish)).body.data.id !== id, 'a number is not used twice')
})

test('event types: owner, unique slug, scope, and the required fields of a body', async () => {
  const { sandbox, ask } = await app()
  const slug = await ask('POST', '/event-types', { ...wish, slug: 'meeting-02' })
  assert.deepEqual(said(slug), [400, 'User already has an event type with this slug.'])
  assert.equal((await ask('PATCH', '/event-types/101001', { slug: 'meeting-02' })).status, 400)
  assert.equal((await ask('PATCH', '/event-types/101001', { slug: 'meeting-01' })).status, 200, 'its own')
  for (const method of ['PATCH', 'DELETE']) {
    assert.deepEqual(said(await ask(method, '/event-types/102001', {})), [
      403,
      'User with ID=101 does not own event type with ID=102001',
    ])
    assert.deepEqual(said(await ask(method, '/event-types/7', {})), [404, 'Event type with id 7 not found.'])
  }
  for (const wrong of [
    { title: undefined },
    { slug: '' },
    { lengthInMinutes: '20' },
    { lengthInMinutes: 0 },
    { lengthInMinutes: 1.5 },
    { scheduleId: 1020 },
  ]) {
    const { status, body } = await ask('POST', '/event-types', { ...wish, ...wrong })
    assert.deepEqual([status, body.error.details.errors[0].property], [400, Object.keys(wrong)[0]])
  }
  const { access_token: reads } = await connectCalcom(sandbox, 'ada', 'EVENT_TYPE_READ')
  assert.match(String(said(await ask('POST', '/event-types', wish, reads))[1]), /Required: EVENT_TYPE_WRITE/)
  const dead = await ask('DELETE', '/event-types/101001', undefined, 'dead')
  assert.deepEqual(said(dead), [403, 'PermissionsGuard - no oAuth client found for access token=dead'])
  assert.equal((await ask('GET', '/event-types')).body.data.length, 5)
})

test('an event type may have several lengths, its own schedule, and bookings that need confirmation', async () => {
  const { sandbox, ask, book, slots } = await app()
  const { access_token } = await connectCalcom(sandbox, 'ada', 'SCHEDULE_WRITE')
  const availability = [{ days: ['Monday'], startTime: '18:00', endTime: '19:00' }]
  const schedule = { name: 'Evenings', timeZone: 'UTC', isDefault: false, availability }
  const { id: scheduleId } = (await ask('POST', '/schedules', schedule, access_token, '2024-06-11')).body.data
  const more = { lengthInMinutesOptions: [20, 40], scheduleId, confirmationPolicy: { type: 'always' } }
  const { id } = (await ask('POST', '/event-types', { ...wish, ...more })).body.data
  assert.deepEqual(
    (await slots(id)).map((one: { start: string }) => one.start.slice(11, 16)),
    ['18:00', '18:20', '18:40'],
  )
  const { status, body } = await book(id, '2026-11-23T18:00:00Z', { lengthInMinutes: 40 })
  assert.deepEqual([status, body.data.duration, body.data.status], [201, 40, 'pending'])
  assert.equal((await book(id, '2026-11-23T18:40:00Z', { lengthInMinutes: 30 })).status, 400)
  assert.equal((await book(id, '2026-11-23T09:00:00Z')).status, 400, 'outside of its schedule')
})
