// The scheduling model over HTTP, at both providers: what a client in any language does with Eve's account.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { capabilities } from '../../src/core/scheduling/capabilities.ts'
import { attendee, deskOf } from './booking-desk.ts'
import { startService } from './service.ts'

/** The provider does not say the same at each of its addresses. */
const withoutRaw = ({ raw: _, ...booking }: { raw: unknown }) => booking

for (const client of ['calendly', 'calcom'] as const) {
  test(`a slot at ${client} is found, booked, read, moved or left to the attendee, and cancelled`, async (t) => {
    const desk = await deskOf(await startService(t), client)
    const { base, ask, refused, change } = desk

    const told = await ask('GET', `${base}/capabilities`)
    assert.deepEqual(Object.keys(told.body.capabilities), [...capabilities])
    assert.equal(told.body.capabilities.book.yes, true)

    const { id: eventType, answers } = await desk.eventType()
    const path = `${base}/event-types/${encodeURIComponent(eventType)}`
    assert.equal((await ask('GET', path)).body.id, eventType)
    const onIt = `${base}/capabilities?eventType=${encodeURIComponent(eventType)}`
    assert.equal((await ask('GET', onIt)).body.capabilities.book.yes, true)

    const [slot, later] = await desk.slots(eventType)
    assert.ok(slot && later)
    const request = { eventType, start: slot.start, attendee, answers }
    const booked = await change('/bookings', 'order-1', request)
    assert.equal(booked.status, 201)
    assert.equal(booked.body.start, slot.start)

    const booking = `${base}/bookings/${encodeURIComponent(booked.body.id)}`
    assert.deepEqual(withoutRaw((await ask('GET', booking)).body), withoutRaw(booked.body))
    const listed = await ask('GET', `${base}/bookings?status=confirmed&status=tentative&attendee=GIL@guests.example`)
    assert.deepEqual(
      listed.body.bookings.map(({ id }: { id: string }) => id),
      [booked.body.id],
    )
    const twoRequests = await refused('invalid_argument', 'GET', `${onIt}&booking=1`)
    assert.match(twoRequests.detail, /query.booking must be left out/)

    const below = booking.slice(base.length)
    const moved = await change(`${below}/reschedule`, 'move-1', { start: later.start })
    assert.equal(moved.body.outcome, client === 'calcom' ? 'moved' : 'attendee_has_to')
    const current = moved.body.booking?.id ?? booked.body.id
    const cancelled = await change(`/bookings/${encodeURIComponent(current)}/cancel`, 'end-1', { reason: 'Ill' })
    assert.equal(cancelled.body.status, 'cancelled')
    assert.equal(cancelled.body.chain, booked.body.chain)
    assert.equal((await ask('GET', `${base}/bookings?status=confirmed`)).body.bookings.length, 0)
  })

  test(`the same key books once at ${client}, and another body with it is refused`, async (t) => {
    const service = await startService(t)
    const desk = await deskOf(service, client)
    const { id: eventType, answers } = await desk.eventType()
    const [slot, later] = await desk.slots(eventType)
    const request = { eventType, start: slot?.start, attendee, answers }
    const posts = () =>
      service.host.sandbox.requests().filter(({ method, path }) => method === 'POST' && /invitees|bookings/.test(path))
        .length

    const all = await Promise.all([1, 2, 3].map(() => desk.change('/bookings', 'order-1', request)))
    assert.deepEqual(new Set(all.map(({ body }) => body.id)).size, 1)
    // The draft of the header writes the key in quotes.
    const quoted = await desk.change('/bookings', '"order-1"', request)
    assert.deepEqual([quoted.status, withoutRaw(quoted.body)], [201, withoutRaw(all[0]?.body)])
    assert.equal(posts(), 1)

    const other = await desk.change('/bookings', 'order-1', { ...request, start: later?.start })
    assert.deepEqual([other.status, other.body.code], [422, 'key_reused'])
    const taken = await desk.change('/bookings', 'order-2', request)
    assert.deepEqual([taken.status, taken.body.code, taken.body.reason], [422, 'provider_refused', 'slot_taken'])
  })
}

test('a change without a key is refused with the name of the header', async (t) => {
  const { base, ask } = await deskOf(await startService(t), 'calcom')
  const body = { eventType: '1', start: '2030-01-01T09:00:00Z', attendee, reason: 'x' }
  for (const [below, keep] of [
    ['/bookings', ['eventType', 'start', 'attendee']],
    ['/bookings/1/reschedule', ['start']],
    ['/bookings/1/cancel', ['reason']],
  ] as const) {
    const given = Object.fromEntries(Object.entries(body).filter(([name]) => keep.includes(name as never)))
    const answer = await ask('POST', base + below, { body: given })
    assert.equal(answer.status, 400)
    assert.deepEqual(
      answer.body.errors.map(({ path }: { path: string }) => path),
      ['header.Idempotency-Key'],
    )
  }
  for (const key of ['', '""', 'k'.repeat(256)]) {
    const answer = await ask('POST', `${base}/bookings/1/cancel`, { body: {}, headers: { 'idempotency-key': key } })
    assert.deepEqual([answer.status, answer.body.errors[0].path], [400, 'header.Idempotency-Key'])
  }
})

test('a booking request is checked to its last member', async (t) => {
  const desk = await deskOf(await startService(t), 'calcom')
  const right = { eventType: '1', start: '2030-01-01T09:00:00Z', attendee }
  const wrong: [string, unknown][] = [
    ['body.attendee.email', { ...right, attendee: { ...attendee, email: 1 } }],
    ['body.attendee', { ...right, attendee: { ...attendee, mail: 'x' } }],
    ['body.location.kind', { ...right, location: { kind: 'moon' } }],
    ['body.location', { ...right, location: { kind: 'link', url: 'x' } }],
    ['body.answers.topic', { ...right, answers: { topic: { a: 1 } } }],
    ['body.metadata.a', { ...right, metadata: { a: 1 } }],
    ['body', { ...right, strat: 1 }],
  ]
  for (const [place, body] of wrong) {
    const { body: told } = await desk.change('/bookings', 'k', body)
    assert.deepEqual([told.code, told.errors?.[0].path], ['invalid_argument', place])
  }
  // What only the model can judge is refused by its own sentence.
  const { body } = await desk.change('/bookings', 'k', { ...right, start: 'tomorrow' })
  assert.match(body.detail, /start/)
})

test('who did not come is marked, and the mark is taken away', async (t) => {
  const service = await startService(t)
  const desk = await deskOf(service, 'calcom')
  const { id: eventType, answers } = await desk.eventType()
  const [slot] = await desk.slots(eventType)
  const { body } = await desk.change('/bookings', 'order-1', { eventType, start: slot?.start, attendee, answers })
  service.host.sandbox.clock.advance(7 * 86_400)
  const path = `${desk.base}/bookings/${body.id}/no-show`
  const markOf = async (request: unknown) => (await desk.ask('POST', path, { body: request })).body.attendees[0].noShow
  assert.equal(await markOf({ attendee: attendee.email }), true)
  assert.equal(await markOf({ attendee: attendee.email, absent: false }), false)
  for (const wrong of [{}, { attendee: attendee.email, host: true }, { host: false }])
    await desk.refused('invalid_argument', 'POST', path, { body: wrong })
})

test('a list is read page by page', async (t) => {
  const desk = await deskOf(await startService(t), 'calendly')
  const whole = (await desk.ask('GET', `${desk.base}/event-types`)).body.eventTypes
  assert.ok(whole.length > 2)
  const read: unknown[] = []
  let cursor: string | null = ''
  while (cursor !== null) {
    const query = new URLSearchParams({ limit: '1', ...(cursor && { cursor }) })
    const { body } = await desk.ask('GET', `${desk.base}/event-types?${query}`)
    assert.ok(body.eventTypes.length <= 1)
    read.push(...body.eventTypes)
    cursor = body.cursor
  }
  assert.deepEqual(read, whole)
  await desk.refused('invalid_argument', 'GET', `${desk.base}/event-types?cursor=nonsense`)
})

test('a cursor is of one connection, list and query; another is refused, and nothing is sent or learnt', async (t) => {
  const service = await startService(t)
  const desk = await deskOf(service, 'calendly')
  const other = `/v1/connections/${await service.connect('calcom', 'ben')}`
  const first = await desk.ask('GET', `${desk.base}/event-types?limit=1`)
  const cursor = encodeURIComponent(first.body.cursor)
  const written = encodeURIComponent('0:/event_types?user=http://127.0.0.1/somebody')
  const sent = () => service.host.sandbox.requests().length
  const before = sent()
  for (const path of [
    `${desk.base}/event-types?cursor=${written}`,
    `${desk.base}/event-types?active=true&cursor=${cursor}`,
    `${desk.base}/bookings?cursor=${cursor}`,
    `${other}/event-types?cursor=${cursor}`,
  ]) {
    const { status, errors } = await desk.refused('invalid_argument', 'GET', path)
    assert.equal(status, 400)
    assert.deepEqual(errors, [{ path: 'query.cursor', sentence: 'must be the cursor of an earlier page of this list' }])
  }
  assert.equal(sent(), before)
  for (const base of [desk.base, other])
    assert.equal((await desk.ask('GET', `${base}/capabilities`)).body.capabilities['bookings.read'].yes, true)
})
