// Cal.com's slots and bookings: slots, booking without a token, taken slots, lists, cancelling, moving,
// confirming; calendars, and changing one's profile.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SandboxOptions } from '../../src/sandbox/index.ts'
import { call, connectCalcom, sendJson } from './app.ts'
import { api, at, attendee, bookings } from './calcom-app.ts'

test('slots are listed by day in the requested zone, without booked and reserved ones', async () => {
  const { get, post, book, sandbox } = await api()
  const day = (more = '') => get(`/v2/slots?eventTypeId=101001&start=2026-11-23&end=2026-11-23${more}`)
  const open = (await day('&timeZone=Asia/Kolkata')).body.data['2026-11-23']
  assert.deepEqual([open.length, open[0]], [32, { start: '2026-11-23T13:30:00.000+05:30' }])
  assert.deepEqual((await day('&format=range')).body.data['2026-11-23'][0], {
    start: '2026-11-23T08:00:00.000Z',
    end: '2026-11-23T08:15:00.000Z',
  })
  assert.deepEqual(
    (await get('/v2/slots?eventTypeId=101001&start=2026-11-28&end=2026-11-29')).body.data,
    {},
    'a weekend',
  )
  const bySlug = await get('/v2/slots?eventTypeSlug=meeting-01&username=ada&start=2026-11-23&end=2026-11-23')
  assert.equal(bySlug.body.data['2026-11-23'].length, 32)
  assert.equal((await book(at)).status, 201)
  const reserved = await post('/v2/slots/reservations', { eventTypeId: 101001, slotStart: '2026-11-23T10:00:00Z' })
  assert.equal(reserved.status, 201)
  assert.deepEqual(
    [reserved.body.data.reservationDuration, reserved.body.data.reservationUntil],
    [5, '2026-11-21T12:05:00.000Z'],
  )
  assert.equal((await day()).body.data['2026-11-23'].length, 30)
  sandbox.clock.advance(300)
  assert.equal((await day()).body.data['2026-11-23'].length, 31)
  const unknown = await get('/v2/slots?eventTypeId=9&start=2026-11-23&end=2026-11-23')
  assert.deepEqual([unknown.status, unknown.body.error.message], [404, 'Event type with id 9 not found.'])
  assert.equal((await get('/v2/slots?eventTypeId=101001&start=soon&end=2026-11-23')).status, 400)
  assert.equal((await get('/v2/slots?start=2026-11-23&end=2026-11-23')).status, 400)
  assert.equal((await day('&timeZone=Mars/Base')).status, 400)
  assert.equal(
    (await post('/v2/slots/reservations', { eventTypeId: 101001, slotStart: at })).status,
    422,
    'it is taken',
  )
  const wrong = await call(sandbox, `${sandbox.calcom.hosts.api}/v2/slots`, undefined, bookings)
  assert.equal(wrong.status, 404)
})

test('a booking needs no token, and appears in its host’s list', async () => {
  const { book, get, token } = await api()
  const { status, body } = await book(at, {
    guests: ['x@guests.example'],
    metadata: { crm: '7' },
    location: 'https://meet.example/7',
    surprise: 1,
  })
  assert.equal(status, 201)
  const { data } = body
  assert.deepEqual(
    [data.status, data.start, data.end, data.duration],
    ['accepted', '2026-11-23T09:00:00.000Z', '2026-11-23T09:15:00.000Z', 15],
  )
  assert.deepEqual(
    [data.eventType, data.metadata, data.guests],
    [{ id: 101001, slug: 'meeting-01' }, { crm: '7' }, ['x@guests.example']],
  )
  assert.deepEqual(
    [data.hosts[0].username, data.attendees[0].email, data.location],
    ['ada', attendee.email, 'https://meet.example/7'],
  )
  assert.ok(!('rescheduledToUid' in data) && !('surprise' in data))
  const { isPlatformManagedUserBooking, ...kept } = data
  assert.equal(isPlatformManagedUserBooking, false, 'in the answer to the booking alone')
  assert.deepEqual((await get(`/v2/bookings/${data.uid}`)).body.data, kept)
  const list = await get('/v2/bookings', token)
  assert.deepEqual(list.body.data, [kept])
  assert.deepEqual(list.body.pagination, {
    returnedItems: 1,
    totalItems: 1,
    itemsPerPage: 100,
    remainingItems: 0,
    currentPage: 1,
    totalPages: 1,
    hasNextPage: false,
    hasPreviousPage: false,
  })
  assert.equal((await get('/v2/bookings/constructor')).status, 404)
  const bySlug = { eventTypeId: undefined, eventTypeSlug: 'meeting-01', username: 'ada' }
  assert.equal((await book('2026-11-23T10:00:00Z', bySlug)).status, 201)
})

test('a taken slot is 400, not 409, with this message; of two bookings at once one succeeds', async () => {
  const { book } = await api()
  const [first, second] = await Promise.all([book(at), book(at)])
  assert.deepEqual([first?.status, second?.status], [201, 400])
  const message = 'User either already has booking at this time or is not available'
  const details = { message, error: 'Bad Request', statusCode: 400 }
  assert.deepEqual(second?.body.error, { code: 'BadRequestException', message, details })
  const refusal = async (start: string, more = {}) => (await book(start, more)).body.error.message
  assert.equal(await refusal('2026-11-23T05:00:00Z'), message, 'outside of the host’s hours')
  assert.equal(await refusal('2026-11-20T09:00:00Z'), 'Attempting to book a meeting in the past.')
  assert.equal(await refusal(at, { eventTypeId: 999999 }), 'Event type with id 999999 not found.')
  const invalid = await book(at, { attendee: { ...attendee, timeZone: 'Mars/Base' } })
  assert.deepEqual([invalid.status, invalid.body.error.message], [400, 'Bad Request Exception'])
  assert.deepEqual(Object.keys(invalid.body.error.details.errors[0]), [
    'target',
    'value',
    'property',
    'children',
    'constraints',
  ])
  assert.equal((await book(at, { attendee: { name: 'A', timeZone: 'UTC' } })).status, 400)
  assert.equal((await book(at, { metadata: { ['k'.repeat(41)]: 'v' } })).status, 400)
  assert.equal((await book('2026-11-23T11:00:00Z', { lengthInMinutes: 60 })).status, 400)
  assert.equal((await book('2026-11-23T11:00:00Z', { recurrenceCount: 2 })).status, 400)
})

test('a switch decides whether a reservation keeps others from booking', async () => {
  for (const blocks of [false, true]) {
    const { book, post } = await api({ switches: { calcomReservationBlocksBooking: blocks } })
    await post('/v2/slots/reservations', { eventTypeId: 101001, slotStart: at })
    assert.equal((await book(at)).status, blocks ? 400 : 201)
  }
})

test('canceling leaves the booking readable, and its slot free', async () => {
  const { book, post, get, token } = await api()
  const { uid } = (await book(at)).body.data
  const silent = await post(`/v2/bookings/${uid}/cancel`, {}, token)
  assert.deepEqual(
    [silent.status, silent.body.error.message],
    [400, 'Cancellation reason is required when you are the host'],
  )
  const done = await post(`/v2/bookings/${uid}/cancel`, { cancellationReason: 'Ill' }, token)
  assert.equal(done.status, 200)
  const { data } = (await get(`/v2/bookings/${uid}`)).body
  assert.deepEqual(
    [data.status, data.cancellationReason, data.cancelledByEmail],
    ['cancelled', 'Ill', 'ada@calcom.example'],
  )
  assert.equal((await post(`/v2/bookings/${uid}/cancel`, {})).status, 400)
  assert.equal((await post('/v2/bookings/nobody/cancel', {})).status, 404)
  assert.equal((await book(at)).status, 201)
})

test('moving returns 201 with a new uid, and the two bookings name each other', async () => {
  const { book, post, get } = await api()
  const old = (await book(at)).body.data
  await book('2026-11-23T10:00:00Z')
  const move = (start?: string) =>
    post(`/v2/bookings/${old.uid}/reschedule`, { start, reschedulingReason: 'Later', rescheduledBy: attendee.email })
  assert.equal((await move('2026-11-23T10:00:00Z')).status, 400, 'taken')
  assert.equal((await move()).status, 400)
  const { status, body } = await move('2026-11-23T11:00:00Z')
  assert.equal(status, 201)
  const next = body.data
  assert.ok(next.uid !== old.uid && next.id !== old.id)
  assert.deepEqual(
    [next.status, next.rescheduledFromUid, next.reschedulingReason, next.rescheduledByEmail, next.duration],
    ['accepted', old.uid, 'Later', attendee.email, 15],
  )
  const before = (await get(`/v2/bookings/${old.uid}`)).body.data
  assert.deepEqual([before.status, before.rescheduledToUid], ['cancelled', next.uid])
  assert.equal((await move('2026-11-23T12:00:00Z')).status, 400)
})

test('the last of three or more event types needs the host’s confirmation', async () => {
  const { book, post, get, token, sandbox } = await api()
  const waiting = { eventTypeId: 101005 }
  const first = (await book(at, waiting)).body.data
  const second = (await book('2026-11-23T10:00:00Z', waiting)).body.data
  assert.equal(first.status, 'pending')
  assert.equal((await get('/v2/bookings?status=unconfirmed', token)).body.data.length, 2)
  assert.equal((await post(`/v2/bookings/${first.uid}/confirm`, {})).status, 403, 'the host alone')
  const { access_token: ben } = await connectCalcom(sandbox, 'ben', 'BOOKING_READ BOOKING_WRITE')
  assert.equal((await post(`/v2/bookings/${first.uid}/confirm`, {}, ben)).status, 403)
  const yes = await post(`/v2/bookings/${first.uid}/confirm`, {}, token)
  assert.deepEqual([yes.status, yes.body.data.status], [200, 'accepted'])
  assert.equal((await post(`/v2/bookings/${first.uid}/confirm`, {}, token)).status, 400)
  const no = await post(`/v2/bookings/${second.uid}/decline`, {}, token)
  assert.deepEqual([no.status, no.body.data.status], [200, 'rejected'])
  const { access_token: reads } = await connectCalcom(sandbox, 'ada', 'BOOKING_READ')
  const lacking = await post(`/v2/bookings/${second.uid}/confirm`, {}, reads)
  assert.deepEqual(
    [lacking.status, lacking.body.error.message],
    [
      403,
      'insufficient_scope: token does not have the required scopes. Required: BOOKING_WRITE. Token has: BOOKING_READ',
    ],
  )
})

test('the versions of bookings and slots: the newest, the one before, and 404 for the rest', async () => {
  const { sandbox, token } = await api()
  const status = async (version?: string) => {
    const headers: Record<string, string> = version === undefined ? {} : { 'cal-api-version': version }
    return (await call(sandbox, `${sandbox.calcom.hosts.api}/v2/bookings`, token, headers)).status
  }
  assert.deepEqual(
    [await status('2026-02-25'), await status('2024-08-13'), await status('2024-06-14'), await status()],
    [200, 200, 404, 404],
  )
})

test('calendars: none are connected, and a switch decides which scope they need', async () => {
  const calendars = async (scope: string, options: SandboxOptions = {}) => {
    const { sandbox, token } = await api(options, 'ada', scope)
    return call(sandbox, `${sandbox.calcom.hosts.api}/v2/calendars`, token)
  }
  assert.deepEqual((await calendars('APPS_READ')).body.data, { connectedCalendars: [], destinationCalendar: {} })
  assert.equal((await calendars('PROFILE_READ')).status, 403)
  assert.equal((await calendars('PROFILE_READ', { switches: { calcomCalendarsScope: 'none' } })).status, 200)
})

test('PATCH /v2/me changes what a person may change, until a reset', async () => {
  const mine = {
    provider: 'calcom' as const,
    id: '900',
    name: 'Ina',
    email: 'ina@a.example',
    username: 'ina',
    timeZone: 'UTC',
  }
  const { sandbox, token } = await api({ accounts: [mine] }, 'ina', 'PROFILE_READ PROFILE_WRITE')
  const me = `${sandbox.calcom.hosts.api}/v2/me`
  const patch = (body: object, by = token) => sendJson(sandbox, 'PATCH', me, by, body)
  const { status, body } = await patch({
    name: 'Iva',
    timeZone: 'Europe/Vienna',
    timeFormat: 12,
    weekStart: 'Sunday',
    role: 'x',
  })
  assert.deepEqual(
    [status, body.data.name, body.data.timeZone, body.data.timeFormat],
    [200, 'Iva', 'Europe/Vienna', 12],
  )
  assert.equal((await call(sandbox, me, token)).body.data.weekStart, 'Sunday')
  assert.equal((await patch({ timeZone: 'Mars/Base' })).status, 400)
  assert.equal((await patch({ timeFormat: 13 })).status, 400)
  const { access_token: reads } = await connectCalcom(sandbox, 'ina', 'PROFILE_READ')
  assert.equal((await patch({ name: 'X' }, reads)).status, 403)
  sandbox.reset()
  const { access_token: again } = await connectCalcom(sandbox, 'ina', 'PROFILE_READ')
  assert.match((await call(sandbox, me, again)).body.data.name, /^Ina$/)
})
