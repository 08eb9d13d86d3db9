// A key makes its change once at both providers, also when the answer is lost on the way.

import assert from 'node:assert/strict'
import { describe, type TestContext, test } from 'node:test'
import { calcomScopes, calendlyScopes } from '../../src/sandbox/world/scopes.ts'
import { type Booking, type BookingRequest, scheduling } from '../../src/scheduling/index.ts'
import { setFault, startQuietHost } from '../support/host.ts'
import { all, refused } from '../typed/person.ts'

const providers = [
  { name: 'calendly', scopes: calendlyScopes, endpoint: '/invitees' },
  { name: 'calcom', scopes: calcomScopes, endpoint: '/v2/bookings' },
] as const
const dayMs = 86_400_000
const attendee = { name: 'Gil Guest', email: 'gil@guests.example', timeZone: 'Europe/Paris' }

async function start(t: TestContext, { name, scopes }: (typeof providers)[number]) {
  const host = await startQuietHost(t)
  const connection = await host.connect(name, { account: 'ada', scopes: [...scopes] })
  const calendar = scheduling(connection)
  const eventTypes = await all(calendar.eventTypes({ active: true }))
  const eventType = eventTypes.find(
    ({ questions, capacity }) => questions.every(({ required }) => !required) && (capacity ?? 1) === 1,
  )
  assert.ok(eventType)
  const span = { from: new Date(host.clock.now() + dayMs), to: new Date(host.clock.now() + 8 * dayMs) }
  const slots = await all(calendar.slots({ eventType, ...span }))
  const requestAt = (index: number): BookingRequest => ({ eventType, start: slots[index]?.start ?? '', attendee })
  const standing = async (): Promise<Booking[]> =>
    all(calendar.bookings({ ...span, attendee: attendee.email, status: 'confirmed' }))
  return { host, connection, calendar, slots, requestAt, standing }
}

for (const provider of providers) {
  describe(provider.name, () => {
    const { name, endpoint } = provider

    test('books once, and returns the same booking again', async (t) => {
      const { calendar, requestAt, standing } = await start(t, provider)
      const booked = await calendar.book(requestAt(2), { key: 'one' })
      assert.equal((await calendar.book(requestAt(2), { key: 'one' })).id, booked.id)
      assert.deepEqual(
        (await standing()).map(({ id }) => id),
        [booked.id],
      )
    })

    for (const kind of ['reset_after', 'truncated', 'html'] as const) {
      test(`finds its booking when the answer is lost (${kind})`, async (t) => {
        const { host, calendar, requestAt, standing } = await start(t, provider)
        await setFault(host, { kind, provider: name, endpoint, after: true })
        const booked = await calendar.book(requestAt(2), { key: 'one' })
        assert.deepEqual(
          (await standing()).map(({ id }) => id),
          [booked.id],
        )
        assert.equal((await calendar.book(requestAt(2), { key: 'one' })).id, booked.id)
        assert.equal((await standing()).length, 1)
      })
    }

    test('sends again 90 s after a request that was not carried out', async (t) => {
      const { host, calendar, requestAt, standing } = await start(t, provider)
      await setFault(host, { kind: 'status', status: 503, provider: name, endpoint })
      const book = () => calendar.book(requestAt(2), { key: 'one' })
      const error = await refused(book, 'provider_unavailable', { reason: 'outcome_unknown' })
      assert.deepEqual(await standing(), [])
      await host.clock.sleep(error.retryAfterMs ?? 0)
      await host.clock.sleep(1000)
      const booked = await book()
      assert.deepEqual(
        (await standing()).map(({ id }) => id),
        [booked.id],
      )
    })

    test('takes no cancelled booking of the same time for its own', async (t) => {
      const { host, calendar, requestAt, standing } = await start(t, provider)
      await calendar.cancel(await calendar.book(requestAt(2), { key: 'one' }))
      await setFault(host, { kind: 'status', status: 503, provider: name, endpoint })
      await refused(() => calendar.book(requestAt(2), { key: 'two' }), 'provider_unavailable', {
        reason: 'outcome_unknown',
      })
      assert.deepEqual(await standing(), [])
    })

    test('keeps a refusal', async (t) => {
      const { calendar, requestAt } = await start(t, provider)
      const first = await calendar.book(requestAt(2), { key: 'one' })
      const taken = () =>
        calendar.book({ ...requestAt(2), attendee: { ...attendee, email: 'ann@guests.example' } }, { key: 'two' })
      const error = await refused(taken, 'provider_refused', { reason: 'slot_taken' })
      await calendar.cancel(first)
      assert.equal((await refused(taken, 'provider_refused', { reason: 'slot_taken' })).message, error.message)
    })

    test('moves a booking once, or books it again once', async (t) => {
      const { calendar, slots, requestAt, standing } = await start(t, provider)
      const booked = await calendar.book(requestAt(2), { key: 'one' })
      const to = { start: slots[9]?.start ?? '' }
      const move = () => calendar.reschedule(booked.id, to, { key: 'two', allow: 'rebook' })
      const result = await move()
      assert.ok(result.outcome === 'moved' || result.outcome === 'rebooked', result.outcome)
      assert.deepEqual([result.booking.start, result.booking.chain], [to.start, booked.chain])
      const again = await move()
      assert.equal(again.outcome, result.outcome)
      assert.deepEqual(
        (await standing()).map(({ id }) => id),
        [result.booking.id],
      )
      const old = await calendar.booking(booked.id)
      assert.deepEqual([old.status, old.replacedBy, old.chain], ['cancelled', result.booking.id, booked.chain])
    })

    test('moves no booking that somebody else has moved meanwhile', async (t) => {
      const { calendar, host, slots, requestAt, standing } = await start(t, provider)
      const kept = await calendar.book(requestAt(2), { key: 'one' })
      const path = `/control/bookings/${kept.id.split('/').at(-1)}/move`
      const headers = { 'content-type': 'application/json' }
      const init = { method: 'POST', headers, body: JSON.stringify({ start: slots[9]?.start }) }
      const moved = await host.sandbox.handler(new Request(host.sandbox.url + path, init))
      assert.ok(moved.ok)
      const move = () => calendar.reschedule(kept, { start: slots[12]?.start ?? '' }, { allow: 'rebook' })
      await assert.rejects(move)
      assert.deepEqual(
        (await standing()).map((booking) => booking.start),
        [slots[9]?.start],
      )
    })

    test('cancels once, and a second time without harm', async (t) => {
      const { calendar, requestAt, standing } = await start(t, provider)
      const booked = await calendar.book(requestAt(2), { key: 'one' })
      for (const options of [{}, {}, { key: 'two' }]) {
        const cancelled = await calendar.cancel(booked.id, options)
        assert.deepEqual([cancelled.id, cancelled.status], [booked.id, 'cancelled'])
      }
      assert.deepEqual(await standing(), [])
    })
  })
}
