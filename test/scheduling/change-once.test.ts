// A booking is moved, booked again or cancelled once for each key, whatever becomes of answers and processes.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Scheduling } from '../../src/scheduling/index.ts'
import { refused } from '../typed/person.ts'
import { at, elsewhere, isoOf, later, rebook, standing, startBooked } from './booked-host.ts'
import { diesAtEveryStep, livingWith, runBackground, untilSettled } from './booking-host.ts'

const laterIso = isoOf(later)

describe('a booking is moved natively', () => {
  test('once for its key, and keeps its chain', async (t) => {
    const { host, calendar, booking } = await startBooked(t, 'marked')
    const moved = await calendar.reschedule(booking, { start: later }, { key: 'move 1' })
    assert.ok(moved.outcome === 'moved')
    assert.equal(moved.booking.chain, booking.chain)
    assert.deepEqual([moved.booking.start, moved.booking.replaces], [later, booking.id])
    for (const named of [booking, booking.id]) {
      const again = await calendar.reschedule(named, { start: new Date(later) }, { key: 'move 1' })
      assert.deepEqual(again, moved)
    }
    assert.deepEqual(
      host.asked().filter((one) => one.startsWith('POST')),
      [`POST /bookings/${booking.id}/move`],
    )
    assert.deepEqual(standing(host), [laterIso])
  })

  test('and found when its answer is lost, also without a key', async (t) => {
    const { host, calendar, booking } = await startBooked(t, 'marked')
    host.fate = () => 'lost'
    const moved = await calendar.reschedule(booking.id, { start: later })
    assert.equal(moved.outcome, 'moved')
    host.fate = () => 'fine'
    assert.deepEqual(await calendar.reschedule(booking.id, { start: later }), moved)
    assert.deepEqual(standing(host), [laterIso])
  })

  test('and a refusal is kept for a key, and not without one', async (t) => {
    const { host, calendar, booking } = await startBooked(t, 'marked')
    host.place.bookAsPerson(Date.parse(later), 'max@guests.example')
    for (const options of [{ key: 'move 1' }, {}])
      await refused(() => calendar.reschedule(booking, { start: later }, options), 'provider_refused', {
        reason: 'slot_taken',
      })
    const [, theirs] = host.place.bookings
    if (theirs) theirs.isCancelled = true
    await refused(() => calendar.reschedule(booking, { start: later }, { key: 'move 1' }), 'provider_refused', {
      reason: 'slot_taken',
    })
    assert.equal((await calendar.reschedule(booking, { start: later })).outcome, 'moved')
  })

  test('and says so if somebody else has moved it meanwhile', async (t) => {
    const { host, calendar, booking } = await startBooked(t, 'marked')
    const move = () => calendar.reschedule(booking.id, { start: later }, { key: 'move 1' })
    host.fate = () => 'never_arrives'
    await refused(move, 'provider_unavailable', { reason: 'outcome_unknown' })
    host.fate = () => 'fine'
    const other = await calendar.reschedule(booking.id, { start: elsewhere }, { key: 'move 2' })
    assert.equal(other.outcome, 'moved')
    await refused(move, 'provider_refused', { reason: 'changed' })
    await refused(move, 'provider_refused', { reason: 'changed' })
    const message = /was moved: .* replaces it/
    await refused(() => calendar.reschedule(booking.id, { start: at }), 'invalid_argument', { message })
  })

  test('once wherever its process dies', async (t) => {
    await diesAtEveryStep(async (life) => {
      const { host, calendar, booking } = await startBooked(t, 'marked')
      const dying = await host.process(life).calendar()
      return {
        call: () => dying.reschedule(booking.id, { start: later }, { key: 'move 1' }),
        async after(place) {
          const moved = await untilSettled(host, () =>
            calendar.reschedule(booking.id, { start: later }, { key: 'move 1' }),
          )
          assert.equal(moved.outcome === 'moved' && moved.booking.start, later, place)
          assert.deepEqual(standing(host), [laterIso], place)
        },
      }
    })
  })
})

describe('a process that was suspended while another one ended its change', () => {
  test('tells what that one told', async (t) => {
    const { host, calendar, booking } = await startBooked(t, 'plain')
    const move = (of: Scheduling) => of.reschedule(booking.id, { start: later }, rebook)
    let told: unknown = null
    const suspended = await host
      .process(
        livingWith({
          async after(what) {
            if (told !== null || !/^POST .*\/bookings$/.test(what)) return
            told = 'soon'
            host.advance(180_000)
            told = await move(calendar)
          },
        }),
      )
      .calendar()
    const late = await move(suspended)
    assert.deepEqual([late.outcome, late], ['rebooked', told])
    assert.deepEqual(standing(host), [laterIso])
  })
})

for (const kind of ['marked', 'plain'] as const) {
  describe(`at a ${kind} provider, a booking is cancelled`, () => {
    test('once, and a second time without harm', async (t) => {
      const { host, calendar, booking } = await startBooked(t, kind)
      for (const options of [{}, {}, { key: 'cancel 1' }, { key: 'cancel 1' }]) {
        const cancelled = await calendar.cancel(booking, options)
        assert.deepEqual([cancelled.id, cancelled.status], [booking.id, 'cancelled'])
      }
      assert.deepEqual(standing(host), [])
    })

    test('and found cancelled when the answer is lost', async (t) => {
      const { host, calendar, booking } = await startBooked(t, kind)
      host.fate = () => 'lost'
      assert.equal((await calendar.cancel(booking.id)).status, 'cancelled')
    })

    test('at the next call when the request never arrived', async (t) => {
      const { host, calendar, booking } = await startBooked(t, kind)
      host.fate = () => 'never_arrives'
      const message = /not known yet\. Make the same call again in \d+ s, with its key if it has one: /
      await refused(() => calendar.cancel(booking), 'provider_unavailable', { reason: 'outcome_unknown', message })
      host.fate = () => 'fine'
      assert.equal((await calendar.cancel(booking)).status, 'cancelled')
    })

    test('by the background when its caller does not come back', async (t) => {
      await diesAtEveryStep(async (life) => {
        const { host, calendar, booking } = await startBooked(t, kind)
        const dying = await host.process(life).calendar()
        return {
          call: () => dying.cancel(booking.id, { key: 'cancel 1' }),
          async after(place) {
            await runBackground(host, 10 * 60_000)
            const before = standing(host).length
            assert.equal((await calendar.cancel(booking.id, { key: 'cancel 1' })).status, 'cancelled', place)
            assert.ok(before <= 1, place)
          },
        }
      })
    })
  })
}
