// The account is booked, and the bookings are changed.

import assert from 'node:assert/strict'
import { expectData, expectProblem, type Journey, keep, recall, type Step, step } from './journey.ts'

const dayMs = 86_400_000
const gil = { name: 'Gil Guest', email: 'gil@guests.example', timeZone: 'Europe/Paris' }
const path = (journey: Journey) => ({ id: recall(journey, 'connection') })
const ofBooking = (journey: Journey) => ({ ...path(journey), booking: recall(journey, 'booking') })
const keyed = (key: string) => ({ 'Idempotency-Key': key })

/** The request for a booking at one of the free times. */
function request(journey: Journey, start: 'first' | 'second' | 'third', attendee = gil) {
  return { eventType: recall(journey, 'event type'), start: recall(journey, start), attendee }
}

export const scheduling: readonly Step[] = [
  step('ask what can be done', async (journey) => {
    const params = { path: path(journey) }
    const { capabilities } = expectData(await journey.api.GET('/v1/connections/{id}/capabilities', { params }))
    assert.equal(capabilities.book?.yes, true)
    assert.equal(capabilities.reschedule?.yes, journey.client === 'calcom')
  }),
  step('subscribe to the events of bookings', async (journey) => {
    const params = { path: path(journey) }
    const answer = await journey.api.PUT('/v1/connections/{id}/webhooks', { params, body: { bookings: true } })
    assert.ok(expectData(answer).subscriptions.length > 0)
  }),
  step('see the subscription', async (journey) => {
    const params = { path: path(journey) }
    assert.ok(expectData(await journey.api.GET('/v1/connections/{id}/webhooks', { params })).subscriptions.length > 0)
  }),
  step('list the event types, page by page', async (journey) => {
    const found = new Map<string, string>()
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const query = { active: true, limit: 4, ...(cursor !== undefined && { cursor }) }
      const params = { path: path(journey), query }
      const page = expectData(await journey.api.GET('/v1/connections/{id}/event-types', { params }))
      for (const { slug, id } of page.eventTypes) found.set(slug ?? '', id)
      cursor = page.cursor
    }
    assert.equal(found.size, 10)
    keep(journey, 'event type', found.get('intro-call') ?? '')
  }),
  step('read one event type, whose id may be an address', async (journey) => {
    const params = { path: { ...path(journey), eventType: recall(journey, 'event type') } }
    const answer = await journey.api.GET('/v1/connections/{id}/event-types/{eventType}', { params })
    assert.equal(expectData(answer).slug, 'intro-call')
  }),
  step('list its slots', async (journey) => {
    const [from, to] = [2, 9].map((days) => new Date(Date.now() + days * dayMs).toISOString())
    const query = { eventType: recall(journey, 'event type'), from: from ?? '', to: to ?? '' }
    const params = { path: path(journey), query }
    const { slots } = expectData(await journey.api.GET('/v1/connections/{id}/slots', { params }))
    assert.ok(slots.length > 8)
    for (const [index, name] of ['first', 'second', 'third'].entries())
      keep(journey, name, slots[index * 4]?.start ?? '')
  }),
  step('be told what is wrong with a request', async (journey) => {
    const body = { ...request(journey, 'first'), colour: 'red' }
    const params = { path: path(journey), header: keyed('wrong') }
    const answer = await journey.api.POST('/v1/connections/{id}/bookings', { params, body: body as typeof body })
    assert.match(expectProblem(answer, 400, 'invalid_argument').detail, /colour/)
  }),
  step('be told that a change needs a key', async (journey) => {
    const response = await fetch(`${journey.url}/v1/connections/${recall(journey, 'connection')}/bookings`, {
      method: 'POST',
      headers: { authorization: `Bearer ${journey.key}`, 'content-type': 'application/json' },
      body: JSON.stringify(request(journey, 'first')),
    })
    const answer = { response, error: await response.json() }
    assert.match(expectProblem(answer, 400, 'invalid_argument').detail, /Idempotency-Key/)
  }),
  step('book', async (journey) => {
    const params = { path: path(journey), header: keyed('order-1') }
    const body = request(journey, 'first')
    const booking = expectData(await journey.api.POST('/v1/connections/{id}/bookings', { params, body }), 201)
    assert.deepEqual([booking.status, booking.start], ['confirmed', recall(journey, 'first')])
    keep(journey, 'booking', booking.id)
    keep(journey, 'chain', booking.chain)
  }),
  step('book again with the same key, and get the same booking', async (journey) => {
    const params = { path: path(journey), header: keyed('order-1') }
    const body = request(journey, 'first')
    const booking = expectData(await journey.api.POST('/v1/connections/{id}/bookings', { params, body }), 201)
    assert.equal(booking.id, recall(journey, 'booking'))
  }),
  step('be refused the key for another request', async (journey) => {
    const params = { path: path(journey), header: keyed('order-1') }
    const body = request(journey, 'second')
    expectProblem(await journey.api.POST('/v1/connections/{id}/bookings', { params, body }), 422, 'key_reused')
  }),
  step('be refused a slot that is taken', async (journey) => {
    const params = { path: path(journey), header: keyed('order-2') }
    const body = request(journey, 'first', { ...gil, email: 'ann@guests.example' })
    const answer = await journey.api.POST('/v1/connections/{id}/bookings', { params, body })
    assert.equal(expectProblem(answer, 422, 'provider_refused').reason, 'slot_taken')
  }),
  step('list the bookings of the attendee', async (journey) => {
    const query = { attendee: gil.email, status: ['confirmed' as const], from: recall(journey, 'first') }
    const params = { path: path(journey), query }
    const { bookings } = expectData(await journey.api.GET('/v1/connections/{id}/bookings', { params }))
    assert.deepEqual(
      bookings.map(({ id }: { id: string }) => id),
      [recall(journey, 'booking')],
    )
  }),
  step('read the booking', async (journey) => {
    const params = { path: ofBooking(journey) }
    const booking = expectData(await journey.api.GET('/v1/connections/{id}/bookings/{booking}', { params }))
    assert.equal(booking.attendees[0]?.email, gil.email)
  }),
  step('move it, or learn who can', async (journey) => {
    const params = { path: ofBooking(journey), header: keyed('move-1') }
    const body = { start: recall(journey, 'second') }
    const answer = await journey.api.POST('/v1/connections/{id}/bookings/{booking}/reschedule', { params, body })
    const result = expectData(answer)
    if (journey.client === 'calendly') return assert.equal(result.outcome, 'attendee_has_to')
    assert.ok(result.outcome === 'moved')
    assert.deepEqual(
      [result.booking.start, result.booking.chain],
      [recall(journey, 'second'), recall(journey, 'chain')],
    )
    keep(journey, 'booking', result.booking.id)
  }),
  step('cancel it', async (journey) => {
    const params = { path: ofBooking(journey), header: keyed('cancel-1') }
    const body = { reason: 'The room is closed' }
    const answer = await journey.api.POST('/v1/connections/{id}/bookings/{booking}/cancel', { params, body })
    assert.equal(expectData(answer).status, 'cancelled')
  }),
]
