// Where the provider cannot move a booking, it is booked again and then cancelled, once for each key, whatever becomes of answers and processes.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { refused } from '../typed/person.ts'
import { at, type Booked, elsewhere, isoOf, later, rebook, standing, startBooked } from './booked-host.ts'
import { diesAtEveryStep, livingWith, runBackground, untilSettled } from './booking-host.ts'

const atIso = isoOf(at)
const laterIso = isoOf(later)

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

  test('what cannot be looked for until a person reconnects is half done for that reason, and lets nobody wait', async (t) => {
    const { host, calendar, booking } = await startBooked(t, 'plain')
    host.fate = () => 'never_arrives'
    await calendar.reschedule(booking, { start: later }, rebook)
    host.fate = (what) => (what === 'POST /token' ? 'refused' : 'fine')
    host.advance(86_400_000)
    const half = await calendar.reschedule(booking.id, { start: later }, rebook)
    assert.ok(half.outcome === 'half')
    assert.deepEqual([half.booking, half.next, half.retryAfterMs], [null, 'look', null])
    assert.match(half.note, /connect again/)
  })

  const changes: [what: string, change: (booked: Booked) => Promise<unknown>, left: readonly string[]][] = [
    [
      'moved with another key',
      ({ calendar, booking }) =>
        calendar.reschedule(booking.id, { start: elsewhere }, { allow: 'rebook', key: 'move 2' }),
      [elsewhere],
    ],
    ['cancelled', ({ calendar, booking }) => calendar.cancel(booking.id), []],
    [
      'cancelled by its guest',
      async ({ host, booking }) => {
        const [made] = host.place.bookings.filter(({ id }) => id === booking.id)
        if (made) made.isCancelled = true
      },
      [],
    ],
  ]
  for (const [what, change, left] of changes) {
    test(`it is not booked again after a lost request if it was ${what} meanwhile`, async (t) => {
      const booked = await startBooked(t, 'plain')
      const { host, calendar, booking } = booked
      host.fate = () => 'never_arrives'
      const half = await calendar.reschedule(booking.id, { start: later }, rebook)
      assert.ok(half.outcome === 'half' && half.next === 'look')
      assert.ok(half.retryAfterMs !== null && half.retryAfterMs > 60_000, String(half.retryAfterMs))
      host.fate = () => 'fine'
      await change(booked)
      host.advance(half.retryAfterMs)
      for (let call = 0; call < 2; call++)
        await refused(() => calendar.reschedule(booking.id, { start: later }, rebook), 'provider_refused', {
          reason: 'changed',
        })
      assert.deepEqual(standing(host), left.map(isoOf))
    })
  }

  test('it is not booked again if its guest cancelled it while the process was suspended before the request', async (t) => {
    const { host, booking } = await startBooked(t, 'plain')
    const before = (what: string) => {
      const [made] = host.place.bookings
      if (what === 'claim' && made) host.place.cancelAsPerson(made)
    }
    const suspended = await host.process(livingWith({ before })).calendar()
    await refused(() => suspended.reschedule(booking.id, { start: later }, rebook), 'provider_refused', {
      reason: 'changed',
    })
    assert.deepEqual(standing(host), [])
  })

  test('nothing is sent and the key stays free if the old booking cannot be read right before the request', async (t) => {
    const { host, calendar, booking } = await startBooked(t, 'plain')
    const before = (what: string) => {
      if (what === 'claim') host.reading = () => Response.json({}, { status: 503 })
    }
    const process = await host.process(livingWith({ before })).calendar()
    await refused(() => process.reschedule(booking.id, { start: later }, rebook), 'provider_unavailable')
    host.reading = () => null
    assert.deepEqual(standing(host), [atIso])
    assert.deepEqual(
      host.asked().filter((one) => one.startsWith('POST')),
      [],
    )
    assert.equal((await calendar.reschedule(booking.id, { start: elsewhere }, rebook)).outcome, 'rebooked')
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

  test('what is half done because a limit left no room says when there is room', async (t) => {
    const { host, calendar, booking } = await startBooked(t, 'plain')
    host.fate = (asked) => (asked.endsWith('/cancel') ? 'limited' : 'fine')
    const half = await calendar.reschedule(booking, { start: later }, { ...rebook, maxWaitMs: 0 })
    assert.ok(half.outcome === 'half' && half.retryAfterMs === 7000, JSON.stringify(half.outcome))
    host.fate = () => 'fine'
    host.advance(half.retryAfterMs)
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
