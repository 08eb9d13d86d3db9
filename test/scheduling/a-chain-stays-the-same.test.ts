// A booking that is moved gets a new id. Its chain is that of the first booking.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { chainFrom } from '../../src/core/scheduling/chain.ts'
import type { ProviderBooking } from '../../src/core/scheduling/provider.ts'
import { all } from '../typed/person.ts'
import { dayMs, smallBooking, startSmall } from './small-provider.ts'

const start = Date.UTC(2030, 0, 7, 9)

/** A booking that was moved so many times: `b0`, `b1`, … */
function moved(times: number): ProviderBooking[] {
  return Array.from({ length: times + 1 }, (_, index) =>
    smallBooking(`b${index}`, start + index * dayMs, {
      replaces: index === 0 ? null : `b${index - 1}`,
      replacedBy: index === times ? null : `b${index + 1}`,
    }),
  )
}

test('a booking that replaces none begins its chain, and nothing is read for it', async (t) => {
  const { calendar, world, asked } = await startSmall(t)
  world.bookings = [smallBooking('b0', start)]
  const { chain } = await calendar.booking('b0')
  assert.match(chain, /^chn_[\w-]{22}$/)
  assert.equal(chain, chainFrom('scripted', 'b0'))
  assert.deepEqual(asked(), ['GET /bookings/b0'])
})

test('a moved booking has the chain of its first, which is looked for once', async (t) => {
  const { calendar, world, asked } = await startSmall(t)
  world.bookings = moved(3)
  assert.equal((await calendar.booking('b3')).chain, chainFrom('scripted', 'b0'))
  assert.deepEqual(asked(), ['GET /bookings/b3', 'GET /bookings/b2', 'GET /bookings/b1', 'GET /bookings/b0'])
  assert.equal((await calendar.booking('b3')).chain, chainFrom('scripted', 'b0'))
  assert.deepEqual(asked(), ['GET /bookings/b3'])
})

test('another process finds the same chain, from the store', async (t) => {
  const { calendar, world, asked } = await startSmall(t)
  world.bookings = moved(2)
  const { chain } = await calendar.booking('b2')
  asked()
  world.bookings = [...moved(2).slice(2), smallBooking('b9', start + 9 * dayMs, { replaces: 'b2' })]
  assert.equal((await calendar.booking('b9')).chain, chain)
  assert.deepEqual(asked(), ['GET /bookings/b9'])
})

test('in a list, what the list itself says is not asked for', async (t) => {
  const { calendar, world, asked } = await startSmall(t)
  world.pageSize = 50
  world.bookings = [...moved(6), smallBooking('c0', start + 20 * dayMs)]
  const found = await all(calendar.bookings())
  assert.deepEqual([...new Set(found.slice(0, 7).map(({ chain }) => chain))], [chainFrom('scripted', 'b0')])
  assert.equal(found[7]?.chain, chainFrom('scripted', 'c0'))
  assert.deepEqual(asked(), ['GET /bookings'])
})

test('a booking that was moved to an earlier time comes before the one that it replaces', async (t) => {
  const { calendar, world, asked } = await startSmall(t)
  const old = smallBooking('b0', start + 2 * dayMs, { replacedBy: 'b1' })
  world.bookings = [smallBooking('c0', start), smallBooking('b1', start + dayMs, { replaces: 'b0' }), old]
  const found = await all(calendar.bookings())
  assert.deepEqual(
    found.map(({ chain }) => chain),
    ['c0', 'b0', 'b0'].map((first) => chainFrom('scripted', first)),
  )
  assert.deepEqual(asked(), ['GET /bookings'])
})

test('stored links are followed to the first whose chain is not known, and the provider is asked from there', async (t) => {
  const { calendar, world, asked, host, connection } = await startSmall(t)
  world.bookings = moved(4)
  const link = { connection: connection.id, chain: null, start: null }
  await host.store.bookingLinks.put({ ...link, booking: 'b3', replaces: 'b2', replacedBy: 'b4' })
  await host.store.bookingLinks.put({ ...link, booking: 'b2', replaces: null, replacedBy: 'b3' })
  assert.equal((await calendar.booking('b4')).chain, chainFrom('scripted', 'b0'))
  const chain = ['GET /bookings/b4', 'GET /bookings/b2', 'GET /bookings/b1', 'GET /bookings/b0']
  assert.deepEqual(asked(), [...chain, 'GET /bookings/b3'], 'the last one tells when the meeting was before')
  const links = await host.store.bookingLinks.of(connection.id, ['b0', 'b1', 'b2', 'b3', 'b4'])
  assert.deepEqual(
    links.map(({ booking, chain, replaces, replacedBy }) => [booking, chain, replaces, replacedBy]).sort(),
    moved(4).map(({ id, replaces, replacedBy }) => [id, chainFrom('scripted', 'b0'), replaces, replacedBy]),
  )
  assert.equal((await calendar.booking('b1')).chain, chainFrom('scripted', 'b0'))
  assert.deepEqual(asked(), ['GET /bookings/b1'])
})

test('a chain begins with the earliest booking that the provider shows, and ends after twenty steps', async (t) => {
  const { calendar, world, asked } = await startSmall(t)
  world.bookings = moved(3).slice(2)
  assert.equal((await calendar.booking('b3')).chain, chainFrom('scripted', 'b1'))
  const again = await startSmall(t)
  again.world.bookings = moved(30)
  assert.equal((await again.calendar.booking('b30')).chain, chainFrom('scripted', 'b10'))
  assert.equal(again.asked().length, 21)
  void asked
})
