// A key books once, whatever becomes of answers, processes and clocks. Each test runs with a provider that keeps our mark with a
// booking, and with one that does not.

import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { describe, test } from 'node:test'
import type { BookingRequest } from '../../src/core/scheduling/requests.ts'
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
const request: BookingRequest = {
  eventType: 'group1',
  start: at,
  attendee: { name: 'Gil', email: 'gil@guests.example', timeZone: 'Europe/Paris' },
}
const key = { key: 'order 1' }
/** Time until a request that was sent can be sent again, and a little more. */
const resendMs = 90_001

/** The requests that book. */
function sent(host: BookingHost): number {
  return host.asked().filter((one) => one === 'POST /bookings').length
}

for (const kind of ['marked', 'plain'] as const) {
  describe(`at a ${kind} provider, a key`, () => {
    test('books once, however its request is spelled', async (t) => {
      const host = await startBookingHost(t, kind)
      const calendar = await host.process().calendar()
      const booked = await calendar.book(request, key)
      assert.equal(booked.start, at)
      const eventType = await calendar.eventType('group1')
      const spellings: BookingRequest[] = [
        request,
        { ...request, start: '2030-01-07T10:00:00.000+01:00' },
        { attendee: request.attendee, start: new Date(at), eventType },
        { ...request, guests: undefined, metadata: undefined },
        { ...request, guests: [], answers: {} },
        { ...request, answers: { gone: '' } },
        { ...request, attendee: { ...request.attendee, email: 'gil@Guests.EXAMPLE' } },
      ]
      for (const spelling of spellings) assert.equal((await calendar.book(spelling, key)).id, booked.id)
      assert.equal(sent(host), 1)
      assert.equal(host.place.bookings.length, 1)
    })

    test('is refused for another request, and must be given', async (t) => {
      const host = await startBookingHost(t, kind)
      const calendar = await host.process().calendar()
      await calendar.book(request, key)
      host.asked()
      const message = /^book: key was used for another request/
      const another = { ...request, start: '2030-01-07T09:30:00Z' }
      await refused(() => calendar.book(another, key), 'invalid_argument', { reason: 'key_used', message })
      // What stands before the @ may be case-sensitive: only its server knows.
      const other = { ...request, attendee: { ...request.attendee, email: 'Gil@guests.example' } }
      await refused(() => calendar.book(other, key), 'invalid_argument', { reason: 'key_used', message })
      await refused(() => calendar.cancel('b1', key), 'invalid_argument', { message: /^cancel: key was used/ })
      for (const wrong of [{}, { key: '' }, { key: 'x'.repeat(256) }, { key: 'a\0b' }, undefined])
        await refused(() => calendar.book(request, wrong as typeof key), 'invalid_argument', { message: /^book: / })
      assert.deepEqual(host.asked(), [])
    })

    test('whose answer is lost is found at once', async (t) => {
      for (const fate of ['lost', 'server_error'] as const) {
        const host = await startBookingHost(t, kind)
        host.fate = () => fate
        const calendar = await host.process().calendar()
        const booked = await calendar.book(request, key)
        assert.deepEqual([booked.id, sent(host)], ['b1', 1])
        host.fate = () => 'fine'
        assert.equal((await calendar.book(request, key)).id, 'b1')
        assert.equal(sent(host), 0)
      }
    })

    test('whose request never arrived is sent again 90 s later, and not before', async (t) => {
      const host = await startBookingHost(t, kind)
      const calendar = await host.process().calendar()
      host.fate = () => 'never_arrives'
      const first = await refused(() => calendar.book(request, key), 'provider_unavailable', {
        reason: 'outcome_unknown',
      })
      assert.equal(first.retryable, true)
      assert.ok(first.retryAfterMs !== undefined && first.retryAfterMs > 80_000 && first.retryAfterMs <= 90_000)
      host.fate = () => 'fine'
      host.advance(80_000)
      await refused(() => calendar.book(request, key), 'provider_unavailable', { reason: 'outcome_unknown' })
      assert.equal(sent(host), 0)
      host.advance(10_001)
      assert.equal((await calendar.book(request, key)).id, 'b1')
      assert.equal(sent(host), 1)
    })

    test('whose second request is kept from leaving is sent as soon as it may', async (t) => {
      for (const fate of ['limited', 'never_leaves'] as const) {
        const host = await startBookingHost(t, kind)
        const calendar = await host.process().calendar()
        host.fate = () => 'never_arrives'
        await refused(() => calendar.book(request, key), 'provider_unavailable', { reason: 'outcome_unknown' })
        host.fate = () => fate
        host.advance(resendMs)
        const code = fate === 'limited' ? 'rate_limited' : 'provider_unavailable'
        await refused(() => calendar.book(request, { deadlineMs: 2000, ...key }), code)
        host.fate = () => 'fine'
        host.advance(7000)
        assert.equal((await calendar.book(request, key)).id, 'b1')
      }
    })

    test('that cannot be looked for until a person reconnects says so, and lets nobody wait', async (t) => {
      const host = await startBookingHost(t, kind)
      const calendar = await host.process().calendar()
      host.fate = () => 'never_arrives'
      await refused(() => calendar.book(request, key), 'provider_unavailable', { reason: 'outcome_unknown' })
      host.fate = (what) => (what === 'POST /token' ? 'refused' : 'fine')
      host.advance(86_400_000)
      const told = await refused(() => calendar.book(request, key), 'provider_unavailable', {
        reason: 'outcome_unknown',
        message: /connect again/,
      })
      assert.deepEqual([told.retryable, told.retryAfterMs, sent(host)], [false, undefined, 0])
    })

    test('that is refused stays refused, in the same words, and another one is not', async (t) => {
      const host = await startBookingHost(t, kind)
      const calendar = await host.process().calendar()
      const single = { ...request, eventType: 'single1' }
      assert.ok(host.place.bookAsPerson(Date.parse(at), 'max@guests.example'))
      const first = await refused(() => calendar.book(single, key), 'provider_refused', { reason: 'slot_taken' })
      for (const booking of host.place.bookings) booking.isCancelled = true
      host.asked()
      const second = await refused(() => calendar.book(single, key), 'provider_refused', { reason: 'slot_taken' })
      assert.equal(second.message, first.message)
      assert.deepEqual(host.asked(), [])
      assert.equal((await calendar.book(single, { key: 'order 2' })).status, 'confirmed')
    })

    test('of a request that certainly was not carried out is free again', async (t) => {
      const host = await startBookingHost(t, kind)
      const calendar = await host.process().calendar()
      host.fate = () => 'never_leaves'
      const unsent = { deadlineMs: 2000, ...key }
      await refused(() => calendar.book(request, unsent), 'provider_unavailable', { reason: 'network' })
      host.fate = () => 'limited'
      await refused(() => calendar.book(request, unsent), 'rate_limited')
      assert.equal(await stateOf(host), 'free')
      host.fate = () => 'fine'
      const another = { ...request, start: '2030-01-07T09:30:00Z' }
      assert.equal((await calendar.book(another, key)).start, another.start)
    })

    test('of several processes and callers books once', async (t) => {
      const host = await startBookingHost(t, kind)
      const calendars = [
        await host.process().calendar(),
        await host.process().calendar(),
        await host.process().calendar(),
      ]
      const calls = [...calendars, ...calendars].map((calendar) => calendar.book(request, key))
      const ids = new Set((await Promise.all(calls)).map(({ id }) => id))
      assert.deepEqual([...ids], ['b1'])
      assert.equal(sent(host), 1)
    })

    test('whose caller gives up before the request leaves books nothing', async (t) => {
      const host = await startBookingHost(t, kind)
      const giving = new AbortController()
      const before = (what: string) => void (what === 'claim' && giving.abort(new Error('enough')))
      const calendar = await host.process(livingWith({ before })).calendar()
      await assert.rejects(calendar.book(request, { ...key, signal: giving.signal }), { reason: 'aborted' })
      const other = await host.process().calendar()
      assert.equal((await other.book(request, key)).id, 'b1')
      assert.equal(sent(host), 1)
    })

    test('whose caller gives up after the request has left books, and knows it', async (t) => {
      const host = await startBookingHost(t, kind)
      const giving = new AbortController()
      const before = (what: string) => void (what.startsWith('POST') && giving.abort(new Error('enough')))
      const { calendar } = host.process(livingWith({ before }))
      const bookings = await calendar()
      await assert.rejects(bookings.book(request, { ...key, signal: giving.signal }), { reason: 'aborted' })
      assert.equal((await bookings.book(request, key)).id, 'b1')
      assert.equal(sent(host), 1)
    })

    test('of a process that is suspended before its request leaves is booked by the other process alone', async (t) => {
      for (const when of ['before', 'after'] as const) {
        const host = await startBookingHost(t, kind)
        const other = await host.process().calendar()
        let isSuspended = false
        async function suspend(what: string): Promise<void> {
          if (what !== 'update' || isSuspended) return
          isSuspended = true
          host.advance(61_000)
          if (when === 'before') assert.equal((await other.book(request, key)).id, 'b1')
          else await refused(() => other.book(request, key), 'provider_unavailable', { reason: 'outcome_unknown' })
        }
        const calendar = await host.process(livingWith({ [when]: suspend })).calendar()
        if (when === 'before') assert.equal((await calendar.book(request, key)).id, 'b1')
        else await refused(() => calendar.book(request, key), 'provider_unavailable', { reason: 'too_late' })
        host.advance(resendMs)
        assert.equal((await other.book(request, key)).id, 'b1')
        assert.equal(sent(host), 1)
      }
    })

    test('is kept apart from a person who books the same time at the same moment', async (t) => {
      const host = await startBookingHost(t, kind)
      const calendar = await host.process().calendar()
      const single = { ...request, eventType: 'single1' }
      host.fate = () => 'never_arrives'
      await refused(() => calendar.book(single, key), 'provider_unavailable', { reason: 'outcome_unknown' })
      assert.ok(host.place.bookAsPerson(Date.parse(at), 'max@guests.example'))
      host.fate = () => 'fine'
      host.advance(resendMs)
      await refused(() => calendar.book(single, key), 'provider_refused', { reason: 'slot_taken' })
    })

    test('books once wherever its process dies', async (t) => {
      await diesAtEveryStep(async (life) => {
        const host = await startBookingHost(t, kind)
        const dying = await host.process(life).calendar()
        return {
          call: () => dying.book(request, key),
          async after(place) {
            const other = await host.process().calendar()
            const booked = await untilSettled(host, () => other.book(request, key))
            assert.deepEqual(
              host.place.bookings.map(({ id }) => id),
              [booked.id],
              place,
            )
          },
        }
      })
    })

    test('is ended by the background when nobody asks for it any more', async (t) => {
      await diesAtEveryStep(async (life) => {
        const host = await startBookingHost(t, kind)
        const dying = await host.process(life).calendar()
        return {
          call: () => dying.book(request, key),
          async after(place) {
            await runBackground(host, 90 * 60_000)
            const wasMade = host.place.bookings.length > 0
            assert.match(await stateOf(host), wasMade ? /^done null$/ : /^(free|unknown not_found)$/, place)
            const calendar = await host.process().calendar()
            host.asked()
            assert.equal((await calendar.book(request, key)).id, 'b1')
            assert.equal(sent(host), wasMade ? 0 : 1, place)
          },
        }
      })
    })

    test('that nobody can find a booking for ends as unknown, with the reason', async (t) => {
      const host = await startBookingHost(t, kind)
      const calendar = await host.process().calendar()
      host.fate = () => 'never_arrives'
      await refused(() => calendar.book(request, key), 'provider_unavailable', { reason: 'outcome_unknown' })
      assert.equal(await stateOf(host), 'begun null')
      await runBackground(host, 90 * 60_000)
      assert.equal(await stateOf(host), 'unknown not_found')
      assert.ok(host.asked().length < 15, 'it looks at growing distances')
      host.fate = () => 'fine'
      assert.equal((await calendar.book(request, key)).id, 'b1')
    })
  })
}

/** What is known of the key, as `state reason`; `free`: it is as if it had never been used. */
async function stateOf({ store, connection }: BookingHost): Promise<string> {
  const row = await store.bookingKeys.get(connection, hash('sha256', key.key, 'base64url'))
  if (!row) return 'free'
  const isFree = row.state === 'begun' && row.step === null && row.checkAt === null && row.leasedUntil <= row.readAt
  return isFree ? 'free' : `${row.state} ${row.reason}`
}
