// The position of a list is sealed: who has it can continue that list and read no other with it.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { utcInstant } from '../../src/core/scheduling/instant.ts'
import { scheduling } from '../../src/scheduling/index.ts'
import { all, refused } from '../typed/person.ts'
import { dayMs, smallBooking, smallEventType, startSmall } from './small-provider.ts'

const start = Date.UTC(2030, 0, 7, 9)
const week = () => [0, 1, 2, 3, 4, 5].map((day) => smallBooking(`b${day}`, start + day * dayMs))
const message = /^\w+: options\.from must be the `position` of an earlier iteration of the same list\.$/

test('a position shows nothing of the provider’s address, and is the same text until the list goes on', async (t) => {
  const { calendar, world } = await startSmall(t)
  world.bookings = week()
  const list = calendar.bookings()
  const before = list.position
  assert.equal(list.position, before)
  for await (const { id } of list) if (id === 'b3') break
  assert.notEqual(list.position, before)
  for (const text of [before, list.position]) {
    assert.match(text ?? '', /^p1\.[\w-]{8}\.[\w-]+$/)
    assert.doesNotMatch(Buffer.from((text ?? '').slice(12), 'base64url').toString('latin1'), /bookings|skip/)
  }
})

test('a position that was written, cut or taken from another list is refused, and nothing is sent', async (t) => {
  const { host, calendar, world, asked } = await startSmall(t)
  world.bookings = week()
  world.eventTypes = ['et1', 'et2', 'et3'].map((id) => smallEventType({ id }))
  const other = scheduling(await host.connect('ben'))
  const query = { from: utcInstant(start), status: ['confirmed', 'tentative'] } as const
  const list = calendar.bookings(query)
  for await (const _ of list) break
  const position = list.position ?? ''
  const types = calendar.eventTypes()
  for await (const _ of types) break
  asked()

  const wrong = [
    () => calendar.bookings(query, { from: '0:/bookings?user=ben' }),
    () => calendar.bookings(query, { from: '' }),
    () => calendar.bookings(query, { from: position.slice(0, -1) }),
    () => calendar.bookings(query, { from: types.position ?? '' }),
    () => calendar.bookings({}, { from: position }),
    () => calendar.bookings({ ...query, eventType: 'et2' }, { from: position }),
    () => calendar.eventTypes({}, { from: position }),
    () => calendar.eventTypes({ active: true }, { from: types.position ?? '' }),
    () => calendar.schedules({ from: position }),
    () => other.bookings(query, { from: position }),
  ]
  for (const call of wrong) await refused(call, 'invalid_argument', { message })
  assert.deepEqual(asked(), [])
  assert.equal(calendar.can('bookings.read').yes, true)
  assert.equal(other.can('bookings.read').yes, true)

  // The same question in other words is the same list.
  const same = { status: ['tentative', 'confirmed', 'confirmed'], from: '2030-01-07T10:00:00+01:00' } as const
  const rest = await all(calendar.bookings(same, { from: position }))
  assert.deepEqual(
    rest.map(({ id }) => id),
    ['b1', 'b2', 'b3', 'b4', 'b5'],
  )
})

test('a refusal for the role is believed of everything only after a request that named nothing', async (t) => {
  const { calendar, world } = await startSmall(t)
  world.bookings = week()
  let isRefused = false
  world.answer = ({ url }) => (isRefused && url.includes('/bookings') ? Response.json({}, { status: 403 }) : null)
  const list = calendar.bookings()
  for await (const _ of list) break
  isRefused = true

  const byRole = { reason: 'not_permitted' } as const
  await refused(() => calendar.bookings({}, { from: list.position ?? '' }), 'provider_refused', byRole)
  await refused(() => calendar.bookings({ eventType: 'et2' }), 'provider_refused', byRole)
  await refused(() => calendar.booking('b9'), 'provider_refused', byRole)
  assert.equal(calendar.can('bookings.read').yes, true)
  assert.equal(calendar.can('bookings.read', smallEventType({ id: 'et2' })).yes, false)

  await refused(() => calendar.bookings(), 'provider_refused', byRole)
  assert.deepEqual(calendar.can('bookings.read'), { yes: false, because: 'role' })
})
