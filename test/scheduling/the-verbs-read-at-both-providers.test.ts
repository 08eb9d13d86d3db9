// The verbs that read, and marks for those who did not come, at both sandboxes: one test for both. What is booked before is
// booked by the provider's own calls.

import assert from 'node:assert/strict'
import { describe, type TestContext, test } from 'node:test'
import { type Connection, PunctualError } from '../../src/index.ts'
import { calcomApi } from '../../src/providers/calcom/index.ts'
import { calendlyApi } from '../../src/providers/calendly/index.ts'
import { calcomScopes, calendlyScopes } from '../../src/sandbox/world/scopes.ts'
import { type EventType, type Scheduling, type Slot, scheduling, toICalendar } from '../../src/scheduling/index.ts'
import { startQuietHost } from '../support/host.ts'
import { all, refused } from '../typed/person.ts'

interface Provider {
  readonly name: string
  readonly scopes: readonly string[]
  /** Books by the provider's own call, and returns the booking's id. */
  readonly book: (connection: Connection, eventType: EventType, slot: Slot, who: string) => Promise<string>
  readonly wrongId: string
  readonly hasHolds: boolean
}

const providers: Provider[] = [
  {
    name: 'calendly',
    scopes: calendlyScopes,
    async book(connection, eventType, slot, who) {
      const invitee = { name: who, email: `${who}@guests.example`, timezone: 'Asia/Kolkata' }
      const request = { event_type: eventType.id, start_time: slot.start, invitee }
      return (await calendlyApi(connection).book(request)).event
    },
    wrongId: '101001',
    hasHolds: false,
  },
  {
    name: 'calcom',
    scopes: calcomScopes,
    async book(connection, eventType, slot, who) {
      const attendee = { name: who, email: `${who}@guests.example`, timeZone: 'Asia/Kolkata' }
      const request = { eventTypeId: Number(eventType.id), start: slot.start, attendee }
      const booked = await calcomApi(connection).book(request)
      return Array.isArray(booked) ? booked[0].uid : booked.uid
    },
    wrongId: 'https://api.calendly.com/event_types/AAAAAAAAAAAAAAAA',
    hasHolds: true,
  },
]

const dayMs = 86_400_000

interface Connected {
  readonly connection: Connection
  readonly calendar: Scheduling
  readonly eventType: EventType
  readonly slots: readonly Slot[]
  readonly requests: () => number
  readonly now: () => number
  readonly advance: (seconds: number) => void
}

async function connect(t: TestContext, { name, scopes }: Provider): Promise<Connected> {
  const host = await startQuietHost(t)
  const connection = await host.connect(name, { account: 'ada', scopes: [...scopes] })
  const calendar = scheduling(connection)
  const now = () => host.clock.now()
  const eventTypes = await all(calendar.eventTypes({ active: true }))
  const eventType = eventTypes.find(
    ({ durations, questions }) => durations[0] === 30 && !questions.some(({ required }) => required),
  )
  assert.ok(eventType)
  const span = { from: new Date(now() + dayMs), to: new Date(now() + 8 * dayMs) }
  const slots = await all(calendar.slots({ eventType, ...span }))
  return {
    connection,
    calendar,
    eventType,
    slots,
    requests: () => host.sandbox.requests().length,
    now,
    advance: host.sandbox.clock.advance,
  }
}

for (const provider of providers) {
  describe(provider.name, () => {
    test('me, event types and schedules are those of the account', async (t) => {
      const { connection, calendar, eventType } = await connect(t, provider)
      const person = await calendar.me()
      assert.equal(person.id, connection.account.id)
      assert.equal(person.timeZone, 'Europe/Stockholm')
      assert.equal((await calendar.eventType(eventType.id)).name, eventType.name)
      for (const { owner } of await all(calendar.eventTypes()))
        if (owner.kind === 'person') assert.equal(owner.id, person.id)
      const [schedule] = await all(calendar.schedules())
      assert.deepEqual(schedule?.weekly.monday, [{ from: '09:00', to: '17:00' }])
      assert.deepEqual(schedule.weekly.sunday, [])
    })

    test('slots of 31 days are one request, from this moment on, and all have an end', async (t) => {
      const { calendar, eventType, requests, now } = await connect(t, provider)
      const before = requests()
      const span = { from: new Date(now()), to: new Date(now() + 31 * dayMs) }
      const slots = await all(calendar.slots({ eventType, ...span }))
      assert.equal(requests() - before, 1)
      assert.ok(slots.length > 300)
      for (const { start, end } of slots) assert.equal(Date.parse(end) - Date.parse(start), 1_800_000)
      const starts = slots.map(({ start }) => start)
      assert.deepEqual(starts, [...new Set(starts)].sort())
    })

    test('bookings are found by every filter, with their chain', async (t) => {
      const { connection, calendar, eventType, slots } = await connect(t, provider)
      const chosen = [slots[3], slots[9], slots[30]].filter((slot) => slot !== undefined)
      const who = ['gil', 'ann', 'gil']
      const ids: string[] = []
      for (const [index, slot] of chosen.entries())
        ids.push(await provider.book(connection, eventType, slot, who[index] ?? ''))
      const found = async (query?: Parameters<Scheduling['bookings']>[0]) =>
        (await all(calendar.bookings(query))).map(({ id }) => id).filter((id) => ids.includes(id))
      assert.deepEqual(await found(), ids)
      assert.deepEqual(await found({ attendee: 'GIL@guests.example' }), [ids[0], ids[2]])
      assert.deepEqual(await found({ from: chosen[1]?.start, to: chosen[2]?.start }), [ids[1]])
      assert.deepEqual(await found({ status: 'cancelled' }), [])
      assert.deepEqual(await found({ eventType, status: ['confirmed', 'tentative'] }), ids)
      const list = calendar.bookings({ attendee: 'gil@guests.example' })
      for await (const { id } of list) if (id === ids[0]) break
      const { position } = list
      assert.ok(position)
      const rest = await all(calendar.bookings({ attendee: 'gil@guests.example' }, { from: position }))
      assert.deepEqual(
        rest.map(({ id }) => id),
        [ids[2]],
      )
      const [listed] = await all(calendar.bookings({ attendee: 'ann@guests.example' }))
      const read = await calendar.booking(ids[1] ?? '')
      assert.equal(read.chain, listed?.chain)
      assert.equal(read.attendees[0]?.timeZone, 'Asia/Kolkata')
      assert.match(toICalendar(read), new RegExp(`DTSTART:${read.start.replace(/[-:]/g, '')}\r\n`))
    })

    test('an attendee who did not come is marked and unmarked', async (t) => {
      const { connection, calendar, eventType, slots, advance, now } = await connect(t, provider)
      const [slot] = slots
      assert.ok(slot)
      const booking = await calendar.booking(await provider.book(connection, eventType, slot, 'gil'))
      // Nobody is late for a meeting that has not begun.
      advance((Date.parse(slot.end) - now()) / 1000)
      const noShow = async (attendee: string, absent?: boolean) =>
        (await calendar.markNoShow(booking, { attendee }, { absent })).attendees[0]?.noShow
      assert.equal(await noShow('Gil@Guests.example'), true)
      assert.equal(await noShow(booking.attendees[0]?.id ?? '', true), true)
      assert.equal(await noShow('gil@guests.example', false), false)
    })

    test('a hold, where there are holds', async (t) => {
      const { calendar, slots, requests } = await connect(t, provider)
      const [slot] = slots
      assert.ok(slot)
      const before = requests()
      if (provider.hasHolds) {
        const hold = await calendar.hold(slot, { forMs: 600_000 })
        assert.deepEqual([hold.start, hold.end], [slot.start, slot.end])
        await refused(() => calendar.hold({ ...slot, eventType: '999001' }), 'provider_refused', {
          reason: 'not_found',
        })
      } else {
        assert.equal(calendar.can('hold').yes, false)
        await refused(() => calendar.hold(slot), 'not_supported', { reason: 'provider' })
        assert.equal(requests(), before)
      }
    })

    test('an id of the other provider is refused, and nothing is sent', async (t) => {
      const { calendar, requests, now } = await connect(t, provider)
      const before = requests()
      const span = { from: new Date(now()), to: new Date(now() + dayMs) }
      await refused(() => calendar.eventType(provider.wrongId), 'invalid_argument')
      await refused(() => calendar.slots({ eventType: provider.wrongId, ...span }), 'invalid_argument')
      await refused(() => calendar.bookings({ eventType: provider.wrongId }), 'invalid_argument')
      const booking = provider.wrongId.replace('event_types', 'scheduled_events')
      await refused(() => calendar.booking(booking.replace(/^\d+$/, 'sAbcdefghijklmnopqrstu')), 'invalid_argument')
      assert.equal(requests(), before)
    })

    test('without scopes every verb says which one is missing', async (t) => {
      const host = await startQuietHost(t)
      const [scope = ''] = provider.scopes.filter((one) => /^(users:read|PROFILE_READ)$/.test(one))
      const calendar = scheduling(await host.connect(provider.name, { account: 'ada', scopes: [scope] }))
      const before = host.sandbox.requests().length
      for (const call of [
        () => calendar.eventTypes(),
        () => calendar.schedules(),
        () => calendar.bookings(),
        () =>
          calendar.eventType(
            provider.name === 'calcom' ? '101001' : 'https://api.calendly.com/event_types/AAAAAAAAAAAAAAAA',
          ),
      ]) {
        const error = await refused(call, 'insufficient_scope', { message: /^\w+: the account has not granted / })
        assert.ok(error instanceof PunctualError && error.scopes && error.scopes.length > 0)
      }
      assert.equal(host.sandbox.requests().length, before)
    })
  })
}
