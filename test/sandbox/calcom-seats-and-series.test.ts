// Cal.com's seats, which people share, and its series; who was absent; requests that the host declines; asking for
// another time.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SandboxOptions } from '../../src/sandbox/index.ts'
import type { Reply } from './app.ts'
import { box, connectCalcom, control, receiver, sendJson } from './app.ts'

const ids = { call: 105003, request: 105004, weekly: 105008, workshop: 105010 }
const at = '2026-11-23T09:00:00Z'
const later = '2026-11-23T11:00:00Z'
const triggers = [
  'BOOKING_CREATED',
  'BOOKING_REQUESTED',
  'BOOKING_RESCHEDULED',
  'BOOKING_CANCELLED',
  'BOOKING_REJECTED',
  'BOOKING_NO_SHOW_UPDATED',
]

async function eve(options: SandboxOptions = {}) {
  const hooks = receiver()
  const sandbox = await box({ deliver: hooks.deliver, ...options })
  const { access_token: token } = await connectCalcom(sandbox, 'eve', 'BOOKING_READ BOOKING_WRITE WEBHOOK_WRITE')
  const root = sandbox.calcom.hosts.api
  const ask = (method: string, path: string, body?: object, by: string | null = token ?? null): Promise<Reply> => {
    const version = path.startsWith('/v2/slots') ? '2024-09-04' : '2026-02-25'
    return sendJson(sandbox, method, root + path, by ?? undefined, body, { 'cal-api-version': version })
  }
  await ask('POST', '/v2/webhooks', { subscriberUrl: 'https://app.example/hooks', triggers, active: true })
  const book = (eventTypeId: number, name = 'Gil', start = at, more: object = {}) => {
    const attendee = { name, email: `${name.toLowerCase()}@guests.example`, timeZone: 'Europe/Paris' }
    return ask('POST', '/v2/bookings', { start, eventTypeId, attendee, ...more }, null)
  }
  const seen = async () => {
    await sandbox.delivered()
    return hooks.got.map(({ body }) => body)
  }
  return { sandbox, ask, book, seen }
}

const names = (one: { attendees: { name: string }[] }) => one.attendees.map(({ name }) => name)

test('seats: one booking, a seat and answers for each person, and a message about that person alone', async () => {
  const { ask, book, seen } = await eve()
  const ann = (await book(ids.workshop, 'Ann', at, { metadata: { order: '1' } })).body.data
  const bob = (await book(ids.workshop, 'Bob', at, { metadata: { order: '2' } })).body.data
  assert.equal(bob.uid, ann.uid)
  assert.notEqual(bob.seatUid, ann.seatUid)
  const { data } = (await ask('GET', `/v2/bookings/${ann.uid}`)).body
  assert.deepEqual(names(data), ['Ann', 'Bob'])
  assert.deepEqual(
    data.attendees.map((one: Record<string, unknown>) => [
      one.seatUid,
      one.metadata,
      typeof one.bookingFieldsResponses,
    ]),
    [
      [ann.seatUid, { order: '1' }, 'object'],
      [bob.seatUid, { order: '2' }, 'object'],
    ],
  )
  assert.ok(!('bookingFieldsResponses' in data))
  const query = `/v2/slots?eventTypeId=${ids.workshop}&start=2026-11-23&end=2026-11-23`
  const slots = (await ask('GET', query)).body.data['2026-11-23']
  const shared = slots.find((one: { start: string }) => one.start === '2026-11-23T09:00:00.000Z')
  assert.deepEqual([shared.attendeesCount, shared.bookingUid], [2, ann.uid])
  for (const name of ['Cid', 'Dot', 'Eli']) assert.equal((await book(ids.workshop, name)).status, 201)
  assert.equal((await book(ids.workshop, 'Fay')).status, 400, 'five seats')
  const messages = await seen()
  assert.deepEqual(
    messages.map(({ triggerEvent, payload }) => [triggerEvent, ...names(payload)]),
    ['Ann', 'Bob', 'Cid', 'Dot', 'Eli'].map((name) => ['BOOKING_CREATED', name]),
  )
  assert.deepEqual(messages[1].payload.metadata, { order: '2' })
  assert.deepEqual(messages[1].payload.seatsPerTimeSlot, 5)
})

test('a message names its seat, unless a switch leaves it out', async () => {
  for (const told of [true, false]) {
    const { ask, book, seen } = await eve({ switches: { calcomSeatInWebhooks: told } })
    const ann = (await book(ids.workshop, 'Ann', at)).body.data
    const bob = (await book(ids.workshop, 'Bob', at)).body.data
    await ask('POST', `/v2/bookings/${ann.uid}/cancel`, { seatUid: bob.seatUid, cancellationReason: 'Ill' })
    await book(ids.call, 'Gil', '2026-11-23T13:00:00Z')
    const seats = (await seen()).map(({ payload }) => [payload.attendeeSeatId, payload.seatsPerTimeSlot])
    const [a, b] = told ? [ann.seatUid, bob.seatUid] : []
    assert.deepEqual(seats, [
      [a, 5],
      [b, 5],
      [b, 5],
      [undefined, null],
    ])
  }
})

test('one seat is cancelled, another moves, and the rest stays where it is', async () => {
  const { ask, book, seen } = await eve()
  const [ann, bob, cid] = [
    (await book(ids.workshop, 'Ann')).body.data,
    (await book(ids.workshop, 'Bob')).body.data,
    (await book(ids.workshop, 'Cid')).body.data,
  ]
  const path = `/v2/bookings/${ann.uid}`
  const wrong = await ask('POST', `${path}/cancel`, { seatUid: 'none' }, null)
  assert.deepEqual([wrong.status, wrong.body.error.message.slice(0, 16)], [400, 'Invalid seatUid:'])
  const gone = await ask('POST', `${path}/cancel`, { seatUid: bob.seatUid, cancellationReason: 'Ill' }, null)
  assert.deepEqual([gone.status, gone.body.data.status, names(gone.body.data)], [200, 'accepted', ['Ann', 'Cid']])
  const whole = await ask('POST', `${path}/reschedule`, { start: later })
  assert.match(whole.body.error.message, /is a seated booking which means you have to provide seatUid/)
  const moved = await ask('POST', `${path}/reschedule`, { start: later, seatUid: cid.seatUid }, null)
  assert.deepEqual([moved.status, names(moved.body.data), moved.body.data.seatUid], [201, ['Cid'], cid.seatUid])
  assert.notEqual(moved.body.data.uid, ann.uid)
  const { data } = (await ask('GET', path)).body
  assert.deepEqual([data.status, names(data)], ['accepted', ['Ann']])
  const last = await ask('POST', `${path}/reschedule`, { start: later, seatUid: ann.seatUid }, null)
  assert.deepEqual([last.body.data.uid, names(last.body.data)], [moved.body.data.uid, ['Cid', 'Ann']])
  const left = (await ask('GET', path)).body.data
  assert.deepEqual([left.status, left.rescheduledToUid], ['cancelled', moved.body.data.uid])
  const messages = (await seen())
    .slice(3)
    .map(({ triggerEvent, payload }) => [triggerEvent, ...names(payload), payload.rescheduleUid])
  assert.deepEqual(messages, [
    ['BOOKING_CANCELLED', 'Bob', undefined],
    ['BOOKING_RESCHEDULED', 'Cid', ann.uid],
    ['BOOKING_RESCHEDULED', 'Ann', ann.uid],
  ])
  const end = await ask('POST', `/v2/bookings/${moved.body.data.uid}/cancel`, { cancellationReason: 'Snow' })
  assert.deepEqual([end.status, end.body.data.status], [200, 'cancelled'], 'the host ends it for all')
})

test('a series: one booking a week at the same time on the attendee’s clock, cancelled from one on', async () => {
  const { ask, book } = await eve({ now: () => Date.parse('2027-03-01T12:00:00Z') })
  const many = await book(ids.weekly, 'Gil', '2027-03-15T09:00:00Z', { recurrenceCount: 5 })
  assert.match(many.body.error.message, /^Provided recurrence count is higher than/)
  const { data } = (await book(ids.weekly, 'Gil', '2027-03-15T09:00:00Z')).body
  assert.deepEqual(
    data.map((one: { start: string }) => one.start),
    ['2027-03-15T09:00:00.000Z', '2027-03-22T09:00:00.000Z', '2027-03-29T08:00:00.000Z', '2027-04-05T08:00:00.000Z'],
    'Paris changes its clocks on the 28th',
  )
  const [{ recurringBookingUid: series }] = data
  assert.ok(data.every((one: { recurringBookingUid: string }) => one.recurringBookingUid === series))
  assert.equal((await ask('GET', `/v2/bookings/${series}`)).body.data.length, 4)
  assert.equal((await ask('GET', '/v2/bookings?status=recurring')).body.data.length, 4)
  const how = { cancellationReason: 'Moved away', cancelSubsequentBookings: true }
  const ended = (await ask('POST', `/v2/bookings/${data[2].uid}/cancel`, how)).body.data
  assert.deepEqual(
    ended.map((one: { status: string }) => one.status),
    ['accepted', 'accepted', 'cancelled', 'cancelled'],
  )
  const rest = (await ask('POST', `/v2/bookings/${series}/cancel`, { cancellationReason: 'All' })).body.data
  assert.ok(rest.every((one: { status: string }) => one.status === 'cancelled'))
  assert.equal((await book(ids.weekly, 'Hal', '2027-03-16T09:00:00Z', { recurrenceCount: 2 })).body.data.length, 2)
})

test('who was absent is told with the small payload; the host alone by a switch', async () => {
  for (const told of [false, true]) {
    const now = () => Date.parse('2026-11-23T08:50:00Z')
    const { sandbox, ask, book, seen } = await eve({ now, switches: { calcomHostNoShowWebhook: told } })
    const { uid, id } = (await book(ids.call)).body.data
    sandbox.clock.advance(600)
    const mark = (body: object) => ask('POST', `/v2/bookings/${uid}/mark-absent`, body)
    const email = 'gil@guests.example'
    await mark({ attendees: [{ email, absent: true }] })
    await mark({ host: true })
    await mark({ attendees: [{ email, absent: false }] })
    const messages = (await seen()).slice(1)
    assert.ok(messages.every(({ triggerEvent }) => triggerEvent === 'BOOKING_NO_SHOW_UPDATED'))
    const about = { bookingUid: uid, bookingId: id }
    const first = { message: `${email} marked as no-show`, attendees: [{ email, noShow: true }], ...about }
    const host = { message: 'No-show status updated', attendees: [], ...about }
    const last = { message: `${email} unmarked as no-show`, attendees: [{ email, noShow: false }], ...about }
    assert.deepEqual(
      messages.map(({ payload }) => payload),
      told ? [first, host, last] : [first, last],
    )
  }
})

test('a request is declined with a reason, and a booking cannot be moved once it was', async () => {
  const { ask, book, seen } = await eve()
  const asked = (await book(ids.request)).body.data
  assert.equal(
    (await ask('POST', `/v2/bookings/${asked.uid}/decline`, { reason: 'Full' })).body.data.status,
    'rejected',
  )
  const { uid } = (await book(ids.call)).body.data
  const next = (await ask('POST', `/v2/bookings/${uid}/reschedule`, { start: later })).body.data
  const again = await ask('POST', `/v2/bookings/${uid}/reschedule`, { start: '2026-11-23T13:00:00Z' })
  assert.equal(again.status, 400)
  assert.match(again.body.error.message, new RegExp(`rescheduled already to booking with uid=${next.uid}\\.`))
  const [, rejected] = await seen()
  assert.deepEqual([rejected.triggerEvent, rejected.payload.rejectionReason], ['BOOKING_REJECTED', 'Full'])
})

test('a host who asks for another time cancels the booking, and the message says so', async () => {
  const { sandbox, ask, book, seen } = await eve()
  const { uid } = (await book(ids.call)).body.data
  const asked = await control(sandbox, 'POST', `bookings/${uid}/ask-to-move`, { reason: 'Train is late' })
  assert.equal(asked.status, 200)
  const { data } = (await ask('GET', `/v2/bookings/${uid}`)).body
  assert.deepEqual(
    [data.status, data.cancellationReason, data.cancelledByEmail],
    ['cancelled', 'Train is late', 'eve@calcom.example'],
  )
  const { triggerEvent, payload } = (await seen()).at(-1)
  assert.deepEqual([triggerEvent, payload.requestReschedule, payload.status], ['BOOKING_CANCELLED', true, 'CANCELLED'])
})
