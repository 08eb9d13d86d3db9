// Before a booking is changed, it is read: what the caller has read earlier may be wrong by now.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { BookingRequest } from '../../src/core/scheduling/requests.ts'
import type { Rescheduled } from '../../src/scheduling/index.ts'
import type { BookingKind } from '../support/booking-place.ts'
import { refused } from '../typed/person.ts'
import { type BookingHost, livingWith, runBackground, startBookingHost } from './booking-host.ts'

const at = '2030-01-07T09:00:00Z'
const later = '2030-01-07T11:00:00Z'
const elsewhere = '2030-01-07T15:00:00Z'
const request: BookingRequest = {
  eventType: 'single1',
  start: at,
  attendee: { name: 'Gil', email: 'gil@guests.example', timeZone: 'Europe/Paris' },
}
const rebook = { allow: 'rebook', key: 'move 1' } as const

async function startBooked(t: Parameters<typeof startBookingHost>[0], kind: BookingKind) {
  const host = await startBookingHost(t, kind)
  const calendar = await host.process().calendar()
  const booking = await calendar.book(request, { key: 'order 1' })
  host.asked()
  return { host, calendar, booking }
}

/** The attendee moves the booking on the provider's page. */
function moveAsPerson({ place }: BookingHost, id: string): string {
  const { body } = place.handle('POST', `/bookings/${id}/move`, { start: elsewhere })
  return (body as { id: string }).id
}

/** What stands, as the hour of each. */
function standing({ place }: BookingHost): number[] {
  return place.bookings.filter(({ isCancelled }) => !isCancelled).map(({ start }) => new Date(start).getUTCHours())
}

/** The requests that change something. */
function changes(host: BookingHost): string[] {
  return host.asked().filter((one) => one.startsWith('POST'))
}

for (const kind of ['marked', 'plain'] as const) {
  describe(`at a ${kind} provider`, () => {
    test('a booking that was moved meanwhile is neither moved nor cancelled', async (t) => {
      const { host, calendar, booking } = await startBooked(t, kind)
      const moved = moveAsPerson(host, booking.id)
      for (const named of [booking, booking.id]) {
        const message = (verb: string) =>
          new RegExp(`booking was moved: ${moved} replaces it\\. ${verb} that booking\\.$`)
        const wrong = { message: message('Reschedule') }
        await refused(
          () => calendar.reschedule(named, { start: later }, { allow: 'rebook' }),
          'invalid_argument',
          wrong,
        )
        await refused(() => calendar.reschedule(named, { start: later }, rebook), 'invalid_argument', wrong)
        for (const options of [{}, { key: 'cancel 1' }])
          await refused(() => calendar.cancel(named, options), 'invalid_argument', { message: message('Cancel') })
      }
      assert.deepEqual(changes(host), [])
      assert.deepEqual(standing(host), [15])
    })

    test('a booking that was cancelled meanwhile is not moved, and stays cancelled', async (t) => {
      const { host, calendar, booking } = await startBooked(t, kind)
      host.place.handle('POST', `/bookings/${booking.id}/cancel`, null)
      const message = /booking is cancelled\. Book again instead\.$/
      await refused(() => calendar.reschedule(booking, { start: later }, rebook), 'invalid_argument', { message })
      for (const options of [{}, { key: 'cancel 1' }])
        assert.equal((await calendar.cancel(booking, options)).status, 'cancelled')
      assert.deepEqual(changes(host), [])
    })

    test('a booking is not moved to its own start', async (t) => {
      const { host, calendar, booking } = await startBooked(t, kind)
      const message = /^reschedule: to\.start is when the booking starts already/
      const again = () => calendar.reschedule(booking, { start: '2030-01-07T10:00:00+01:00' }, { allow: 'rebook' })
      await refused(again, 'invalid_argument', { message })
      assert.deepEqual(changes(host), [])
    })

    test('a booking that is moved right before it is cancelled is not told to be cancelled', async (t) => {
      const { host, booking } = await startBooked(t, kind)
      const before = (what: string) => {
        if (what.includes('/cancel')) moveAsPerson(host, booking.id)
      }
      const calendar = await host.process(livingWith({ before })).calendar()
      await refused(() => calendar.cancel(booking), 'provider_refused', { reason: 'changed' })
      assert.deepEqual(standing(host), [15])
    })
  })
}

describe('between the two steps of a rebooking', () => {
  /** Rebooks, and lets something happen after the new booking was made. */
  async function rebookWhile(
    t: Parameters<typeof startBookingHost>[0],
    happens: (host: BookingHost, id: string) => void,
  ) {
    const { host, booking } = await startBooked(t, 'plain')
    const after = (what: string) => {
      if (what === 'POST https://auth.small.example/api/bookings') happens(host, booking.id)
    }
    const calendar = await host.process(livingWith({ after })).calendar()
    const move = () => calendar.reschedule(booking, { start: later }, rebook)
    return { host, booking, move, result: await move() }
  }

  function assertHalf(result: Rescheduled): void {
    assert.ok(result.outcome === 'half', result.outcome)
    assert.deepEqual([result.booking?.start, result.cancelled, result.next], [later, null, 'look'])
    assert.match(result.note, /Somebody else has changed the old one meanwhile.* both stand\.$/)
  }

  test('the attendee may move the old one: both stand, and that is said', async (t) => {
    const { host, move, result } = await rebookWhile(t, moveAsPerson)
    assertHalf(result)
    assertHalf(await move())
    await runBackground(host, 90 * 60_000)
    assertHalf(await move())
    assert.deepEqual(standing(host), [11, 15])
  })

  test('others may join the old one: it is not cancelled for them', async (t) => {
    const { host, booking } = await startBooked(t, 'plain')
    let joined = false
    host.reading = (asked) => {
      if (asked !== `GET /bookings/${booking.id}` || !joined) return null
      const ann = { id: 'ann', name: 'Ann', email: 'ann@guests.example', phone: null, timeZone: null, locale: null }
      const attendees = [...booking.attendees, { ...ann, status: 'confirmed', noShow: false, manage: null }]
      return Response.json({ ...booking, attendees })
    }
    const after = (what: string) => {
      if (what === 'POST https://auth.small.example/api/bookings') joined = true
    }
    const calendar = await host.process(livingWith({ after })).calendar()
    assertHalf(await calendar.reschedule(booking, { start: later }, rebook))
    assert.deepEqual(standing(host), [9, 11])
    const elsewhereToo = () => calendar.reschedule(booking, { start: elsewhere }, { allow: 'rebook' })
    await refused(elsewhereToo, 'invalid_argument')
    // Both stand, so the old one can still be cancelled by who wants that.
    joined = false
    assert.equal((await calendar.cancel(booking.id)).status, 'cancelled')
    assert.deepEqual(standing(host), [11])
  })
})

test('a booking that others have joined is not rebooked, though the caller has read it before', async (t) => {
  const { host, calendar, booking } = await startBooked(t, 'plain')
  host.reading = (asked) =>
    asked === `GET /bookings/${booking.id}`
      ? Response.json({ ...booking, attendees: [...booking.attendees, { ...booking.attendees[0], id: 'ann' }] })
      : null
  const message = /has 2 attendees/
  await refused(() => calendar.reschedule(booking, { start: later }, rebook), 'invalid_argument', { message })
  assert.deepEqual(changes(host), [])
})

test('nothing is cancelled if the provider puts the new booking into the old one', async (t) => {
  const { host, booking } = await startBooked(t, 'plain')
  const after = (what: string) => {
    if (what !== 'POST https://auth.small.example/api/bookings') return
    Object.assign(host.place.bookings[1] ?? {}, { id: booking.id })
  }
  const handle = host.place.handle
  Object.assign(host.place, {
    handle(method: string, path: string, body: unknown) {
      const response = handle(method, path, body)
      if (method !== 'POST' || path !== '/bookings') return response
      return { ...response, body: { ...(response.body as object), id: booking.id } }
    },
  })
  const calendar = await host.process(livingWith({ after })).calendar()
  const half = await calendar.reschedule(booking, { start: later }, rebook)
  assert.match(
    half.outcome === 'half' ? half.note : half.outcome,
    /new booking into the old one\. So nothing was cancelled/,
  )
  assert.equal((await calendar.booking(booking.id)).replacedBy, null)
  assert.equal(standing(host).length, 2)
})

test('a change that is done says so, also where its booking cannot be read any more', async (t) => {
  const { host, calendar, booking } = await startBooked(t, 'marked')
  host.reading = () => Response.json({ reason: 'not_permitted' }, { status: 403 })
  const message = new RegExp(`^book: it is done, and its booking is ${booking.id}, which cannot be read now\\.`)
  await refused(() => calendar.book(request, { key: 'order 1' }), 'provider_refused', {
    reason: 'not_permitted',
    message,
  })
})
