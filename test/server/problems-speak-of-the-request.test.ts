// A problem names the parts of the request, lists every mistake that can be found at once, and says what a client can do.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setFault } from '../support/host.ts'
import { attendee, deskOf } from './booking-desk.ts'
import { startService } from './service.ts'

test('every mistake of a request is listed, also those that the model finds', async (t) => {
  const desk = await deskOf(await startService(t), 'calendly')
  const body = {
    eventType: 7,
    start: 'soon',
    attendee: { name: ' ', email: 'gil', phone: 'x', timeZone: 'Mars/Base' },
    guests: ['ann@guests.example', 'ann'],
    durationMinutes: 0.5,
  }
  const headers = { 'idempotency-key': 'k' }
  const { errors, retryable } = await desk.refused('invalid_argument', 'POST', `${desk.base}/bookings`, {
    body,
    headers,
  })
  assert.equal(retryable, false)
  assert.deepEqual(
    errors?.map(({ path }) => path),
    [
      'body.eventType',
      'body.start',
      'body.attendee.name',
      'body.attendee.email',
      'body.attendee.phone',
      'body.attendee.timeZone',
      'body.guests.1',
      'body.durationMinutes',
    ],
  )
  const start = errors?.find(({ path }) => path === 'body.start')
  assert.equal(start?.sentence, 'must be an instant with its offset from UTC, such as 2026-11-27T09:00:00+01:00')

  const slots = await desk.refused('invalid_argument', 'GET', `${desk.base}/slots?eventType=x&from=now&to=later`)
  assert.deepEqual(
    slots.errors?.map(({ path }) => path),
    ['query.from', 'query.to'],
  )
  // White space around a text makes no difference, as in the library.
  const spaced = { ...attendee, email: ` ${attendee.email} `, name: ' Gil ' }
  const { id: eventType, answers } = await desk.eventType()
  const [slot] = await desk.slots(eventType)
  assert.equal(
    (await desk.change('/bookings', 'k', { eventType, start: slot?.start, attendee: spaced, answers })).status,
    201,
  )
})

test('what the library says of its arguments is said of the request', async (t) => {
  const service = await startService(t)
  const desk = await deskOf(service, 'calendly')
  const { id: eventType } = await desk.eventType()
  const span = new URLSearchParams({ eventType, from: '2030-01-02T00:00:00Z', to: '2030-01-01T00:00:00Z' })
  const cases: [method: string, path: string, body: unknown, place: string, sentence: RegExp][] = [
    ['GET', `${desk.base}/slots?${span}`, undefined, 'query.to', /^must be later than from$/],
    [
      'GET',
      `${desk.base}/slots?${new URLSearchParams({ eventType: 'x', from: '2030-01-01T00:00:00Z', to: '2030-01-02T00:00:00Z' })}`,
      undefined,
      'query.eventType',
      /^must be the whole URI/,
    ],
    ['GET', `${desk.base}/capabilities?booking=x`, undefined, 'query.booking', /^must be the whole URI/],
    [
      'POST',
      '/v1/connect-sessions',
      { owner: 'ada', returnTo: 'https://evil.example/' },
      'body.returnTo',
      /PUNCTUAL_RETURN_TO$/,
    ],
    ['GET', '/v1/events?cursor=x', undefined, 'query.cursor', /cursor of an earlier page/],
    ['GET', '/v1/dispatches?cursor=x', undefined, 'query.cursor', /cursor of an earlier page/],
    ['GET', '/v1/connections?cursor=x', undefined, 'query.cursor', /cursor/],
  ]
  for (const [method, path, body, place, sentence] of cases) {
    const { errors, detail } = await desk.refused('invalid_argument', method, path, { body })
    assert.deepEqual([errors?.length, errors?.[0]?.path], [1, place], detail)
    assert.match(errors?.[0]?.sentence ?? '', sentence)
    assert.equal(detail, `${place} ${errors?.[0]?.sentence}.`)
  }
  const missing = await service.ask('POST', '/v1/connect-sessions', {
    body: { owner: 'ada', returnTo: '/done', clients: ['calendly'], scopes: ['users:read'] },
  })
  await service.page.travel(missing.body.id, 'calendly', { account: 'dan' })
  const { id } = (
    await service.ask('POST', `/v1/connect-sessions/${missing.body.id}/complete`, { body: { owner: 'ada' } })
  ).body
  const { detail, scopes } = await service.refused('insufficient_scope', 'GET', `/v1/connections/${id}/event-types`)
  assert.match(
    detail,
    /^The account has not granted event_types:read\. Create a connect session for this connection with all of these scopes: /,
  )
  assert.deepEqual(scopes, ['event_types:read'])
})

for (const client of ['calendly', 'calcom'] as const)
  test(`what does not exist at ${client} is a 404, and a booking that was moved or cancelled a 409`, async (t) => {
    const service = await startService(t)
    const desk = await deskOf(service, client)
    const { id: eventType, answers } = await desk.eventType()
    const missing = (id: string) =>
      encodeURIComponent(client === 'calendly' ? id.replace(/\w+$/, 'NOSUCHTHING00001') : id.replace(/.+/, '987654'))
    const [slot, later] = await desk.slots(eventType)
    const { body: booking } = await desk.change('/bookings', 'k', { eventType, start: slot?.start, attendee, answers })
    const noBooking = client === 'calendly' ? missing(booking.id) : 'nosuchbooking'
    for (const id of ['nope', noBooking])
      assert.equal((await desk.refused('booking_not_found', 'GET', `${desk.base}/bookings/${id}`)).status, 404)
    for (const id of ['nope', missing(eventType)])
      assert.equal((await desk.refused('event_type_not_found', 'GET', `${desk.base}/event-types/${id}`)).status, 404)
    await desk.refused('booking_not_found', 'GET', `${desk.base}/capabilities?booking=${noBooking}`)
    const headers = { 'idempotency-key': 'none' }
    await desk.refused('booking_not_found', 'POST', `${desk.base}/bookings/nope/cancel`, { body: {}, headers })

    const below = `/bookings/${encodeURIComponent(booking.id)}`
    if (client === 'calcom') {
      const moved = await desk.change(`${below}/reschedule`, 'move', { start: later?.start })
      for (const [path, body] of [
        ['cancel', {}],
        ['reschedule', { start: slot?.start }],
        ['no-show', { host: true }],
      ] as const) {
        const problem = await desk.refused('booking_moved', 'POST', `${desk.base}${below}/${path}`, {
          body,
          headers: { 'idempotency-key': path },
        })
        assert.deepEqual([problem.status, problem.replacedBy], [409, moved.body.booking.id])
      }
    }
    const standing =
      client === 'calcom' ? `/bookings/${(await desk.ask('GET', `${desk.base}${below}`)).body.replacedBy}` : below
    await desk.change(`${standing}/cancel`, 'end', {})
    const gone = await desk.refused('booking_cancelled', 'POST', `${desk.base}${standing}/reschedule`, {
      body: { start: slot?.start },
      headers: { 'idempotency-key': 'late' },
    })
    assert.deepEqual([gone.status, gone.replacedBy], [409, undefined])
  })

test('a wait is in whole milliseconds, and what may pass by itself says so', async (t) => {
  const service = await startService(t)
  const desk = await deskOf(service, 'calendly')
  await setFault(service.host, {
    provider: 'calendly',
    endpoint: 'api',
    kind: 'status',
    status: 403,
    body: { title: 'Permission Denied', message: 'You do not have permission' },
  })
  await service.ask('GET', `${desk.base}/event-types`)
  const told = await desk.refused('not_supported', 'GET', `${desk.base}/event-types`)
  assert.ok(Number.isInteger(told.retryAfterMs) && Number(told.retryAfterMs) > 3_000_000)
  await setFault(service.host, { provider: 'calendly', endpoint: 'api', kind: 'status', status: 503, count: null })
  assert.equal((await desk.refused('provider_unavailable', 'GET', `${desk.base}/bookings`)).retryable, true)
})

test('an id that is not percent-encoded gets a hint', async (t) => {
  const { refused } = await startService(t)
  const { detail } = await refused(
    'route_not_found',
    'GET',
    '/v1/connections/c/bookings/https://api.calendly.com/scheduled_events/A',
  )
  assert.match(detail, /percent-encoded/)
})

test('a slot is kept where the provider has holds, and booked with the hold', async (t) => {
  const service = await startService(t)
  const desk = await deskOf(service, 'calcom')
  const { id: eventType, answers } = await desk.eventType()
  const [slot] = await desk.slots(eventType)
  const kept = await desk.ask('POST', `${desk.base}/slots/hold`, {
    body: { eventType, start: slot?.start, forMs: 300_000 },
  })
  assert.deepEqual([kept.status, kept.body.start], [201, slot?.start])
  assert.ok(!(await desk.slots(eventType)).some(({ start }) => start === slot?.start))
  const request = { eventType, start: slot?.start, attendee, answers, hold: kept.body.id }
  assert.equal((await desk.change('/bookings', 'k', request)).status, 201)

  const calendly = await deskOf(service, 'calendly')
  const type = await calendly.eventType()
  const [free] = await calendly.slots(type.id)
  const body = { eventType: type.id, start: free?.start }
  assert.equal(
    (await calendly.refused('not_supported', 'POST', `${calendly.base}/slots/hold`, { body })).reason,
    'provider',
  )
})
