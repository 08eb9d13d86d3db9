// The small provider filters nothing: what the filters mean is decided here.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { utcInstant } from '../../src/core/scheduling/instant.ts'
import type { ProviderBooking } from '../../src/core/scheduling/provider.ts'
import type { BookingsQuery } from '../../src/scheduling/index.ts'
import { all, refused } from '../typed/person.ts'
import { dayMs, smallAttendee, smallBooking, smallEventType, startSmall } from './small-provider.ts'

const start = Date.UTC(2030, 0, 7, 9)

function week(): ProviderBooking[] {
  return [
    smallBooking('b0', start),
    smallBooking('b1', start + dayMs, { status: 'cancelled' }),
    smallBooking('b2', start + 2 * dayMs, { status: 'tentative', eventType: 'et2' }),
    smallBooking('b3', start + 3 * dayMs, { attendees: [smallAttendee('gil'), smallAttendee('Ann')] }),
    smallBooking('b4', start + 4 * dayMs),
    smallBooking('b5', start + 5 * dayMs, { status: 'cancelled', eventType: 'et2' }),
    smallBooking('b6', start + 6 * dayMs),
  ]
}

test('every filter is applied, alone and together', async (t) => {
  const { calendar, world } = await startSmall(t)
  world.bookings = week()
  const ids = async (query?: BookingsQuery) => (await all(calendar.bookings(query))).map(({ id }) => id).join(' ')
  const day = (days: number) => utcInstant(start + days * dayMs)
  assert.equal(await ids(), 'b0 b1 b2 b3 b4 b5 b6')
  assert.equal(await ids({ from: day(1), to: day(4) }), 'b1 b2 b3')
  assert.equal(await ids({ status: 'cancelled' }), 'b1 b5')
  assert.equal(await ids({ status: ['cancelled', 'tentative'] }), 'b1 b2 b5')
  assert.equal(await ids({ eventType: 'et2' }), 'b2 b5')
  assert.equal(await ids({ eventType: smallEventType({ id: 'et2' }), status: 'cancelled' }), 'b5')
  assert.equal(await ids({ attendee: 'ANN@guests.example' }), 'b3')
  assert.equal(await ids({ attendee: 'nobody@guests.example' }), '')
})

test('pages are requested while the list is read, and none after the last that can match', async (t) => {
  const { calendar, world, asked } = await startSmall(t)
  world.bookings = week()
  for await (const { id } of calendar.bookings()) if (id === 'b0') break
  assert.deepEqual(asked(), ['GET /bookings'])
  await all(calendar.bookings({ to: utcInstant(start + 4 * dayMs) }))
  assert.deepEqual(asked(), ['GET /bookings', 'GET /bookings?skip=3'])
})

test('a list continues at its position, also after items that do not belong to it', async (t) => {
  const { calendar, world } = await startSmall(t)
  world.bookings = week()
  for (const query of [{}, { status: 'confirmed' }, { eventType: 'et2' }] satisfies BookingsQuery[]) {
    const whole = (await all(calendar.bookings(query))).map(({ id }) => id)
    for (let taken = 1; taken <= whole.length; taken++) {
      const list = calendar.bookings(query)
      const first: string[] = []
      for await (const { id } of list) if (first.push(id) === taken) break
      const { position } = list
      const rest = position === null ? [] : await all(calendar.bookings(query, { from: position }))
      assert.deepEqual([...first, ...rest.map(({ id }) => id)], whole)
    }
    const list = calendar.bookings(query)
    await all(list)
    assert.equal(list.position, null)
  }
})

test('after a break the same list continues with the next item', async (t) => {
  const { calendar, world } = await startSmall(t)
  world.bookings = week()
  const list = calendar.bookings()
  for await (const { id } of list) if (id === 'b2') break
  assert.deepEqual(
    (await all(list)).map(({ id }) => id),
    ['b3', 'b4', 'b5', 'b6'],
  )
})

test('what was read before a page fails comes first, and the list continues when the page works again', async (t) => {
  const { calendar, world } = await startSmall(t)
  world.bookings = week()
  world.pageSize = 2
  let isBroken = true
  world.answer = (request) => (isBroken && request.url.includes('skip=4') ? Response.json({}, { status: 404 }) : null)
  const list = calendar.bookings()
  const read: string[] = []
  const reading = async () => {
    for await (const { id } of list) read.push(id)
  }
  await refused(reading, 'provider_refused', { reason: 'not_found' })
  assert.deepEqual(read, ['b0', 'b1', 'b2', 'b3'])
  isBroken = false
  await reading()
  assert.deepEqual(read, ['b0', 'b1', 'b2', 'b3', 'b4', 'b5', 'b6'])
})

test('inactive event types are left out only if that is wished', async (t) => {
  const { calendar, world } = await startSmall(t)
  world.eventTypes = [smallEventType(), smallEventType({ id: 'et2', active: false })]
  const ids = async (active?: boolean) => (await all(calendar.eventTypes({ active }))).map(({ id }) => id).join(' ')
  assert.equal(await ids(), 'et1 et2')
  assert.equal(await ids(true), 'et1')
  assert.equal(await ids(false), 'et2')
})
