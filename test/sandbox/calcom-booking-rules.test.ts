// What a booking at Cal.com must fit in its event type: answers, length, place, guests, notice; holds, and who may hold
// for how long.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SandboxOptions } from '../../src/sandbox/index.ts'
import type { Reply } from './app.ts'
import { box, connectCalcom, sendJson } from './app.ts'

const ids = {
  consultation: 105001,
  houseVisit: 105002,
  request: 105004,
  call: 105005,
  secret: 105006,
  anywhere: 105009,
}
const zoom = { type: 'integration', integration: 'zoom' }

async function eve(options: SandboxOptions = {}) {
  const sandbox = await box(options)
  const { access_token: token } = await connectCalcom(sandbox, 'eve', 'BOOKING_READ')
  const root = sandbox.calcom.hosts.api
  const ask = (method: string, path: string, body?: object, by?: string): Promise<Reply> => {
    const version = path.startsWith('/v2/slots') ? '2024-09-04' : '2026-02-25'
    return sendJson(sandbox, method, root + path, by, body, { 'cal-api-version': version })
  }
  // Every length begins a slot at the host’s first hour.
  const days = ['11-24', '11-25', '11-26', '11-27', '11-30', '12-01', '12-02', '12-03', '12-04']
  const book = async (eventTypeId: number, more: object = {}, start = `2026-${days.shift()}T08:00:00Z`) => {
    const attendee = { name: 'Gil', email: 'gil@guests.example', timeZone: 'UTC' }
    const { status, body } = await ask('POST', '/v2/bookings', { start, eventTypeId, attendee, ...more })
    return { status, said: body.error?.message, data: body.data }
  }
  return { sandbox, token, ask, book }
}

const answered = (responses: object, more: object = {}) => ({
  bookingFieldsResponses: { company: 'Acme', 'found-us': 'Search', ...responses },
  ...more,
})

test('answers: the required ones, of the right type, and options that are offered', async () => {
  const { book } = await eve()
  const refusal = async (id: number, responses: object) => {
    const { status, said } = await book(id, responses, '2026-11-24T09:00:00Z')
    assert.equal(status, 400)
    return said
  }
  const { consultation, request } = ids
  assert.match(
    await refusal(consultation, answered({ company: undefined })),
    /^Missing required booking field response: company - it is required .* event type with ID 105001 to see/,
  )
  assert.match(
    await refusal(consultation, answered({ 'found-us': 'In a dream' })),
    /^Invalid option 'In a dream' for booking field 'found-us'\. Allowed options are: Search, A friend, An ad/,
  )
  assert.match(
    await refusal(consultation, answered({ topics: ['Cars'] })),
    /^One or more invalid options for .* 'topics'/,
  )
  assert.match(
    await refusal(consultation, answered({ topics: 'Taxes' })),
    /^Invalid type for booking field 'topics'\. Expected type array \(compatible with field type 'multiselect'\), but received string\.$/,
  )
  const other = (given: object) => refusal(request, { bookingFieldsResponses: given })
  assert.match(await other({ people: '3' }), /Expected type number/)
  assert.match(await other({ 'first-time': 'yes' }), /Expected type boolean/)
  assert.match(await other({ colleagues: 'a@b.example' }), /Expected type array/)
  const all = {
    people: 3,
    'first-time': true,
    website: 'https://a.example',
    colleagues: ['a@b.example'],
    needs: ['Lift'],
  }
  const { status, data } = await book(request, { bookingFieldsResponses: { ...all, unknown: 1 } })
  assert.equal(status, 201)
  const { people, needs, name } = data.bookingFieldsResponses
  assert.deepEqual([people, needs, name], [3, ['Lift'], 'Gil'])
})

test('a length is taken only where there are several', async () => {
  const { book } = await eve()
  const long = await book(ids.consultation, answered({}, { lengthInMinutes: 60 }))
  assert.deepEqual([long.status, long.data.duration], [201, 60])
  const odd = await book(ids.consultation, answered({}, { lengthInMinutes: 45 }))
  assert.match(odd.said, /^Provided 'lengthInMinutes' is not one of the possible lengths .* are: 30, 60$/)
  const only = await book(ids.call, { lengthInMinutes: 15 })
  assert.match(
    only.said,
    /^Can't specify 'lengthInMinutes' because event type does not have multiple possible lengths\./,
  )
})

test('places: one of the event type’s, by type and by service, with what the attendee has to name', async () => {
  const { book } = await eve()
  const at = async (location: object | string | undefined) => {
    const { status, said, data } = await book(ids.anywhere, location === undefined ? {} : { location })
    return status === 201 ? data.location : said
  }
  const { data, said } = await book(ids.call, { location: zoom })
  assert.equal(data, undefined)
  assert.equal(
    said,
    'Booking location with type integration not valid for event type with id=105005. The event type has following location types: attendeePhone, and only these types are allowed for booking location.',
  )
  assert.match(
    await at({ type: 'integration', integration: 'jitsi' }),
    /^Booking location with integration jitsi not valid .* zoom, google-meet/,
  )
  assert.match(await at({ type: 'attendeePhone' }), /phone must be a string/)
  const { data: visit } = await book(ids.houseVisit)
  assert.equal(visit.location, '12 Harbour Street, Lagos')
  assert.match(await at(zoom), /^https:\/\/video\.example\/zoom\//)
  assert.match(await at(undefined), /^https:\/\/video\.example\/zoom\//, 'the first one')
  assert.equal(await at({ type: 'attendeePhone', phone: '+46701' }), '+46701')
})

test('places again: those of the host, and a bare text', async () => {
  const { book } = await eve()
  const at = async (location: object | string) => (await book(ids.anywhere, { location })).data.location
  assert.equal(await at({ type: 'phone' }), '+2348012345678')
  assert.equal(await at({ type: 'link' }), 'https://meet.example/eve')
  assert.equal(await at({ type: 'attendeeAddress', address: '1 Guest Street' }), '1 Guest Street')
  assert.equal(await at({ type: 'attendeeDefined', location: 'The park' }), 'The park')
  assert.match(await at({ type: 'integration', integration: 'cal-video' }), /\/calcom\/app\/video\//)
  assert.equal(await at('Under the bridge'), 'Under the bridge')
})

test('guests of an event type that has none are refused, or left out by a switch', async () => {
  const guests = ['x@guests.example']
  const { book } = await eve()
  assert.equal((await book(ids.secret, { guests })).status, 400)
  assert.equal((await book(ids.secret)).status, 201)
  const lax = await eve({ switches: { calcomGuestsWhereDisabled: 'ignored' } })
  const { status, data } = await lax.book(ids.secret, { guests })
  assert.deepEqual([status, 'guests' in data], [201, false])
})

test('a notice keeps the next day free of slots and of bookings', async () => {
  const { ask, book } = await eve({ now: () => Date.parse('2026-11-23T07:00:00Z') })
  const query = `eventTypeId=${ids.houseVisit}&start=2026-11-23&end=2026-11-25`
  assert.deepEqual(Object.keys((await ask('GET', `/v2/slots?${query}`)).body.data), ['2026-11-24', '2026-11-25'])
  const soon = await book(ids.houseVisit, {}, '2026-11-23T09:00:00Z')
  assert.equal(soon.status, 400)
  assert.match(
    soon.said,
    /^The event type can't be booked at the "start" time provided\. This could be because it's too soon/,
  )
  assert.equal((await book(ids.houseVisit, {}, '2026-11-24T09:00:00Z')).status, 201)
})

test('a slot that is held is not offered, nor held twice; how long, the owner says', async () => {
  const { sandbox, token, ask, book } = await eve()
  const wish = { eventTypeId: ids.call, slotStart: '2026-11-24T09:00:00Z' }
  const hold = (more: object = {}, by?: string) => ask('POST', '/v2/slots/reservations', { ...wish, ...more }, by)
  const open = async () =>
    (await ask('GET', `/v2/slots?eventTypeId=${ids.call}&start=2026-11-24&end=2026-11-24`)).body.data['2026-11-24']
      .length
  const before = await open()
  const anonymous = await hold({ reservationDuration: 20 })
  assert.deepEqual([anonymous.status, anonymous.body.error.message.slice(0, 19)], [401, 'reservationDuration'])
  const { access_token: ben } = await connectCalcom(sandbox, 'ben', 'BOOKING_READ')
  assert.equal((await hold({ reservationDuration: 20 }, ben)).status, 403)
  const held = await hold({ reservationDuration: 20 }, token)
  assert.deepEqual([held.status, held.body.data.reservationDuration], [201, 20])
  assert.equal(await open(), before - 1)
  const again = await hold()
  assert.deepEqual([again.status, again.body.error.code], [422, 'UnprocessableEntityException'])
  assert.match(again.body.error.message, /already reserved by another user/)
  await book(ids.call, { location: { type: 'attendeePhone', phone: '+46701' } }, '2026-11-24T10:00:00Z')
  const booked = await hold({ slotStart: '2026-11-24T10:00:00Z' })
  assert.deepEqual(
    [booked.status, booked.body.error.message],
    [422, "Can't reserve a slot if the event is already booked."],
  )
})
