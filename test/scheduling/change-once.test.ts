// A booking is moved, booked again or cancelled once for each key, whatever becomes of answers and processes.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { BookingRequest, RescheduleOptions } from '../../src/core/scheduling/requests.ts'
import type { Booking, Scheduling } from '../../src/scheduling/index.ts'
import type { BookingKind } from '../support/booking-place.ts'
import { refused } from '../typed/person.ts'
import {
  type BookingHost,
  diesAtEveryStep,
  livingWith,
  runBackground,
  startBookingHost,
  untilSettled,
} from './booking-host.ts'

const at = '2030-01-07T09:00:00Z'
const later = '2030-01-07T11:00:00Z'
const request: BookingRequest = {
  eventType: 'single1',
  start: at,
  attendee: { name: 'Gil', email: 'gil@guests.example', timeZone: 'Europe/Paris' },
}
const rebook: RescheduleOptions = { allow: 'rebook', key: 'move 1' }

interface Booked {
  readonly host: BookingHost
  readonly calendar: Scheduling
  readonly booking: Booking
}

async function startBooked(t: Parameters<typeof startBookingHost>[0], kind: BookingKind): Promise<Booked> {
  const host = await startBookingHost(t, kind)
  const calendar = await host.process().calendar()
  const booking = await calendar.book(request, { key: 'order 1' })
  host.asked()
  return { host, calendar, booking }
}

/** What stands, as `start` of each. */
function standing({ place }: BookingHost): string[] {
  return place.bookings.filter(({ isCancelled }) => !isCancelled).map(({ start }) => new Date(start).toISOString())
}

const atIso = new Date(at).toISOString()
const laterIso = new Date(later).toISOString()

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
    const elsewhere = '2030-01-07T15:00:00Z'
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

describe('where the provider cannot move a booking', () => {
  test('the attendee has to, and nothing is sent', async (t) => {
    const { host, calendar, booking } = await startBooked(t, 'plain')
    const result = await calendar.reschedule(booking, { start: later })
    assert.equal(result.outcome, 'attendee_has_to')
    assert.equal(result.outcome === 'attendee_has_to' && result.url, 'https://sim.test/move')
    assert.deepEqual(host.asked(), [])
  })

  test('it is booked again first, and then cancelled, if that is allowed', async (t) => {
    const { host, calendar, booking } = await startBooked(t, 'plain')
    const result = await calendar.reschedule(booking, { start: later }, rebook)
    assert.equal(result.outcome, 'rebooked')
    if (result.outcome !== 'rebooked') return
    assert.deepEqual([result.booking.start, result.booking.replaces], [later, booking.id])
    assert.deepEqual([result.cancelled.id, result.cancelled.status], [booking.id, 'cancelled'])
    assert.equal(result.cancelled.replacedBy, result.booking.id)
    assert.equal(result.booking.chain, booking.chain)
    assert.deepEqual(
      host.asked().filter((one) => one.startsWith('POST')),
      ['POST /bookings', `POST /bookings/${booking.id}/cancel`],
    )
    assert.deepEqual(await calendar.reschedule(booking.id, { start: later }, rebook), result)
    assert.deepEqual(standing(host), [laterIso])
  })

  test('the old booking stands if the new time is taken', async (t) => {
    const { host, calendar, booking } = await startBooked(t, 'plain')
    host.place.bookAsPerson(Date.parse(later), 'max@guests.example')
    await refused(() => calendar.reschedule(booking, { start: later }, rebook), 'provider_refused', {
      reason: 'slot_taken',
    })
    assert.deepEqual(standing(host), [atIso, laterIso])
  })

  test('what is half done says so, and the key goes on with it', async (t) => {
    for (const fate of ['never_arrives', 'never_leaves', 'limited', 'server_error'] as const) {
      const { host, calendar, booking } = await startBooked(t, 'plain')
      host.fate = (asked) => (asked.endsWith('/cancel') ? fate : 'fine')
      const half = await calendar.reschedule(booking, { start: later }, { ...rebook, deadlineMs: 3000 })
      if (fate === 'server_error') assert.equal(half.outcome, 'rebooked', 'it was cancelled, and that is seen')
      else if (half.outcome === 'half')
        assert.deepEqual([half.booking?.start, half.cancelled, half.next], [later, null, 'look'])
      else assert.fail(`${fate}: ${half.outcome}`)
      if (fate !== 'server_error') assert.deepEqual(standing(host), [atIso, laterIso])
      host.fate = () => 'fine'
      assert.equal((await calendar.reschedule(booking, { start: later }, rebook)).outcome, 'rebooked')
      assert.deepEqual(standing(host), [laterIso])
    }
  })

  test('what is half done is ended by the background', async (t) => {
    const { host, calendar, booking } = await startBooked(t, 'plain')
    host.fate = (asked) => (asked.endsWith('/cancel') ? 'never_arrives' : 'fine')
    assert.equal((await calendar.reschedule(booking, { start: later }, rebook)).outcome, 'half')
    host.fate = () => 'fine'
    await runBackground(host, 5 * 60_000)
    assert.deepEqual(standing(host), [laterIso])
    assert.equal((await calendar.reschedule(booking, { start: later }, rebook)).outcome, 'rebooked')
  })

  test('an old booking that cannot be cancelled is named', async (t) => {
    const { host, calendar, booking } = await startBooked(t, 'plain')
    host.fate = (asked) => (asked.endsWith('/cancel') ? 'refused' : 'fine')
    const half = await calendar.reschedule(booking, { start: later }, rebook)
    assert.equal(
      half.outcome === 'half' && half.note,
      'The new booking was made, and the old one could not be cancelled. Both stand.',
    )
    assert.deepEqual(standing(host), [atIso, laterIso])
  })

  test('it is rebooked once wherever its process dies', async (t) => {
    await diesAtEveryStep(async (life) => {
      const { host, calendar, booking } = await startBooked(t, 'plain')
      const dying = await host.process(life).calendar()
      return {
        call: () => dying.reschedule(booking.id, { start: later }, rebook),
        async after(place) {
          const result = await untilSettled(
            host,
            () => calendar.reschedule(booking.id, { start: later }, rebook),
            ({ outcome }) => outcome === 'rebooked',
          )
          assert.equal(result.outcome === 'rebooked' && result.booking.chain, booking.chain, place)
          assert.deepEqual(standing(host), [laterIso], place)
        },
      }
    })
  })

  test('it is ended by the background wherever its process dies', async (t) => {
    await diesAtEveryStep(async (life) => {
      const { host, booking } = await startBooked(t, 'plain')
      const dying = await host.process(life).calendar()
      return {
        call: () => dying.reschedule(booking.id, { start: later }, rebook),
        async after(place) {
          await runBackground(host, 90 * 60_000)
          assert.equal(standing(host).length, 1, place)
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
      await refused(() => calendar.cancel(booking), 'provider_unavailable', { reason: 'outcome_unknown' })
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
